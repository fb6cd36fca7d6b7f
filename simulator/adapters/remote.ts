// Calls to a simulator in another process of this machine: the other way a test suite uses one.
import { Pool } from 'undici'
import { targetsOf } from '../allowed-target.ts'
import { guardedLookup } from './lookup.ts'

export interface RemoteCall {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

export interface RemoteAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

export interface Remote {
  readonly url: string
  /** null: no answer came. */
  send(call: RemoteCall): Promise<RemoteAnswer | null>
  close(): Promise<void>
}

function plain(headers: Readonly<Record<string, string | string[] | undefined>>) {
  return Object.fromEntries(
    Object.entries(headers).map(([key, value]) => [
      key,
      Array.isArray(value) ? value.join(', ') : (value ?? ''),
    ]),
  )
}

async function send(pool: Pool, call: RemoteCall): Promise<RemoteAnswer | null> {
  try {
    const answer = await pool.request({
      path: call.path,
      method: call.method as 'GET',
      headers: { ...call.headers },
      ...(call.body.length === 0 ? {} : { body: call.body }),
    })
    const body = Buffer.from(await answer.body.arrayBuffer())
    return { status: answer.statusCode, headers: plain(answer.headers), body }
  } catch {
    return null
  }
}

/** RangeError for an address that is not this machine: the control API answers nobody else. */
export function remote(url: string): Remote {
  const targets = targetsOf()
  if (!targets.allows(url)) {
    throw new RangeError(`${url}: give the address of a simulator here, as http://127.0.0.1:4001`)
  }
  const { origin } = new URL(url)
  const pool = new Pool(origin, { connections: 32, connect: { lookup: guardedLookup(targets) } })
  return { url: origin, send: (call) => send(pool, call), close: () => pool.destroy() }
}
