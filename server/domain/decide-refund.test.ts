import { instant } from '@minitill/protocol/model'
import { expect, test } from 'vitest'
import { decideRefund, type RefundEvidence, type RefundOutcome } from './decide-refund.ts'
import { balances } from './ledger.ts'
import { reachable } from './machine.ts'
import { isSettled, type RefundStatus } from './refund.ts'
import { refundTable } from './refund-table.ts'
import { settleRefund } from './settle-refund.ts'
import { at } from './testing/evidence.ts'
import { answered, knownRefund, notified, queried } from './testing/refunds.ts'

const states = Object.keys(refundTable) as RefundStatus[]
const open = states.filter((status) => !isSettled({ status }))
const accepted = ['accepted', 'abnormal', 'reapplied'] as const

/** What a decision comes to, in a word: the new state, or what is done instead. */
function word(outcome: RefundOutcome): string {
  if (outcome.kind === 'moved') return outcome.parking ? `${outcome.to}!` : outcome.to
  return outcome.kind === 'parked' ? '!' : outcome.kind === 'send' ? 'send' : '-'
}

const wordOf = (status: RefundStatus, evidence: RefundEvidence): string =>
  word(decideRefund(knownRefund(status), evidence, at))

test('every state of a refund can be reached, and nothing leaves succeeded and closed', () => {
  expect([...reachable(refundTable, 'frozen')].sort()).toEqual([...states].sort())
  expect(reachable(refundTable, 'succeeded')).toEqual(['succeeded'])
  expect(reachable(refundTable, 'closed')).toEqual(['closed'])
})

// Columns: frozen, accepted, refused, abnormal, reapplied, succeeded, closed. "!" is a task.
const order = ['frozen', 'accepted', 'refused', 'abnormal', 'reapplied', 'succeeded', 'closed']
const saying = (status: string) => [answered({ status }), notified({ status }), queried({ status })]
const table: ReadonlyArray<[string, RefundEvidence[], string]> = [
  ['SUCCESS', saying('SUCCESS'), 'succeeded succeeded succeeded succeeded succeeded - !'],
  ['CLOSED', saying('CLOSED'), 'closed closed closed closed closed - -'],
  ['ABNORMAL', saying('ABNORMAL'), 'abnormal! abnormal! abnormal! - - - -'],
  ['PROCESSING', saying('PROCESSING'), 'accepted - accepted - - - -'],
  [
    'PROCESSING, asked later',
    [queried({ status: 'PROCESSING' }, 1)],
    'accepted - accepted reapplied - - -',
  ],
  [
    'ABNORMAL, asked later',
    [queried({ status: 'ABNORMAL' }, 1)],
    'abnormal! abnormal! abnormal! - abnormal! - -',
  ],
  ['a state of tomorrow', saying('NEW'), '- - - - - - -'],
  ['no such refund', [{ kind: 'missing' }], 'send ! - ! ! ! -'],
  ['refused for good', [{ kind: 'refused', code: 'TRADE_OVERDUE' }], 'refused! - - - - - -'],
  ['tried again', [{ kind: 'retried' }], '- - frozen - - - -'],
  ['given up', [{ kind: 'given_up' }], 'closed - closed - - - -'],
  ['overtaken', [{ kind: 'overtaken' }], 'closed! - closed! - - - -'],
]

test.each(table)('%s has one effect in every state', (_, all, expected) => {
  for (const evidence of all) {
    const seen = order.map((status) => wordOf(status as RefundStatus, evidence))
    expect(seen.join(' ')).toBe(expected)
  }
})

const lies: ReadonlyArray<[string, Record<string, unknown>]> = [
  ['one fen less', { amount: { total: 300, refund: 99 } }],
  ['one fen more', { amount: { total: 300, refund: 101 } }],
  ['another total', { amount: { total: 301, refund: 100 } }],
  ['another currency', { amount: { total: 300, refund: 100, currency: 'USD' } }],
  ['another order', { out_trade_no: 'MT0000000002' }],
  ['another transaction', { transaction_id: '4200000002' }],
]

test.each(lies)('I-22 A-72 SUCCESS with %s moves nothing and is shown in every state', (_, lie) => {
  for (const status of states) {
    for (const evidence of [queried, notified, answered].map((say) =>
      say({ ...lie, status: 'SUCCESS' }),
    )) {
      expect(wordOf(status, evidence)).toBe('!')
    }
  }
})

test('I-22 another refund_id, or another merchant, is not our refund', () => {
  for (const status of accepted) {
    expect(wordOf(status, queried({ refund_id: '5039', status: 'SUCCESS' }))).toBe('!')
    expect(wordOf(status, notified({ mchid: '1900009999', status: 'SUCCESS' }))).toBe('!')
  }
  expect(() => wordOf('accepted', queried({ out_refund_no: 'R2', status: 'SUCCESS' }))).toThrow()
})

