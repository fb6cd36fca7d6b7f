import { expect, test } from 'vitest'
import { PAID } from '../testing/world.ts'
import { ModelError } from './model-error.ts'
import {
  isPaid,
  parseNotificationEnvelope,
  parsePrepayAnswer,
  parseTradeState,
  parseTransaction,
} from './payment.ts'
import { parseRefund, parseRefundNotice } from './refund.ts'

test('a paid query answer is read in full', () => {
  const transaction = parseTransaction(PAID)
  expect(isPaid(transaction)).toBe(true)
  expect(transaction).toMatchObject({
    trade_state: 'SUCCESS',
    transaction_id: '4200002345202609101234567890',
    success_time: 1_789_007_696_000,
    amount: { total: 100, payer_total: 90, currency: 'CNY' },
  })
})

const unpaid = {
  appid: PAID.appid,
  mchid: PAID.mchid,
  out_trade_no: PAID.out_trade_no,
  trade_state: 'NOTPAY',
  trade_state_desc: '订单未支付',
}

test('an unpaid answer needs the first five fields only, in each of its three forms', () => {
  expect(parseTransaction(unpaid)).toEqual(unpaid)
  const withAmount = { ...unpaid, amount: { total: 100, currency: 'CNY' } }
  expect(parseTransaction(withAmount)).toEqual(withAmount)
  const full = { ...withAmount, payer: {}, attach: '', success_time: '', transaction_id: '' }
  expect(isPaid(parseTransaction(full))).toBe(false)
})

test('a refunded order counts as paid', () => {
  expect(isPaid(parseTransaction({ ...PAID, trade_state: 'REFUND' }))).toBe(true)
})

test('unknown fields are ignored and an unknown state is kept, paying nothing', () => {
  const transaction = parseTransaction({ ...PAID, trade_state: 'SUCCESS_PENDING', brand_new: [1] })
  expect(transaction.trade_state).toEqual({ unknown: 'SUCCESS_PENDING' })
  expect(isPaid(transaction)).toBe(false)
  expect(transaction).not.toHaveProperty('brand_new')
})

test('nulls count as absent', () => {
  expect(parseTransaction({ ...unpaid, payer: null, amount: null })).toEqual(unpaid)
})

test.each([
  ['appid', { ...PAID, appid: undefined }],
  ['mchid', { ...PAID, mchid: 1_900_007_291 }],
  ['out_trade_no', { ...PAID, out_trade_no: 'x' }],
  ['trade_state', { ...PAID, trade_state: 1 }],
  ['transaction_id', { ...PAID, transaction_id: undefined }],
  ['amount', { ...PAID, amount: undefined }],
  ['amount', { ...PAID, amount: { total: 100 } }],
  ['total', { ...PAID, amount: { total: 1.5, currency: 'CNY' } }],
  ['total', { ...PAID, amount: { total: '100', currency: 'CNY' } }],
  ['total', { ...PAID, amount: { total: -1, currency: 'CNY' } }],
  ['success_time', { ...PAID, success_time: 'yesterday' }],
  ['transaction', [PAID]],
])('a paid answer with a bad %s is refused by that name', (field, value) => {
  expect(() => parseTransaction(value)).toThrow(ModelError)
  expect(() => parseTransaction(value)).toThrow(new RegExp(`^${field}: `))
})

test('a field of the prototype is not a field of the answer', () => {
  expect(() => parsePrepayAnswer(Object.create({ prepay_id: 'wx1' }))).toThrow('prepay_id')
  expect(parsePrepayAnswer({ prepay_id: 'wx1', more: 1 })).toEqual({ prepay_id: 'wx1' })
})

test('trade states are those of the documentation', () => {
  expect(parseTradeState('PAYERROR')).toBe('PAYERROR')
  expect(() => parseTradeState(undefined)).toThrow(ModelError)
})

test('an envelope without associated_data has an empty one', () => {
  const envelope = {
    id: 'EV-1',
    create_time: 't',
    event_type: 'TRANSACTION.SUCCESS',
    resource_type: 'encrypt-resource',
    summary: '支付成功',
    resource: { algorithm: 'AEAD_AES_256_GCM', ciphertext: 'AA==', nonce: 'n' },
  }
  expect(parseNotificationEnvelope(envelope).resource.associated_data).toBe('')
  expect(() => parseNotificationEnvelope({ ...envelope, resource: 'x' })).toThrow('resource')
})

const refund = {
  out_refund_no: 'R202609110001',
  refund_id: '50300002342026091112345678901',
  out_trade_no: PAID.out_trade_no,
  transaction_id: PAID.transaction_id,
  create_time: '2026-09-11T09:00:00+08:00',
  amount: { total: 100, refund: 40, payer_total: 100, payer_refund: 40 },
}

test('a refund says status where its notification says refund_status', () => {
  expect(parseRefund({ ...refund, status: 'PROCESSING' }).status).toBe('PROCESSING')
  expect(() => parseRefund({ ...refund, refund_status: 'SUCCESS' })).toThrow(/^status: /)
  const notice = { ...refund, mchid: PAID.mchid, refund_status: 'ABNORMAL' }
  expect(parseRefundNotice(notice).refund_status).toBe('ABNORMAL')
  expect(() => parseRefundNotice({ ...notice, refund_status: undefined })).toThrow('refund_status')
  expect(parseRefund({ ...refund, status: 'NEW' }).status).toEqual({ unknown: 'NEW' })
})
