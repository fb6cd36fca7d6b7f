import { expect, test } from 'vitest'
import {
  isPublicKeyId,
  parseAppid,
  parseMchid,
  parseOpenid,
  parseOutRefundNo,
  parseOutTradeNo,
  parsePrepayId,
  parseSerialNo,
  parseTransactionId,
  parseUnionid,
} from './ids.ts'
import { ModelError } from './model-error.ts'

const parsers = {
  parseAppid,
  parseMchid,
  parseOpenid,
  parseOutRefundNo,
  parseOutTradeNo,
  parsePrepayId,
  parseSerialNo,
  parseTransactionId,
  parseUnionid,
}

test.each([
  ['parseAppid', 'wxd678efh567hg6787'],
  ['parseMchid', '1900007291'],
  ['parseOpenid', 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o'],
  ['parseUnionid', 'ocMvos6NjeKLIBqg5Mr9QjxrP1FA'],
  ['parseOutTradeNo', 'aZ09_-|*'],
  ['parseOutTradeNo', 'x'.repeat(32)],
  ['parseTransactionId', '4200002345202609101234567890'],
  ['parsePrepayId', 'wx261153585405162d4d02642eabe7000000'],
  ['parseOutRefundNo', 'a@'],
  ['parseSerialNo', 'PUB_KEY_ID_0114232134912410000000000000'],
] as const)('%s takes %s as it is', (name, value) => {
  expect(parsers[name](value)).toBe(value)
})

test.each([
  ['parseOutTradeNo', 'a1234'],
  ['parseOutTradeNo', 'x'.repeat(33)],
  ['parseOutTradeNo', 'number 1'],
  ['parseOutTradeNo', 'number/1'],
  ['parseOutTradeNo', 'number1\n'],
  ['parseAppid', 'gh_97417a04a28d'],
  ['parseMchid', '19000x7291'],
  ['parseMchid', 1900007291],
  ['parseOpenid', ''],
  ['parseOpenid', 'o'.repeat(129)],
  ['parsePrepayId', 'wx 1'],
  ['parseOutRefundNo', 'r'.repeat(65)],
  ['parseSerialNo', 'XYZ'],
  ['parseSerialNo', 'PUB_KEY_ID_'],
  ['parseTransactionId', null],
] as const)('%s refuses %s', (name, value) => {
  expect(() => parsers[name](value)).toThrow(ModelError)
})

test('a refusal names field and rule, and never the value', () => {
  expect(() => parseOutTradeNo('secret!')).toThrow(/^out_trade_no: must be 6 to 32/)
  expect(() => parseOutTradeNo('secret!')).not.toThrow(/secret/)
})

test('certificate serials are upper case, as WeChat writes them', () => {
  expect(parseSerialNo('408b07e79b82')).toBe('408B07E79B82')
  expect(isPublicKeyId('PUB_KEY_ID_01')).toBe(true)
  expect(isPublicKeyId('408B07E79B82')).toBe(false)
})
