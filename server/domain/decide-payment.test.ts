import { instant } from '@minitill/protocol/model'
import { expect, test } from 'vitest'
import { decidePayment, type Evidence, isOver } from './decide-payment.ts'
import { reachable } from './machine.ts'
import type { PaymentStatus } from './payment.ts'
import { paymentTable } from './payment-table.ts'
import { at, known, later, notice, query, type transaction } from './testing/evidence.ts'

const states: PaymentStatus[] = ['frozen', 'prepaid', 'closing', 'closed', 'paid']
const open: PaymentStatus[] = ['frozen', 'prepaid', 'closing']

test('every state of a payment can be reached, and nothing leaves paid', () => {
  expect([...reachable(paymentTable, 'frozen')].sort()).toEqual([...states].sort())
  expect(reachable(paymentTable, 'paid')).toEqual(['paid'])
  // By our own act alone, where stock allows: no evidence does it.
  expect(reachable(paymentTable, 'closed')).toEqual(['closed', 'paid'])
  expect(paymentTable.closed.revived).toEqual({ to: 'paid' })
  expect(paymentTable.closed.paid).toEqual({ park: 'late_money' })
})

test('every state answers every finding with exactly one thing', () => {
  for (const state of states) {
    for (const step of Object.values(paymentTable[state])) {
      expect([step.to, step.park, step.closeAgain].filter(Boolean).length).toBeLessThanOrEqual(1)
    }
  }
})

test.each(open)('SUCCESS and REFUND with everything equal pay a payment that is %s', (status) => {
  for (const trade_state of ['SUCCESS', 'REFUND'] as const) {
    for (const evidence of [query({ trade_state }), notice({ trade_state })]) {
      const outcome = decidePayment(known(status), evidence, at)
      expect(outcome).toMatchObject({ kind: 'paid', transactionId: '4200000001', paidAtMs: at })
    }
  }
})

test('a coupon may lower what the payer paid, as long as the total is ours', () => {
  const evidence = query({ amount: { total: 300, payer_total: 1, currency: 'CNY' } })
  expect(decidePayment(known('prepaid'), evidence, at).kind).toBe('paid')
})

const lies: ReadonlyArray<[string, Parameters<typeof transaction>[0], string, boolean]> = [
  ['one fen less', { amount: { total: 299, currency: 'CNY' } }, 'wrong_amount', true],
  ['one fen more', { amount: { total: 301, currency: 'CNY' } }, 'wrong_amount', true],
  ['another currency', { amount: { total: 300, currency: 'USD' } }, 'wrong_amount', false],
  ['nothing at all', { amount: { total: 0, currency: 'CNY' } }, 'wrong_amount', false],
  ['another app', { appid: 'wx9999999999999999' }, 'wrong_party', true],
  ['another merchant', { mchid: '1900009999' }, 'wrong_party', true],
  ['another payer', { payer: { openid: 'somebody-else' } }, 'wrong_party', true],
]

test.each(lies)(
  'money with %s is parked in every state and grants nothing',
  (_, lie, kind, booked) => {
    for (const status of states) {
      for (const evidence of [query(lie), notice(lie)]) {
        const outcome = decidePayment(known(status), evidence, at)
        expect(outcome).toMatchObject({ kind: 'parked', parking: { kind } })
        if (outcome.kind === 'parked') expect(outcome.parking.entry !== null).toBe(booked)
      }
    }
  },
)

test('money for a closed payment is late money; a second success of one order is parked too', () => {
  expect(decidePayment(known('closed'), query({}), at)).toMatchObject({
    kind: 'parked',
    parking: { kind: 'late_money', entry: { subject: 'transaction:4200000001' } },
  })
  const second = query({ transaction_id: '4200000002' })
  expect(decidePayment(known('paid'), second, at)).toMatchObject({
    kind: 'parked',
    parking: { kind: 'second_payment' },
  })
  const elsewhere = known('prepaid', { order: { status: 'paid' } })
  expect(decidePayment(elsewhere, second, at)).toMatchObject({
    kind: 'parked',
    parking: { kind: 'second_payment' },
  })
})

test('a paid payment stays paid whatever is said of it, and the same success again is nothing', () => {
  const silent: Evidence[] = [
    query({}),
    notice({}),
    query({ trade_state: 'REFUND' }),
    query({ trade_state: 'CLOSED' }),
    query({ trade_state: 'NOTPAY' }),
    { kind: 'close' },
  ]
  for (const evidence of silent) {
    expect(decidePayment(known('paid'), evidence, at)).toEqual({ kind: 'nothing' })
  }
})

test('CLOSED ends the order only when paying was given up or the time is up', () => {
  for (const evidence of [query({ trade_state: 'CLOSED' }), { kind: 'close' } as const]) {
    for (const status of open) {
      const early = decidePayment(known(status), evidence, at)
      expect(early).toEqual({ kind: 'closed', orderToo: false })
      const late = decidePayment(known(status), evidence, later)
      expect(late).toEqual({ kind: 'closed', orderToo: true })
      const cancelled = known(status, { order: { closeReason: 'cancelled' } })
      expect(decidePayment(cancelled, evidence, at)).toEqual({ kind: 'closed', orderToo: true })
    }
    expect(decidePayment(known('closed'), evidence, at)).toEqual({ kind: 'nothing' })
  }
})

test('NOTPAY decides nothing, but asks for another close while closing', () => {
  for (const status of states) {
    const outcome = decidePayment(known(status), query({ trade_state: 'NOTPAY' }), at)
    expect(outcome.kind).toBe(status === 'closing' ? 'close_again' : 'nothing')
  }
})

test('states that mini programs do not know decide nothing when asked for', () => {
  for (const trade_state of ['USERPAYING', 'REVOKED', 'PAYERROR', { unknown: 'NEW' }] as const) {
    for (const status of states) {
      expect(decidePayment(known(status), query({ trade_state }), at)).toEqual({ kind: 'nothing' })
    }
  }
})

test('A-48 a notification of success whose content is no success is parked without money', () => {
  for (const trade_state of ['NOTPAY', 'CLOSED', 'USERPAYING', { unknown: 'NEW' }] as const) {
    for (const status of states) {
      expect(decidePayment(known(status), notice({ trade_state }), at)).toMatchObject({
        kind: 'parked',
        parking: { kind: 'odd_notification', entry: null },
      })
    }
  }
})

test('evidence about another payment is a mistake of the caller, not a decision', () => {
  expect(() => decidePayment(known('frozen'), query({ out_trade_no: 'other-no' }), at)).toThrow()
})

test('an order is over at the very millisecond of its expiry, and not before', () => {
  const { order } = known('prepaid')
  expect(isOver(order, instant(order.expiresAtMs - 1))).toBe(false)
  expect(isOver(order, order.expiresAtMs)).toBe(true)
})

test("a payment happened when WeChat says, not when we heard of it: the day's bill has it then", () => {
  const outcome = decidePayment(known('prepaid'), query({}), later)
  expect(later).not.toBe(at)
  expect(outcome).toMatchObject({ kind: 'paid', paidAtMs: at, entry: { happenedAtMs: at } })
})
