// The bytes that a signature's text may stand for.
import { attempt } from './parts.ts'
import type { Code } from './words.ts'

export interface Reading {
  readonly code: Code | null
  readonly bytes: Buffer
}

const STANDARD = /^[A-Za-z0-9+/]+={0,2}$/
const LONGEST_SIGNATURE = 4096

function strict(text: string): Buffer | null {
  const whole = STANDARD.test(text) && text.length % 4 === 0
  return whole ? Buffer.from(text, 'base64') : null
}

function unpadded(text: string): Buffer | null {
  return strict(text.padEnd(Math.ceil(text.length / 4) * 4, '='))
}

function hex(text: string): Buffer | null {
  return /^(?:[0-9a-f]{2})+$/i.test(text) ? Buffer.from(text, 'hex') : null
}

/** What a signature may stand for: as it should be read first, then by each known mistake. */
export function readings(given: string): readonly Reading[] {
  if (given.length > LONGEST_SIGNATURE) return []
  const right = strict(given)
  const inner = right?.toString('latin1').trim() ?? ''
  const joined = given.replace(/\s|\\r|\\n/g, '')
  const decoded = attempt(() => decodeURIComponent(given)) ?? ''
  const plain = given.replaceAll('-', '+').replaceAll('_', '/')
  const tried: readonly (readonly [Code | null, Buffer | null])[] = [
    [null, right],
    ['signature_hex', hex(given)],
    ['signature_hex', hex(inner)],
    ['double_base64', unpadded(inner)],
    ['base64_url', plain === given ? null : unpadded(plain)],
    ['base64_unpadded', unpadded(given)],
    ['base64_percent_encoded', decoded === given ? null : strict(decoded)],
    ['base64_line_breaks', joined === given ? null : strict(joined)],
    ['base64_plus_lost', given.includes(' ') ? strict(given.replaceAll(' ', '+')) : null],
  ]
  return tried.flatMap(([code, bytes]) => (bytes === null ? [] : [{ code, bytes }]))
}
