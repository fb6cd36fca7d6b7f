import type { Pair } from './pair.ts'

export interface Reply {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** The body as JSON; {} when it is none. */
  readonly body: Record<string, unknown>
}

/** One HTTP call; a body is sent as JSON.  */
export async function ask(
  method: string,
  url: string,
  options: { body?: unknown; token?: string; headers?: Record<string, string> } = {},
): Promise<Reply> {
  const { body, token, headers = {} } = options
  const reply = await fetch(url, {
    method,
    redirect: 'manual',
    headers: {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await reply.text()
  return { status: reply.status, headers: reply.headers, text, body: read(text) }
}

function read(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>
  } catch {
    return {}
  }
}

interface Who {
  readonly appid?: string
  readonly person?: string
}

/** The other side of a person: what their phone and WeChat do. */
export function phoneOf(pair: Pair) {
  const control = (method: string, path: string, body?: unknown) =>
    ask(method, `${pair.simulator.url}${path}`, body === undefined ? {} : { body })
  const code = async (path: string, who: Who) => {
    const reply = await control('POST', path, who)
    if (typeof reply.body['code'] !== 'string') throw new Error(`${path}: ${reply.text}`)
    return reply.body['code']
  }
  return {
    control,
    loginCode: (who: Who = {}) => code('/_sim/login', who),
    phoneCode: (who: Who = {}) => code('/_sim/phone-code', who),
    async person(): Promise<string> {
      return String((await control('POST', '/_sim/people', {})).body['id'])
    },
    /** How often the server asked WeChat for this path. */
    async asked(path: string): Promise<number> {
      let count = 0
      let after = 0
      for (;;) {
        const reply = await control('GET', `/_sim/journal?after=${after}&limit=500`)
        const entries = reply.body['data'] as { seq: number; kind: string; url: string }[]
        const asked = entries.filter(({ kind, url }) => kind === 'request' && url.includes(path))
        count += asked.length
        const last = entries.at(-1)
        if (last === undefined) return count
        after = last.seq
      }
    },
    async logIn(who: Who = {}, server = pair.server.url): Promise<string> {
      const body = { code: await code('/_sim/login', who) }
      const reply = await ask('POST', `${server}/v1/sessions`, { body })
      if (reply.status !== 201) throw new Error(reply.text)
      return String(reply.body['token'])
    },
  }
}
