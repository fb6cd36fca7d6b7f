// The control API moves money and time, so a web page elsewhere must not reach it: loopback only,
// and neither Host nor Origin may name anything but this simulator.
import type { IncomingMessage } from 'node:http'

const LOOPBACK_NAMES = ['127.0.0.1', 'localhost', '[::1]']

function isLoopbackAddress(address: string): boolean {
  return address === '::1' || /^(::ffff:)?127\./.test(address)
}

/** The origins that are this simulator. */
export function ownOrigins(port: number): readonly string[] {
  return LOOPBACK_NAMES.map((name) => `http://${name}:${port}`)
}

/** Why a request may not use the control API; null when it may. */
export function refusalOf(request: IncomingMessage, port: number): string | null {
  if (!isLoopbackAddress(request.socket.remoteAddress ?? '')) {
    return 'The control API answers to this machine only.'
  }
  const own = ownOrigins(port)
  const host = request.headers.host ?? ''
  const named = own.some((origin) => origin === `http://${host}`)
  if (!named) return 'Host must name this simulator: 127.0.0.1 or localhost, and its port.'
  const { origin } = request.headers
  if (origin !== undefined && !own.includes(origin)) {
    return 'Origin must be this simulator; other web pages may not use the control API.'
  }
  return null
}
