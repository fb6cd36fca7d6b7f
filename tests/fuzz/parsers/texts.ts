// Yuan, times and the Authorization header of a request.
import {
  buildAuthorization,
  fenFromYuanText,
  parseAuthorization,
  parseRfc3339,
  rfc3339Beijing,
  yuanText,
} from '@minitill/protocol'
import type { Chance } from '../core/chance.ts'
import { type Input, must, orRefused, type Parser, textOf } from '../core/parser.ts'
import { damaged, digits, letters } from '../core/texts.ts'

export const damagedText = (chance: Chance, input: Input): Input => damaged(chance, textOf(input))

const twoDigits = (chance: Chance, most: number) => String(chance.below(most)).padStart(2, '0')

export const yuan: Parser = {
  name: 'yuan',
  good: ['0', '0.00', '0.01', '12', '12.3', '12.34', '90071992547409.91'],
  damage: damagedText,
  make: (chance) => {
    const whole = String(chance.below(10 ** chance.between(1, 9)))
    return chance.oneIn(3) ? whole : `${whole}.${digits(chance, chance.between(1, 3))}`
  },
  feed: (input) => {
    const text = textOf(input)
    const amount = orRefused(() => fenFromYuanText(text), RangeError)
    if (amount === null) return 'refused'
    // Another way to the same number: by big integers and without a regular expression.
    const [whole = '', decimals = ''] = text.split('.')
    must(BigInt(whole) * 100n + BigInt(decimals.padEnd(2, '0')) === BigInt(amount), 'exact fen')
    must(yuanText(amount) === `${whole}.${decimals.padEnd(2, '0')}`, 'the same text again')
    return 'accepted'
  },
}

export const time: Parser = {
  name: 'time',
  good: ['2026-11-23T11:20:26+08:00', '2024-02-29T23:59:59.999Z', '1970-01-01T00:00:00-00:00'],
  damage: damagedText,
  make: (chance) => {
    const year = String(chance.between(1960, 2040))
    const day = `${year}-${twoDigits(chance, 14)}-${twoDigits(chance, 33)}`
    const clock = [25, 61, 61].map((most) => twoDigits(chance, most)).join(':')
    const part = chance.oneIn(3) ? `.${digits(chance, chance.between(1, 10))}` : ''
    const zone = chance.pick(['Z', '+08:00', '-11:30', '+24:00', '+00:60', ''])
    return `${day}T${clock}${part}${zone}`
  },
  feed: (input) => {
    const text = textOf(input)
    const at = orRefused(() => parseRfc3339(text), RangeError)
    if (at === null) return 'refused'
    must(at === Date.parse(text.replace(/(\.\d{3})\d+/, '$1')), 'as Date understands it')
    const again = parseRfc3339(rfc3339Beijing(at))
    must(again === Math.floor(at / 1000) * 1000, 'the same second in Beijing')
    return 'accepted'
  },
}

const NAMES = ['mchid', 'nonce_str', 'timestamp', 'serial_no', 'signature']
const SCHEME = 'WECHATPAY2-SHA256-RSA2048'

export const AUTHORIZATION =
  `${SCHEME} mchid="1900007291",nonce_str="593BEC0C930BF1AFEB40B4A08C8FB242",` +
  'signature="uOVRnA4qG/MNnYzdQxJanN+zU+lTgIcnU9BxGw5dKjK+VdEUz2FeIoC+D5sB/LN+nGzX3hfZg6r5wT1p==",' +
  'timestamp="1554208460",serial_no="408B07E79B8269FEC3D5D3E6AB8ED163A6A380DB"'

/** An Authorization header with its pairs in some order, some of them odd. */
export function authorizationText(chance: Chance): string {
  const pairs = NAMES.toSorted(() => chance.below(3) - 1)
    .slice(chance.oneIn(6) ? 1 : 0)
    .map((name) => `${name}="${letters(chance, chance.between(0, 20), 'abcXYZ0189+/= ')}"`)
  if (chance.oneIn(6)) pairs.push(chance.pick(pairs))
  return `${chance.oneIn(10) ? 'Bearer' : SCHEME}${chance.pick([' ', ' ', '  ', '\t'])}${pairs.join(',')}`
}

export const requestAuthorization: Parser = {
  name: 'request-authorization',
  good: [AUTHORIZATION],
  damage: damagedText,
  make: authorizationText,
  feed: (input) => {
    const read = parseAuthorization(textOf(input))
    if (!read.ok) return read.reason
    const again = parseAuthorization(buildAuthorization(read.authorization))
    must(JSON.stringify(again) === JSON.stringify(read), 'the same after writing it anew')
    return 'accepted'
  },
}
