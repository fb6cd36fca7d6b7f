import { expect, test } from 'vitest'
import { unknownSettings } from '../../server/config/names.ts'
import { connectionUrl } from './pair.ts'
import { readPairSettings } from './settings.ts'

test('every problem is told at once, with the nearest right name', () => {
  const read = () =>
    readPairSettings({ MINITILL_PORTT: '1', MINITILL_PORT: 'x', MINITILL_ENV: 'production' })
  expect(read).toThrow(/MINITILL_PORTT is not a setting; did you mean MINITILL_PORT\?/)
  expect(read).toThrow(/MINITILL_PORT is "x": give a port from 1 to 65535/)
  expect(read).toThrow(/use minitill serve/)
})

test.each(['0', '65536', '-1', '4000.5', '', '0x10'])('%j is no port', (text) => {
  expect(() => readPairSettings({ MINITILL_PORT: text })).toThrow(/MINITILL_PORT/)
})

test('variables of other programs are none of our business', () => {
  expect(unknownSettings({ PATH: '/bin', MINI: 'x', WECHATY_PUPPET: 'x' })).toEqual([])
})

test('a misspelt setting is named together with the right one', () => {
  const [line] = unknownSettings({ MINITIL_PORT: '1', MINITILL_PROT: '1' })
  expect(line).toBe('MINITILL_PROT is not a setting; did you mean MINITILL_PORT?')
})

test('a socket folder with spaces survives in the connection text', () => {
  const url = connectionUrl({
    host: '/a b/收',
    port: 5432,
    user: 'minitill',
    password: 'p/?#',
    database: 'minitill',
  })
  expect(url).toBe('postgresql://minitill:p%2F%3F%23@/minitill?host=%2Fa%20b%2F%E6%94%B6&port=5432')
})
