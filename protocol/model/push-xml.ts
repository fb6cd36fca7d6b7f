import { ModelError } from './model-error.ts'

/** A pushed message as an object: a name's text, or its own names; a repeated name is a list. */
export type PushFields = { readonly [name: string]: PushValue }
export type PushValue = string | PushFields | readonly PushValue[]

const deepest = 6
const mostElements = 2000
const space = /[ \t\r\n]*/y
const open = /<([A-Za-z_][A-Za-z0-9_.-]{0,63})[ \t\r\n]*>/y
const close = /<\/([A-Za-z_][A-Za-z0-9_.-]{0,63})[ \t\r\n]*>/y
const section = /<!\[CDATA\[([\s\S]*?)\]\]>/y
const text = /[^<&]+/y
const entity = /&(lt|gt|amp|quot|apos|#[0-9]{1,7}|#x[0-9a-fA-F]{1,6});/y
const named: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }

/**
 * Reads the XML of a pushed message (消息推送): elements, text, CDATA and the five named entities,
 * nothing else. A document type, an entity of its own, a processing instruction, a comment or an
 * attribute is refused, so that nothing can be included or unfolded; depth and count are bounded.
 * @throws ModelError
 */
export function parsePushXml(source: string): PushFields {
  const reader = new XmlReader(source)
  return reader.document()
}

class XmlReader {
  readonly #source: string
  #at = 0
  #elements = 0

  constructor(source: string) {
    this.#source = source
  }

  document(): PushFields {
    this.#take(space)
    const name = this.#take(open)?.[1]
    if (name !== 'xml') throw wrong('must begin with <xml>')
    const value = this.#content('xml', 1)
    this.#take(space)
    if (this.#at !== this.#source.length) throw wrong('goes on after its end')
    return typeof value === 'string' ? {} : (value as PushFields)
  }

  /** Everything up to the closing tag: text, or elements; white space between elements is nothing. */
  #content(name: string, depth: number): PushValue {
    if (depth > deepest) throw wrong(`is deeper than ${deepest} levels`)
    const fields = new Map<string, PushValue[]>()
    let words = ''
    for (;;) {
      words += this.#words()
      const inner = this.#take(open)?.[1]
      if (inner === undefined) break
      this.#elements += 1
      if (this.#elements > mostElements) throw wrong('has too many elements')
      fields.set(inner, [...(fields.get(inner) ?? []), this.#content(inner, depth + 1)])
    }
    if (this.#take(close)?.[1] !== name) throw wrong(`is broken at character ${this.#at + 1}`)
    if (fields.size === 0) return words
    if (words.trim() !== '') throw wrong(`mixes text and elements in ${name}`)
    const entries = [...fields].map(([key, values]) => [
      key,
      values.length === 1 ? values[0] : values,
    ])
    return Object.assign(Object.create(null) as object, Object.fromEntries(entries)) as PushFields
  }

  #words(): string {
    let words = ''
    for (;;) {
      const plain = this.#take(text)?.[0] ?? this.#take(section)?.[1]
      const code = plain === undefined ? this.#take(entity)?.[1] : undefined
      if (plain === undefined && code === undefined) return words
      words += plain ?? character(code ?? '')
    }
  }

  #take(token: RegExp): RegExpExecArray | null {
    token.lastIndex = this.#at
    const found = token.exec(this.#source)
    if (found !== null) this.#at = token.lastIndex
    return found
  }
}

function character(code: string): string {
  const known = named[code]
  if (known !== undefined) return known
  const point = code.startsWith('#x') ? Number.parseInt(code.slice(2), 16) : Number(code.slice(1))
  const isText = point >= 0x20 && point <= 0x10_ffff && !(point >= 0xd800 && point <= 0xdfff)
  if (!isText && point !== 9 && point !== 10 && point !== 13) throw wrong('has no such character')
  return String.fromCodePoint(point)
}

function wrong(rule: string): ModelError {
  return new ModelError('xml', rule)
}
