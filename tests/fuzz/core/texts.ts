// Texts that parsers stumble over, and small damage to a text that they like.
import type { Chance } from './chance.ts'

/** What has broken somebody's parser before. */
const ODD_TEXTS = [
  '',
  ' ',
  '\u0000',
  '\u0001',
  '\n',
  '\r\n',
  '\t',
  '\u2028',
  '\ufeff',
  '\ud800',
  '\udfff',
  '\u202e',
  '🀄',
  '支付成功',
  'é',
  '\u0130',
  '\\',
  '\\u0000',
  '"',
  "'",
  '%00',
  '%s%n',
  '../../etc/passwd',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'null',
  'undefined',
  'NaN',
  'true',
  '-0',
  '1e3',
  '0x10',
  '٣',
  '１２',
  '9007199254740993',
  '99999999999999999999',
  '<script>alert(1)</script>',
  "'; DROP TABLE payment; --",
  '=cmd|1!A1',
] as const

const NUMBERS = [
  0,
  -0,
  1,
  -1,
  0.1,
  1.5,
  100,
  299,
  300,
  1e21,
  2 ** 31,
  -(2 ** 31),
  2 ** 53,
  2 ** 53 - 1,
  2 ** 53 + 2,
  Number.MAX_VALUE,
  5e-324,
] as const

const LETTERS =
  'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/=-_.,:;"\\{}[]()<>&% \n'

export const oddText = (chance: Chance): string => chance.pick(ODD_TEXTS)
export const oddNumber = (chance: Chance): number => chance.pick(NUMBERS)

/** So many letters of an alphabet. */
export function letters(chance: Chance, length: number, alphabet = LETTERS): string {
  let text = ''
  for (let at = 0; at < length; at += 1) text += alphabet[chance.below(alphabet.length)]
  return text
}

export const digits = (chance: Chance, length: number): string =>
  letters(chance, length, '0123456789')

/** A few blows to a text; now and then it grows to tens of thousands of characters. */
export function damaged(chance: Chance, text: string): string {
  let result = text
  for (let blows = chance.between(1, 3); blows > 0; blows -= 1) result = blow(chance, result)
  return result
}

function blow(chance: Chance, text: string): string {
  const at = chance.below(text.length + 1)
  const to = Math.min(text.length, at + chance.between(1, 8))
  const [before, cut, after] = [text.slice(0, at), text.slice(at, to), text.slice(to)]
  switch (chance.below(10)) {
    case 0:
      return before + after
    case 1:
      return before + cut + cut + after
    case 2:
      return before + oddText(chance) + after
    case 3:
      return before + oddText(chance) + cut + after
    case 4:
      return before + letters(chance, 1) + text.slice(at + 1)
    case 5:
      return before + String.fromCharCode(chance.below(0x300)) + text.slice(at + 1)
    case 6:
      return before
    case 7:
      return before + String(oddNumber(chance)) + after
    case 8:
      return chance.oneIn(200) ? before + cut.repeat(chance.between(100, 8_000)) + after : after
    default:
      return before + swappedCase(cut) + after
  }
}

function swappedCase(text: string): string {
  return text === text.toUpperCase() ? text.toLowerCase() : text.toUpperCase()
}
