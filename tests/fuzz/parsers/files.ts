// The amounts and lines of bills, and the XML of pushed messages.
import {
  ModelError,
  millsOf,
  nearestFen,
  parsePushXml,
  signedFenOf,
} from '@minitill/protocol/model'
import { cellsOf } from '../../../protocol/model/bill/lines.ts'
import type { Chance } from '../core/chance.ts'
import { must, orRefused, type Parser, textOf } from '../core/parser.ts'
import { digits, letters, oddText } from '../core/texts.ts'
import { damagedText } from './texts.ts'

export const billAmounts: Parser = {
  name: 'bill-amounts',
  good: ['0.00', '-0.60000', '12', '9999999999.99999'],
  damage: damagedText,
  make: (chance) => {
    const sign = chance.oneIn(3) ? '-' : ''
    const whole = String(chance.below(10 ** chance.between(1, 9)))
    return `${sign}${whole}.${digits(chance, chance.between(1, 6))}`
  },
  feed: (input) => {
    const text = textOf(input)
    const mills = millsOf(text)
    if (mills === null) return 'refused'
    const [whole = '', decimals = ''] = text.split('.')
    const unsigned = BigInt(whole.replace('-', '') + decimals.padEnd(5, '0'))
    must(BigInt(mills) === (whole.startsWith('-') ? -unsigned : unsigned), 'exact mills')
    must(Math.abs(nearestFen(mills) * 1000 - mills) <= 500, 'the nearest fen')
    const fen = signedFenOf(text)
    must(fen === null || fen * 1000 === mills, 'whole fen are the same number')
    return fen === null ? 'accepted, finer than fen' : 'accepted'
  },
}

const cell = (chance: Chance): string =>
  chance.oneIn(4) ? oddText(chance) : letters(chance, chance.between(0, 12), 'ab01.-` "\\')

export const billCells: Parser = {
  name: 'bill-cells',
  good: ['`2026-11-27 10:00:00,`wx1,`0.01', '"a,b","c""d",1', 'a,b', ''],
  damage: damagedText,
  make: (chance) => {
    const cells = Array.from({ length: chance.between(1, 30) }, () => cell(chance))
    const quoted = cells.map((one) => `"${one.replaceAll('"', '""')}"`)
    return chance.pick([cells.map((one) => `\`${one}`).join(), cells.join(), quoted.join()])
  },
  feed: (input) => {
    const text = textOf(input)
    const cells = orRefused(() => cellsOf(text), ModelError)
    if (cells === null) return 'refused'
    must(cells.length >= 1, 'a line has a cell')
    must(cells.join('').length <= text.length, 'nothing is made up')
    return 'accepted'
  },
}

function element(chance: Chance, depth = 0): string {
  const name = chance.pick(['Event', 'ToUserName', 'List', 'a', 'xml', '1a', '__proto__'])
  const inner = chance.oneIn(2) && depth < 7 ? element(chance, depth + 1) : content(chance)
  return chance.oneIn(20) ? `<${name}>${inner}` : `<${name}>${inner}</${name}>`
}

const content = (chance: Chance): string =>
  chance.pick([
    '',
    'text',
    '<![CDATA[x<y]]>',
    '&lt;',
    '&#65;',
    '&#0;',
    '&#xD800;',
    '&evil;',
    '<!--c-->',
  ])

export const pushXml: Parser = {
  name: 'push-xml',
  good: [
    '<xml><ToUserName><![CDATA[gh_1]]></ToUserName><Event>x</Event></xml>',
    '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><xml><b>&a;</b></xml>',
  ],
  damage: damagedText,
  make: (chance) => {
    const parts = Array.from({ length: chance.below(6) }, () => element(chance))
    return `<xml>${parts.join(chance.pick(['', '\n']))}</xml>`
  },
  feed: (input) => {
    const text = textOf(input)
    const fields = orRefused(() => parsePushXml(text), ModelError)
    if (fields === null) return 'refused'
    must(
      !/<!(?!\[CDATA\[)/.test(text.replaceAll(/<!\[CDATA\[[\s\S]*?\]\]>/g, '')),
      'no declaration',
    )
    must(Object.getPrototypeOf({}) === Object.prototype && !('Event' in {}), 'prototypes are whole')
    must(JSON.stringify(fields).length <= 12 * text.length + 64, 'nothing unfolds')
    return 'accepted'
  },
}
