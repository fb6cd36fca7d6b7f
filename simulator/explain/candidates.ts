// The texts that a caller may have signed: none, one or two mistakes away from the right one.
import { createHash } from 'node:crypto'
import { bodyVariants } from './body.ts'
import { type Candidate, type SignedParts, textOf, type Variant } from './parts.ts'
import { lineVariants } from './url.ts'
import type { Code } from './words.ts'

/** Who asked, as far as it may stand in a wrong text. */
export interface Asker {
  readonly mchid: string
  readonly appids: readonly string[]
  readonly host: string
}

/** Mistakes that come together often enough to be looked for in pairs. */
const COMMON: ReadonlySet<Code> = new Set<Code>([
  'body_omitted',
  'body_trimmed',
  'body_reserialised',
  'body_spaces',
  'body_pretty',
  'body_unicode_escaped',
  'body_slashes_escaped',
  'body_empty_object',
  'body_null',
  'get_with_body',
  'query_dropped',
  'url_decoded',
  'host_included',
  'trailing_slash',
  'method_lower_case',
  'timestamp_milliseconds',
])

type Frame = readonly [Code, (parts: SignedParts) => string]

/** Mistakes in how the lines were put together. */
const FRAMES: readonly Frame[] = [
  ['missing_last_newline', (parts) => textOf(parts).slice(0, -1)],
  ['crlf', (parts) => textOf(parts).replaceAll('\n', '\r\n')],
  ['crlf', (parts) => lines(parts).join('\r\n')],
  ['extra_last_newline', (parts) => `${textOf(parts)}\n`],
  [
    'newline_literal',
    (parts) =>
      lines(parts)
        .map((line) => `${line}\\n`)
        .join(''),
  ],
  ['newlines_missing', (parts) => lines(parts).join('')],
  ['joined_by_ampersand', (parts) => lines(parts).join('&')],
  ['leading_newline', (parts) => `\n${textOf(parts)}`],
  ['missing_last_newline', (parts) => textOf(parts).trimEnd()],
  ['body_line_missing', (parts) => ended(lines(parts).slice(0, 4))],
  ['answer_text', (parts) => ended(lines(parts).slice(2))],
]

/** How many frames are tried together with another mistake. */
const COMMON_FRAMES = 2

function lines(parts: SignedParts): readonly string[] {
  return [parts.method, parts.url, parts.timestamp, parts.nonce, parts.body]
}

function ended(some: readonly string[]): string {
  return some.map((line) => `${line}\n`).join('')
}

function reordered(parts: SignedParts): readonly Candidate[] {
  const { method, url, timestamp, nonce, body } = parts
  const wrong = [
    [method, url, nonce, timestamp, body],
    [url, method, timestamp, nonce, body],
    [method, url, body, timestamp, nonce],
    [method, url, timestamp, body, nonce],
    [timestamp, nonce, method, url, body],
    [body, nonce, timestamp, url, method],
  ]
  return wrong.map((some) => ({ codes: ['lines_reordered'], text: ended(some) }))
}

function cashierTexts(parts: SignedParts, asker: Asker): readonly Candidate[] {
  const { timestamp, nonce, body } = parts
  return asker.appids.slice(0, 5).map((appid) => ({
    codes: ['cashier_text'],
    text: ended([appid, timestamp, nonce, body]),
  }))
}

/** The hash of the text as hex: what those sign who hash first. */
function hashedFirst(right: string): readonly Candidate[] {
  const hex = createHash('sha256').update(right).digest('hex')
  return [hex, hex.toUpperCase()].map((text) => ({ codes: ['hashed_first'], text }))
}

function* pairs(parts: SignedParts, variants: readonly Variant[]): Generator<Candidate> {
  const common = variants.filter(({ code }) => COMMON.has(code))
  for (const [code, make] of FRAMES.slice(0, COMMON_FRAMES)) {
    for (const one of variants) {
      yield { codes: [one.code, code], text: make({ ...parts, [one.part]: one.value }) }
    }
  }
  for (const [index, one] of common.entries()) {
    for (const other of common.slice(index + 1)) {
      if (one.part === other.part) continue
      const both = { ...parts, [one.part]: one.value, [other.part]: other.value }
      yield { codes: [one.code, other.code], text: textOf(both) }
    }
  }
}

function* milliseconds(parts: SignedParts): Generator<Candidate> {
  for (let ms = 0; ms < 1000; ms += 1) {
    const timestamp = `${parts.timestamp}${String(ms).padStart(3, '0')}`
    yield { codes: ['timestamp_milliseconds'], text: textOf({ ...parts, timestamp }) }
  }
}

/**
 * Texts to compare with what was signed: the right one, then one mistake, then two, then every
 * millisecond of the second in the header. The reader stops when it has read enough.
 */
export function* candidates(
  parts: SignedParts,
  bytes: Uint8Array,
  asker: Asker,
): Generator<Candidate> {
  const right = textOf(parts)
  yield { codes: [], text: right }
  const found = [...bodyVariants(parts, bytes), ...lineVariants(parts, asker.mchid, asker.host)]
  const variants = found.filter(({ part, value }) => value !== parts[part])
  for (const { code, part, value } of variants) {
    yield { codes: [code], text: textOf({ ...parts, [part]: value }) }
  }
  for (const [code, make] of FRAMES) yield { codes: [code], text: make(parts) }
  yield* reordered(parts)
  yield* cashierTexts(parts, asker)
  yield* hashedFirst(right)
  yield* pairs(parts, variants)
  yield* milliseconds(parts)
}
