import type { Diagnosis } from '../api/wire.ts'
import { type Code, WORDS } from './words.ts'

/**
 * A diagnosis in words. Of several mistakes the first gives the code, all give the sentence, and
 * each stands in `hints`.
 * @param about what the sentence is about: a serial, a field; "" for nothing
 */
export function diagnosed(
  codes: readonly Code[],
  expected: string,
  received: string,
  about = '',
): Diagnosis {
  const hints = [...new Set(codes)].map((code) => {
    const [en, zh] = WORDS[code]
    return { code, en, zh }
  })
  const [first = { code: 'signature_mismatch' as const }] = hints
  return {
    code: first.code,
    en: `${hints.map(({ en }) => en).join(' ')}${about === '' ? '' : ` (${about})`}`,
    zh: `${hints.map(({ zh }) => zh).join('')}${about === '' ? '' : `（${about}）`}`,
    expected,
    received,
    ...(hints.length > 1 ? { hints } : {}),
  }
}
