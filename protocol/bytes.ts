import { createHash, timingSafeEqual } from 'node:crypto'

/** Strict base64 with padding: anything else, even a stray blank, gives null instead of a guess. */
export function decodeBase64(text: string): Buffer | null {
  if (text.length % 4 !== 0 || !/^[0-9A-Za-z+/]*={0,2}$/.test(text)) return null
  return Buffer.from(text, 'base64')
}

/** Strict UTF-8: null for bytes that are none, so that no replacement characters slip in. */
export function decodeUtf8(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return null
  }
}

/** The parsed JSON text, or undefined; a JSON text never means undefined. */
export function parseJson(text: string | null): unknown {
  if (text === null) return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Whether two texts are equal, in a time that does not tell where they differ. */
export function equalTexts(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(a), digest(b))
}
