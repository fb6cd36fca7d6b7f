import { expect, test } from 'vitest'
import { csvLine } from './csv.ts'

test('A-77 a cell that a spreadsheet would calculate is text, and amounts stay numbers', () => {
  const evil = ['=cmd|calc!A0', '+1+1', '-1+1', '@SUM(A1)', '\t=1', '\r=1', '-', '=1,2']
  expect(csvLine(evil)).toBe(`'=cmd|calc!A0,'+1+1,'-1+1,'@SUM(A1),'\t=1,"'\r=1",'-,"'=1,2"\r\n`)
  expect(csvLine([-1980, '-19.80', 0, 'pay_1', ''])).toBe('-1980,-19.80,0,pay_1,\r\n')
})

test('quotes, commas and line ends stay inside their cell', () => {
  expect(csvLine(['a"b', 'c,d', 'e\nf'])).toBe('"a""b","c,d","e\nf"\r\n')
})