test('success is booked once, against sales or suspense, and gives the stock back once', () => {
  for (const [origin, account] of [
    ['sale', 'refunds'],
    ['suspense', 'suspense'],
  ] as const) {
    for (const status of open) {
      const known = knownRefund(status, { receipt: { origin } })
      const outcome = decideRefund(known, notified({ status: 'SUCCESS' }), at)
      const { entry, giveBack, refundedTotalFen, refund } = settleRefund(known, outcome, at)
      expect(entry).toEqual({
        subject: 'refund:refund_1',
        transition: 'succeeded',
        mchid: '1999900001',
        happenedAtMs: at,
        postings: [
          { account, amountFen: 100 },
          { account: 'wechat_receivable', amountFen: -100 },
        ],
      })
      expect(balances(entry?.postings ?? [])).toBe(true)
      expect(giveBack.length).toBe(origin === 'sale' ? 1 : 0)
      expect(refundedTotalFen).toBe(origin === 'sale' ? 100 : null)
      expect(refund).toMatchObject({ status: 'succeeded', refundId: '5030000001' })
    }
  }
})

test('I-23 only success is booked; a refund that ends otherwise moves no money and no stock', () => {
  for (const status of open) {
    for (const said of ['CLOSED', 'ABNORMAL', 'PROCESSING']) {
      const known = knownRefund(status)
      const done = settleRefund(known, decideRefund(known, notified({ status: said }), at), at)
      expect(done).toMatchObject({ entry: null, giveBack: [], refundedTotalFen: null })
    }
  }
})

/** The books of one refund: what the tables keep, and which tasks are open. */
function ending(start: RefundStatus, evidence: readonly RefundEvidence[]): unknown {
  let known = knownRefund(start)
  const entries = new Set<string>()
  let tasks = new Set<string>()
  let stock = 0
  for (const piece of evidence) {
    const outcome = decideRefund(known, piece, instant(at))
    const change = settleRefund(known, outcome, instant(at))
    if (change.endsTasks) tasks = new Set([...tasks].filter((task) => task.includes('unclear')))
    if (change.parking) tasks.add(`${change.parking.kind} ${change.parking.subject}`)
    if (change.entry) entries.add(JSON.stringify(change.entry))
    for (const { quantity } of change.giveBack) stock += quantity
    const { order } = known
    const { refundedTotalFen } = change
    known = {
      ...known,
      refund: { ...known.refund, ...change.refund },
      order: order && refundedTotalFen !== null ? { ...order, refundedTotalFen } : order,
    }
  }
  const { status, refundId, succeededAtMs, closedAtMs, restocked } = known.refund
  const settled = isSettled({ status })
  return {
    status,
    refundId: settled ? refundId : null,
    succeededAtMs,
    closedAtMs,
    restocked,
    refundedTotal: known.order?.refundedTotalFen,
    entries: [...entries],
    tasks: [...tasks].sort(),
    stock,
  }
}

function* orders<T>(pieces: readonly T[], length: number, head: readonly T[] = []): Iterable<T[]> {
  if (head.length === length) {
    if (pieces.every((piece) => head.includes(piece))) yield [...head]
    return
  }
  for (const piece of pieces) yield* orders(pieces, length, [...head, piece])
}

const truths: ReadonlyArray<[string, RefundEvidence[]]> = [
  [
    'that succeeds',
    [
      answered({ status: 'PROCESSING' }),
      queried({ status: 'PROCESSING' }),
      notified({ status: 'SUCCESS' }),
      queried({ status: 'SUCCESS' }),
    ],
  ],
  [
    'that was abnormal on its way to success',
    [
      answered({ status: 'PROCESSING' }),
      notified({ status: 'ABNORMAL' }),
      queried({ status: 'ABNORMAL' }),
      notified({ status: 'SUCCESS' }),
    ],
  ],
  [
    'that is closed',
    [
      answered({ status: 'PROCESSING' }),
      notified({ status: 'CLOSED' }),
      queried({ status: 'CLOSED' }),
    ],
  ],
  [
    'that stays abnormal',
    [
      answered({ status: 'PROCESSING' }),
      queried({ status: 'PROCESSING' }),
      notified({ status: 'ABNORMAL' }),
    ],
  ],
  [
    'about which a lie is told',
    [
      answered({ status: 'PROCESSING' }),
      notified({ status: 'SUCCESS' }),
      queried({ status: 'SUCCESS', amount: { total: 300, refund: 90 } }),
    ],
  ],
]

test.each(truths)(
  'I-11 a refund %s ends the same in any order and number of copies',
  (_, pieces) => {
    for (const start of ['frozen', 'accepted', 'refused'] as const) {
      const expected = ending(start, pieces)
      let seen = 0
      for (const length of [pieces.length, pieces.length + 1]) {
        for (const sequence of orders(pieces, length)) {
          expect(ending(start, sequence)).toEqual(expected)
          seen += 1
        }
      }
      expect(seen).toBeGreaterThan(10)
    }
  },
)
