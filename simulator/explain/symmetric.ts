// Signatures that were made without a private key.
import { createHash, createHmac } from 'node:crypto'
import type { Reading } from './encodings.ts'
import type { Candidate } from './parts.ts'
import type { Code } from './words.ts'

const MOST_TEXTS = 300

/** The known text and what was made of it; null when the bytes are no MD5 or SHA-256. */
export function symmetric(
  tried: readonly Reading[],
  texts: Iterable<Candidate>,
  apiv3Key: string | null,
): { readonly code: Code; readonly codes: readonly Code[]; readonly text: string } | null {
  const short = tried.filter(({ bytes }) => bytes.length === 16 || bytes.length === 32)
  if (short.length === 0) return null
  const same = (bytes: Buffer) => short.some((one) => one.bytes.equals(bytes))
  let left = MOST_TEXTS
  for (const { codes, text } of texts) {
    left -= 1
    if (left < 0) break
    const code = madeBy(text, apiv3Key, same)
    if (code !== null) return { code, codes, text }
  }
  return { code: 'symmetric_form', codes: [], text: '' }
}

function madeBy(text: string, key: string | null, same: (bytes: Buffer) => boolean): Code | null {
  const hashed = (name: string, value: string) => createHash(name).update(value).digest()
  if (same(hashed('sha256', text)) || same(hashed('md5', text))) return 'digest_only'
  if (key === null) return null
  if (same(createHmac('sha256', key).update(text).digest())) return 'hmac_apiv3_key'
  const forms = [`${text}&key=${key}`, `${text}${key}`]
  return forms.some((form) => same(hashed('md5', form))) ? 'md5_apiv3_key' : null
}
