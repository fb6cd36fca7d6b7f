import { fen, instant, parseOutRefundNo } from '@minitill/protocol/model'
import { expect, test } from 'vitest'
import { refundBody, refundFault, refundNo } from './freeze-refund.ts'
import { nextRefundAsk, nextRefundSend } from './refund-rhythm.ts'
import { at } from './testing/evidence.ts'
import { receipt, refund } from './testing/refunds.ts'

const asked = { amountFen: fen(200), restock: false }
const year = 365 * 24 * 3600 * 1000

test('I-20 what is left may go back, and not a fen more', () => {
  expect(refundFault(receipt(), asked, [], at)).toBeNull()
  const more = { ...asked, amountFen: fen(201) }
  expect(refundFault(receipt(), more, [], at)).toBe('exceeds_remainder')
})

test('I-24 A-69 the 51st part and a payment older than a year are refused here', () => {
  const parts = (count: number) => Array.from({ length: count }, () => refund('succeeded'))
  expect(refundFault(receipt(), asked, parts(49), at)).toBeNull()
  expect(refundFault(receipt(), asked, parts(50), at)).toBe('too_many_parts')
  // WeChat may count a closed one that it had accepted; it never heard of one that was given up.
  const closed = refund('closed', { acceptedAtMs: at })
  expect(refundFault(receipt(), asked, [...parts(49), closed], at)).toBe('too_many_parts')
  expect(refundFault(receipt(), asked, [...parts(49), refund('closed')], at)).toBeNull()
  expect(refundFault(receipt(), asked, [], instant(at + year))).toBeNull()
  expect(refundFault(receipt(), asked, [], instant(at + year + 1))).toBe('too_old')
})

test('stock goes back by one refund of an order', () => {
  const again = { ...asked, restock: true }
  expect(refundFault(receipt(), again, [refund('accepted')], at)).toBe('restocked_already')
  expect(refundFault(receipt(), again, [refund('closed')], at)).toBeNull()
})

test('the request names the transaction, the total of the order, and where to tell', () => {
  const no = parseOutRefundNo(refundNo('MT', new Uint8Array(32)))
  expect(no).toMatch(/^MTR0{29}$/)
  const one = { outRefundNo: no, amountFen: fen(100), reason: '不合适' }
  expect(JSON.parse(refundBody(receipt(), one, 'https://shop/n'))).toEqual({
    transaction_id: '4200000001',
    out_refund_no: no,
    reason: '不合适',
    notify_url: 'https://shop/n',
    amount: { refund: 100, total: 300, currency: 'CNY' },
  })
})

test('asking starts a minute after acceptance, slows down over days, and ends after two months', () => {
  const minutes: number[] = []
  let now = at
  while (minutes.length < 7) {
    now = nextRefundAsk(at, now) ?? now
    minutes.push((now - at) / 60_000)
  }
  expect(minutes).toEqual([1, 6, 16, 36, 66, 96, 126])
  const day = 24 * 3600 * 1000
  expect(nextRefundAsk(at, instant(at + 2 * day))).toBe(at + 2 * day + 6 * 3600 * 1000)
  expect(nextRefundAsk(at, instant(at + 61 * day))).toBeNull()
})

test('what WeChat does not have yet is sent again after 1, 5, 10, 20, then 30 minutes', () => {
  const gaps = [1, 2, 3, 4, 5, 9].map(
    (sentCount) =>
      ((nextRefundSend({ createdAtMs: at, decidedAtMs: null, sentCount }, at) ?? at) - at) / 60_000,
  )
  expect(gaps).toEqual([1, 5, 10, 20, 30, 30])
})
