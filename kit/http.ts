import { TillError } from './error.ts'
import { problemOf } from './parse.ts'
import type { Ports } from './ports.ts'
import { type Reply, send, type WxMethod } from './wx.ts'

export interface HttpCall {
  method: WxMethod
  url: string
  data?: unknown
  header?: Record<string, string>
}

const tries = 3
const timeoutMs = 12_000
const longestWaitMs = 5_000
const busy = [0, 429, 502, 503, 504]

/**
 * True when the server does it once however often it is sent: all but POST, a POST with its key,
 * and the three POSTs on an order that the contract says may be repeated.
 */
function repeatable({ method, url, header }: HttpCall): boolean {
  return method !== 'POST' || !!header?.['Idempotency-Key'] || /\/(pay|confirm|cancel)$/.test(url)
}

/** How long to wait before the next try: what the server asks for, else 0.4 s, 1.2 s, spread. */
function pauseMs(ports: Ports, attempt: number, { header }: Reply): number {
  // The case of a header's name differs by phone.
  const asked = Object.entries(header || {}).find(([name]) => /^retry-after$/i.test(name))
  return Number(asked?.[1]) * 1000 || 400 * 3 ** attempt * (0.75 + ports.random() / 2)
}

/**
 * One call to a server: the body of a 2xx, or a TillError. A repeatable call is tried three times
 * at most after silence or a busy answer, with the same header and body, so with the same key.
 */
export async function callHttp(ports: Ports, call: HttpCall): Promise<unknown> {
  const { method, url, data = {} } = call
  const header = { 'Content-Type': 'application/json', ...call.header }
  const wire = { method, url, header, timeout: timeoutMs }
  // `{}` where there is nothing to say: WeChat declares JSON for every request, and a server may
  // rightly refuse an empty body as no JSON.
  const full = method === 'GET' ? wire : { ...wire, data: JSON.stringify(data) }
  for (let attempt = 0; ; attempt += 1) {
    const reply = await send(ports.wx, full)
    const { status, body } = reply
    if (status >= 200 && status < 300) return body
    const waitMs = pauseMs(ports, attempt, reply)
    const again = busy.includes(status) && repeatable(call) && attempt + 1 < tries
    if (!again || waitMs > longestWaitMs) {
      throw status ? problemOf(status, body) : new TillError('network_unavailable', 0, `${body}`)
    }
    await ports.wait(waitMs)
  }
}
