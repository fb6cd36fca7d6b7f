import { parseOutTradeNo } from '@minitill/protocol/model'
import { expect, test } from 'vitest'
import { decidePayment, type Evidence } from './decide-payment.ts'
import { settle } from './settle.ts'
import { at, known, notice, order, payment, query } from './testing/evidence.ts'

/** Order and payments, and what is kept once by its key: exactly what the tables keep. */
interface Books {
  order: ReturnType<typeof order>
  payments: Array<ReturnType<typeof payment>>
  entries: Map<string, readonly { account: string; amountFen: number }[]>
  tasks: Set<string>
  events: Map<string, unknown>
}

function write(books: Books, evidence: Evidence): void {
  const no = evidence.kind === 'close' ? first : evidence.transaction.out_trade_no
  const index = books.payments.findIndex((p) => p.outTradeNo === no)
  const one = books.payments[index]
  if (one === undefined) throw new Error('no such payment')
  const now = { order: books.order, payment: one, orderPayments: books.payments }
  const change = settle(now, decidePayment(now, evidence, at), at)
  if (change.payment)
    books.payments[index] = { ...one, ...change.payment, version: one.version + 1 }
  if (change.order)
    books.order = { ...books.order, ...change.order, version: books.order.version + 1 }
  const { entry, parking, event } = change
  const once = <T>(map: Map<string, T>, key: string, value: T) =>
    map.has(key) || map.set(key, value)
  if (entry) once(books.entries, `${entry.subject}/${entry.transition}`, entry.postings)
  if (parking) books.tasks.add(`${parking.kind}/${parking.subject}`)
  if (event) once(books.events, `${event.subject}/${event.version}`, event)
}

function ending(start: () => Books, evidence: readonly Evidence[]): unknown {
  const books = start()
  for (const piece of evidence) write(books, piece)
  const sums: Record<string, number> = {}
  for (const { account, amountFen } of [...books.entries.values()].flat()) {
    sums[account] = (sums[account] ?? 0) + amountFen
  }
  const sorted = (pairs: Iterable<[string, unknown]>) =>
    [...pairs].sort(([a], [b]) => (a < b ? -1 : 1))
  const { order, payments, tasks } = books
  return {
    order,
    payments,
    sums: sorted(Object.entries(sums)),
    tasks: [...tasks].sort(),
    events: sorted(books.events),
    entries: sorted(books.entries),
  }
}

/** All sequences of `length` over the pieces in which each piece occurs at least once. */
function* sequences<T>(
  pieces: readonly T[],
  length: number,
  head: readonly T[] = [],
): Iterable<T[]> {
  if (head.length === length) {
    if (pieces.every((piece) => head.includes(piece))) yield [...head]
    return
  }
  for (const piece of pieces) yield* sequences(pieces, length, [...head, piece])
}

function expectOneEnd(start: () => Books, pieces: readonly Evidence[]): unknown {
  const expected = ending(start, pieces)
  let seen = 0
  for (const length of [pieces.length, pieces.length + 1]) {
    for (const sequence of sequences(pieces, length)) {
      expect(ending(start, sequence)).toEqual(expected)
      seen += 1
    }
  }
  expect(seen).toBeGreaterThan(10)
  return expected
}

const first = parseOutTradeNo('MT0000000001')
const second = parseOutTradeNo('MT0000000002')

function fresh(status: 'frozen' | 'prepaid' | 'closing'): () => Books {
  return () => ({
    order: order(),
    payments: [...known(status).orderPayments],
    entries: new Map(),
    tasks: new Set(),
    events: new Map(),
  })
}

test.each(['frozen', 'prepaid', 'closing'] as const)(
  'I-11 a payment that is %s ends the same whatever the order and number of copies',
  (status) => {
    const end = expectOneEnd(fresh(status), [
      notice({}),
      query({}),
      query({ trade_state: 'REFUND' }),
      query({ trade_state: 'NOTPAY' }),
      query({ amount: { total: 299, currency: 'CNY' } }),
    ])
    expect(end).toMatchObject({
      order: { status: 'paid' },
      sums: [
        ['sales', -300],
        ['suspense', -299],
        ['wechat_receivable', 599],
      ],
    })
  },
)

test('I-11 lies of several kinds about one transaction are all kept, in whatever order', () => {
  expectOneEnd(fresh('prepaid'), [
    query({ amount: { total: 299, currency: 'CNY' } }),
    query({ amount: { total: 301, currency: 'CNY' } }),
    notice({ payer: { openid: 'somebody' } }),
    notice({ trade_state: 'CLOSED' }),
    notice({}),
  ])
})

test('I-11 late money of a closed number and the payment of the next one do not disturb each other', () => {
  const start = (): Books => ({
    ...fresh('prepaid')(),
    payments: [
      payment({ status: 'closed', closedAtMs: at }),
      payment({ id: 'payment_2', attempt: 2, status: 'prepaid', outTradeNo: second }),
    ],
  })
  const next = { out_trade_no: second, transaction_id: '4200000002' }
  const end = expectOneEnd(start, [
    notice({}),
    query({}),
    notice(next),
    query({ trade_state: 'CLOSED' }),
  ])
  expect(end).toMatchObject({
    order: { status: 'paid' },
    payments: [{ status: 'closed' }, { status: 'paid', transactionId: '4200000002' }],
    tasks: ['late_money/transaction:4200000001:CNY:300'],
  })
})

test('I-11 an order that ends unpaid ends once, however often WeChat says closed', () => {
  const start = () => ({ ...fresh('closing')(), order: order({ closeReason: 'cancelled' }) })
  const end = expectOneEnd(start, [
    { kind: 'close' },
    query({ trade_state: 'CLOSED' }),
    query({ trade_state: 'NOTPAY' }),
    notice({ trade_state: 'CLOSED' }),
  ])
  expect(end).toMatchObject({ order: { status: 'closed', stockHeld: false, version: 2 } })
})
