// What the value of each kind of template field may be (mini-program.md §9.2, M60).
import type { TemplateField } from './subscribe-state.ts'

const TIME = String.raw`\d{1,2}:\d{2}(?::\d{2})?`
const DAY = String.raw`(?:\d{4}年\d{1,2}月\d{1,2}日|\d{4}[-/.]\d{1,2}[-/.]\d{1,2})`
const RANGE = (one: string) => new RegExp(`^${one}(?:\\s?~\\s?${one})?$`)

const RULES: readonly (readonly [prefix: string, fits: RegExp])[] = [
  ['thing', /^[\s\S]{1,20}$/u],
  ['number', /^-?\d{1,32}(?:\.\d+)?$/],
  ['letter', /^[A-Za-z]{1,32}$/],
  ['symbol', /^[^\p{L}\p{N}\s]{1,5}$/u],
  ['character_string', /^[\x20-\x7e]{1,32}$/],
  ['time', RANGE(`(?:${DAY}\\s?)?${TIME}`)],
  ['date', RANGE(`${DAY}(?:\\s?${TIME})?`)],
  ['amount', /^[^\d\s]?\d{1,10}(?:\.\d{1,2})?元?$/],
  ['phone_number', /^[\d+\-() ]{1,17}$/],
  ['car_number', /^[\p{L}\p{N}·]{1,8}$/u],
  ['name', /^(?:[\p{Script=Han}·]{1,10}|[\p{Script=Latin} .·]{1,20})$/u],
  ['phrase', /^\p{Script=Han}{1,5}$/u],
]

/** Key of a field, such as `thing1`: a kind and a number. */
export const FIELD_KEY =
  /^(thing|number|letter|symbol|character_string|time|date|amount|phone_number|car_number|name|phrase|enum)\d{1,3}$/

/** Whether a value may be sent in this field. */
export function valueFits(field: TemplateField, value: string): boolean {
  const kind = field.key.replace(/\d+$/, '')
  if (kind === 'enum') return field.values.includes(value)
  const rule = RULES.find(([prefix]) => prefix === kind)
  const digits = kind === 'number' ? value.replaceAll(/\D/g, '').length <= 32 : true
  return rule === undefined || (digits && rule[1].test(value))
}
