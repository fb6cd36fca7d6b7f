// The search: which text, by which key, in which form. Nothing is said that the signature does not
// prove: a text or a key is named only when the signature opens with it.
import type { KeyObject } from 'node:crypto'
import type { Diagnosis } from '../api/wire.ts'
import { diagnosed } from './diagnosed.ts'
import { readings } from './encodings.ts'
import { type Opened, opened } from './opened.ts'
import type { Candidate } from './parts.ts'
import { symmetric } from './symmetric.ts'
import type { Code } from './words.ts'

const MOST_KEYS = 64
const MOST_TEXTS = 2000
/** Letters hashed at most: what bounds the time when the body is long. */
const MOST_LETTERS = 4_000_000

/** A key that may have signed; code null for the one that should have. */
export interface KnownKey {
  readonly code: Code | null
  /** Whose key it is, to be shown: a serial, never the key. */
  readonly name: string
  readonly key: KeyObject
}

/** The first text that fits, within bounds. */
function matching(found: Opened, texts: Iterable<Candidate>): Candidate | null {
  let [texts_, letters] = [Math.min(MOST_TEXTS, found.mostTexts), MOST_LETTERS]
  for (const candidate of texts) {
    if (found.fits(candidate.text)) return candidate
    texts_ -= 1
    letters -= candidate.text.length
    if (texts_ <= 0 || letters <= 0) return null
  }
  return null
}

function present(...codes: readonly (Code | null)[]): readonly Code[] {
  return codes.filter((code) => code !== null)
}

/** Bare contents and PSS prove nothing until a text fits. */
function isProof(found: Opened): boolean {
  return !['digest_info_missing', 'raw_rsa', 'padding_pss'].includes(found.code ?? '')
}

/**
 * Why a signature did not verify over `expected`.
 * @param texts begins anew each time it is called
 * @param apiv3Key to recognise an HMAC or MD5 made with it; it is not shown
 */
export function explainSignature(
  signature: string,
  expected: string,
  keys: readonly KnownKey[],
  texts: () => Iterable<Candidate>,
  apiv3Key: string | null,
): Diagnosis {
  const tried = readings(signature)
  for (const { code: form, bytes } of tried) {
    for (const { code: whose, name, key } of keys.slice(0, MOST_KEYS)) {
      const found = opened(bytes, key)
      if (found === null) continue
      const text = matching(found, texts())
      const proven = present(whose, form, found.code)
      const signer = whose === null ? '' : name
      if (text !== null) return diagnosed([...text.codes, ...proven], expected, text.text, signer)
      if (isProof(found)) return diagnosed([...proven, 'text_unknown'], expected, '', signer)
    }
  }
  const made = symmetric(tried, texts(), apiv3Key)
  if (made !== null) return diagnosed([made.code, ...made.codes], expected, made.text, '')
  return diagnosed(['signature_mismatch'], expected, '', '')
}
