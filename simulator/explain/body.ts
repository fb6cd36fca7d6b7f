// Mistakes in what was taken for the body.
import { createHash } from 'node:crypto'
import { attempt, type SignedParts, type Variant } from './parts.ts'
import type { Code } from './words.ts'

/** Longer bodies are not written anew: that would take longer than an explanation may. */
const LONGEST_BODY = 65_536

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner)]))
}

/** JSON as Python's json.dumps writes it: a space after each comma and colon. */
function spaced(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(spaced).join(', ')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const pairs = Object.entries(value).map(([key, one]) => `${JSON.stringify(key)}: ${spaced(one)}`)
  return `{${pairs.join(', ')}}`
}

function unicodeEscaped(text: string, upper = false): string {
  return text.replace(/[^ -~\s]/g, (letter) => {
    const hex = letter.charCodeAt(0).toString(16).padStart(4, '0')
    return `\\u${upper ? hex.toUpperCase() : hex}`
  })
}

function slashesEscaped(text: string): string {
  return text.replaceAll('/', '\\/')
}

function htmlEscaped(text: string, letters: RegExp): string {
  return text.replace(letters, (one) => `\\u00${one.charCodeAt(0).toString(16)}`)
}

function form(value: unknown): string {
  if (typeof value !== 'object' || value === null) return ''
  return Object.entries(value)
    .map(([key, one]) => `${key}=${typeof one === 'object' ? JSON.stringify(one) : one}`)
    .join('&')
}

/** Ways to write one JSON value. */
function written(value: unknown): readonly (readonly [Code, string])[] {
  const compact = JSON.stringify(value)
  return [
    ['body_reserialised', compact],
    ['body_spaces', spaced(value)],
    ['body_pretty', JSON.stringify(value, null, 2)],
    ['body_pretty', JSON.stringify(value, null, 4)],
    ['body_pretty', JSON.stringify(value, null, '\t')],
    ['body_keys_sorted', JSON.stringify(sorted(value))],
    ['body_keys_sorted', spaced(sorted(value))],
    ['body_unicode_escaped', unicodeEscaped(compact)],
    ['body_unicode_escaped', unicodeEscaped(compact, true)],
    ['body_unicode_escaped', unicodeEscaped(spaced(value))],
    ['body_slashes_escaped', slashesEscaped(compact)],
    ['body_slashes_escaped', slashesEscaped(unicodeEscaped(compact))],
    ['body_html_escaped', htmlEscaped(compact, /[<>&]/g)],
    ['body_html_escaped', htmlEscaped(compact, /[<>&='/]/g)],
    ['body_html_escaped', htmlEscaped(compact, /[<>&=']/g)],
    ['body_stringified_twice', JSON.stringify(compact)],
    ['body_form', form(value)],
  ]
}

function hashed(body: string): readonly (readonly [Code, string])[] {
  return (['sha256', 'md5'] as const).flatMap((name) => {
    const hex = createHash(name).update(body).digest('hex')
    return [
      ['body_hashed', hex],
      ['body_hashed', hex.toUpperCase()],
    ] as const
  })
}

function ofSent(body: string, bytes: Uint8Array): readonly (readonly [Code, string])[] {
  const simple: readonly (readonly [Code, string])[] = [
    ['body_omitted', ''],
    ['body_trimmed', body.trim()],
    ['body_object_object', '[object Object]'],
    ['body_bom', body.startsWith('\ufeff') ? body.slice(1) : `\ufeff${body}`],
    ['body_charset', body.replace(/[^\0-\x7f]/gu, '?')],
    ['body_charset', Buffer.from(body, 'utf8').toString('latin1')],
  ]
  if (body.length > LONGEST_BODY) return simple
  const gbk = attempt(() => new TextDecoder('gbk', { fatal: true }).decode(bytes))
  const parsed = attempt(() => ({ value: JSON.parse(body) as unknown }))
  const more = parsed === null ? null : attempt(() => written(parsed.value))
  return [
    ...simple,
    ...(more ?? []),
    ...(gbk === null ? [] : [['body_charset', gbk] as const]),
    ...hashed(body),
  ]
}

function ofNone(url: string): readonly (readonly [Code, string])[] {
  const query = url.includes('?') ? url.slice(url.indexOf('?') + 1) : ''
  const fields = Object.fromEntries(new URLSearchParams(query))
  const compact = JSON.stringify(fields)
  const parameters: readonly (readonly [Code, string])[] =
    query === ''
      ? []
      : [
          ['get_with_body', compact],
          ['get_with_body', spaced(fields)],
          ['get_with_body', query],
        ]
  return [
    ['body_empty_object', '{}'],
    ['body_empty_object', '[]'],
    ['body_null', 'null'],
    ['body_null', 'undefined'],
    ['body_null', 'None'],
    ['body_null', '""'],
    ...parameters,
  ]
}

/** What may have been signed for this body; the likeliest first. */
export function bodyVariants(parts: SignedParts, bytes: Uint8Array): readonly Variant[] {
  const found = parts.body === '' ? ofNone(parts.url) : ofSent(parts.body, bytes)
  return found.map(([code, value]) => ({ code, part: 'body', value }))
}
