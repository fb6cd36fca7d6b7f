import { createHash } from 'node:crypto'

/** One draw of a keyed, stateless source of chance: the same seed, key and number give the same. */
export interface Draw {
  /** A number in [0, 1). */
  unit(): number
  hex(length: number): string
  digits(length: number): string
  /** Letters and digits. */
  word(length: number): string
  /** Letters, digits, "-" and "_". */
  base64url(length: number): string
  bytes(length: number): Uint8Array
}

const DIGITS = '0123456789'
const WORD = `${DIGITS}ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz`
const BASE64URL = `${WORD}-_`

/**
 * H(seed, key, nth). Draws are keyed and not taken from one stream, so that leaving out a person
 * or a fault leaves what everybody else draws unchanged; a failing run can then be made smaller.
 */
export function drawOf(seed: string, key: string, nth: number): Draw {
  const bytes = (length: number): Uint8Array => {
    const parts: Buffer[] = []
    for (let block = 0; block * 32 < length; block += 1) {
      parts.push(
        createHash('sha256')
          .update(JSON.stringify([seed, key, nth, block]))
          .digest(),
      )
    }
    return Uint8Array.from(Buffer.concat(parts).subarray(0, length))
  }
  const from = (alphabet: string, length: number): string =>
    Array.from(bytes(length), (byte) => alphabet[byte % alphabet.length]).join('')
  return {
    bytes,
    unit: () => Buffer.from(bytes(6)).readUIntBE(0, 6) / 2 ** 48,
    hex: (length) => Buffer.from(bytes(length)).toString('hex').slice(0, length),
    digits: (length) => from(DIGITS, length),
    word: (length) => from(WORD, length),
    base64url: (length) => from(BASE64URL, length),
  }
}
