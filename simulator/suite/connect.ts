import type { Remote } from '../adapters/remote.ts'
import { type Carrier, clientOver } from './client.ts'
import type { Credentials, SuiteWechat } from './shapes.ts'
import { wireOf } from './wire.ts'

function carrierOf(far: Remote, world: string, credentials: Credentials): Carrier {
  const named = world === '' ? {} : { 'minitill-world': world }
  return {
    credentials,
    control: async (method, path, body) => {
      const json = { ...named, 'content-type': 'application/json' }
      const text = body === undefined ? '' : JSON.stringify(body)
      const answer = await far.send({ method, path, headers: json, body: Buffer.from(text) })
      if (answer === null) throw new Error(`no simulator answers at ${far.url}`)
      const got: unknown = answer.body.length === 0 ? null : JSON.parse(answer.body.toString())
      return { status: answer.status, body: got }
    },
    answer: async (request) => {
      const { method, url: path, headers, body } = wireOf(request)
      const answer = await far.send({ method, path, headers: { ...headers, ...named }, body })
      if (answer === null) return { status: 0, headers: {}, body: new Uint8Array(0), text: '' }
      return { ...answer, text: answer.body.toString('utf8') }
    },
    world: async (name) => carrierOf(far, name, credentials),
    close: () => far.close(),
  }
}

/**
 * The same client for a simulator that runs elsewhere on this machine. Error when nobody answers.
 * @param url as `http://127.0.0.1:4001`
 */
export async function connectWechat(url: string): Promise<SuiteWechat> {
  const { remote } = await import('../adapters/remote.ts')
  const far = remote(url)
  const answer = await far.send({
    method: 'GET',
    path: '/_sim/credentials',
    headers: {},
    body: new Uint8Array(0),
  })
  if (answer === null || answer.status !== 200) {
    await far.close()
    throw new Error(`no simulator answers at ${url}; start one with: npx minitill simulator`)
  }
  const credentials: Credentials = JSON.parse(answer.body.toString('utf8'))
  return clientOver(carrierOf(far, '', credentials))
}
