// A message as a curl command that a POSIX shell sends again, byte for byte.
import type { Exchange } from './messages.ts'

/** Set by curl itself, or of one connection only. */
const OWN = /^(content-length|connection|keep-alive|transfer-encoding|accept-encoding|expect)$/i

const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`

/** A request goes to this simulator again; a notification to where it was sent. */
export function curlOf(exchange: Exchange, origin: string): string {
  const { method, url, headers, body } = exchange
  const whole = /^https?:\/\//.test(url) ? url : `${origin}${url}`
  const here = new URL(whole).host
  const lines = [`curl -i -X ${method} ${quoted(whole)}`]
  for (const [name, value] of Object.entries(headers)) {
    if (OWN.test(name) || (name.toLowerCase() === 'host' && value === here)) continue
    lines.push(`-H ${quoted(`${name}: ${value}`)}`)
  }
  if (body !== '') lines.push(`--data-raw ${quoted(body)}`)
  return lines.join(' \\\n  ')
}

/** Whether secrets were taken out of it, so that it cannot be sent as it stands. */
export function isMasked({ url, headers, body }: Exchange): boolean {
  return [url, body, ...Object.values(headers)].some((text) => text.includes('…'))
}
