import type {
  Transport,
  TransportAnswer,
  TransportRequest,
  TransportSilence,
} from '@minitill/protocol'
import { Pool } from 'undici'

/** A transport that can be closed; one pool of connections for each host. */
export interface PooledTransport extends Transport {
  close(): Promise<void>
}

const connectTimeoutMs = 1_500
/** WeChat's servers close an idle connection after 8 s; we do it first. */
const idleMs = 4_000

/** HTTP over undici. It knows the hosts it was given and no other, and follows no redirect. */
export function openTransport(origins: readonly string[]): PooledTransport {
  const pools = new Map(
    origins.map((origin) => [
      origin,
      new Pool(origin, {
        connections: 64,
        connect: { timeout: connectTimeoutMs },
        keepAliveTimeout: idleMs,
        keepAliveMaxTimeout: idleMs,
      }),
    ]),
  )
  return {
    send: async (request) => {
      const pool = pools.get(request.host)
      if (pool === undefined) return { got: 'silence', why: 'connect_failed' }
      // Whole milliseconds, and outside the try: a mistake of ours must not look like the network.
      const signal = AbortSignal.timeout(Math.max(1, Math.ceil(request.timeoutMs)))
      try {
        return await exchange(pool, request, signal)
      } catch (error) {
        return { got: 'silence', why: whyOf(error) }
      }
    },
    close: async () => {
      await Promise.all([...pools.values()].map((pool) => pool.destroy()))
    },
  }
}

async function exchange(
  pool: Pool,
  request: TransportRequest,
  signal: AbortSignal,
): Promise<TransportAnswer | TransportSilence> {
  const { method, path, mostBytes } = request
  const reply = await pool.request({
    method,
    path,
    headers: Object.fromEntries(request.headers),
    body: request.body.length === 0 ? null : request.body,
    signal,
  })
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of reply.body as AsyncIterable<Uint8Array>) {
    size += chunk.length
    if (size > mostBytes) return { got: 'silence', why: 'too_large' }
    chunks.push(chunk)
  }
  const headers = Object.entries(reply.headers).flatMap(([name, value]) =>
    [value ?? []].flat().map((one) => [name, one] as const),
  )
  return { got: 'answer', status: reply.statusCode, headers, body: Buffer.concat(chunks) }
}

function whyOf(error: unknown): TransportSilence['why'] {
  const { name = '', code = '' } = error as { name?: string; code?: string }
  if (/^(UND_ERR_CONNECT_TIMEOUT|ECONNREFUSED|ENOTFOUND|EHOSTUNREACH|EAI_AGAIN)$/.test(code)) {
    return 'connect_failed'
  }
  return /timeout/i.test(`${name} ${code}`) ? 'timed_out' : 'broken'
}
