// What WeChat may tell in one course of events, from every state in which it can reach us. Pieces
// that cannot be true together (closed, and paid under the same number) are never in one history.
import { fen, parseOutRefundNo, parseOutTradeNo } from '@minitill/protocol/model'
import type { Evidence } from '../decide-payment.ts'
import type { RefundEvidence } from '../decide-refund.ts'
import type { RefundStatus } from '../refund.ts'
import { type Books, empty, type Piece } from './books.ts'
import { at, known, later, notice, order, payment, query } from './evidence.ts'
import { answered, notified, queried, receipt, refund } from './refunds.ts'

export interface History {
  readonly name: string
  readonly start: Books
  readonly pieces: readonly Piece[]
  /** When the pieces come: before or after the order's time is up. */
  readonly at: typeof at
}

const no = 'MT0000000001'
const ofPayment = (...all: readonly Evidence[]): Piece[] =>
  all.map((evidence) => ({ about: 'payment', no, evidence }))
const ofRefund = (outRefundNo: string, ...all: readonly RefundEvidence[]): Piece[] =>
  all.map((evidence) => ({ about: 'refund', no: outRefundNo, evidence }))

const paidTruth = ofPayment(
  notice({}),
  query({}),
  query({ trade_state: 'REFUND' }),
  query({ trade_state: 'NOTPAY' }),
  query({ trade_state: 'USERPAYING' }),
)
const lies = ofPayment(
  query({ amount: { total: 299, currency: 'CNY' } }),
  notice({ amount: { total: 301, currency: 'CNY' } }),
  query({ amount: { total: 300, currency: 'USD' } }),
  notice({ payer: { openid: 'somebody' } }),
  notice({ trade_state: 'CLOSED' }),
)
const closedTruth = ofPayment(
  { kind: 'close' },
  query({ trade_state: 'CLOSED' }),
  query({ trade_state: 'NOTPAY' }),
  query({ trade_state: 'USERPAYING' }),
)

const items = [
  {
    productId: 'tea',
    name: 'Tea',
    quantity: 2,
    unitPriceFen: order().totalFen,
    amountFen: order().totalFen,
  },
]

function unpaid(status: 'frozen' | 'prepaid' | 'closing', cancelled = false): Books {
  const closeReason = cancelled ? ('cancelled' as const) : null
  const { orderPayments } = known(status)
  const one = order({ items, closeReason })
  return { ...empty, order: one, payments: orderPayments, receipt: null, refunds: [] }
}

const second = parseOutTradeNo('MT0000000002')

/** The first number is closed already, and the person was handed a second one. */
function twoNumbers(): Books {
  const closed = payment({ status: 'closed', closedAtMs: at })
  const next = payment({ id: 'payment_2', attempt: 2, status: 'prepaid', outTradeNo: second })
  const one = order({ items })
  return { ...empty, order: one, payments: [closed, next], receipt: null, refunds: [] }
}

const secondPaid = { out_trade_no: second, transaction_id: '4200000002' }
const nextPieces: Piece[] = [
  notice(secondPaid),
  query(secondPaid),
  query({ ...secondPaid, trade_state: 'REFUND' }),
].map((evidence) => ({ about: 'payment', no: second, evidence }))

const [firstNo, secondNo] = ['MTR0000000001', 'MTR0000000002']

/** A paid order with two refunds of it under way, of 100 and of 50 fen. */
function refunding(status: RefundStatus): Books {
  const paid = known('paid').orderPayments
  const other = refund(status, {
    id: 'refund_2',
    outRefundNo: parseOutRefundNo(secondNo),
    refundId: null,
    amountFen: fen(50),
    restock: false,
  })
  return {
    ...empty,
    order: order({ items, status: 'paid', paidAtMs: at, stockHeld: false }),
    payments: paid,
    receipt: receipt({ parts: 2, reservedFen: fen(150) }),
    refunds: [refund(status), other],
  }
}
const first = (...all: readonly RefundEvidence[]) => ofRefund(firstNo, ...all)
const others = {
  out_refund_no: secondNo,
  refund_id: '5030000002',
  amount: { total: 300, refund: 50 },
}
const other = (...all: readonly RefundEvidence[]) => ofRefund(secondNo, ...all)
const processing = { status: 'PROCESSING' }
const success = { status: 'SUCCESS' }

const succeeds = first(
  answered(processing),
  queried(processing),
  notified(success),
  queried(success),
)
const wrongRefund = first(
  queried({ ...success, amount: { total: 300, refund: 90 } }),
  notified({ ...success, transaction_id: '4200000009' }),
)
const aboutMoney = ofPayment(query({}), query({ trade_state: 'REFUND' }), notice({}))

const histories = (name: string, start: Books, pieces: readonly Piece[]): History[] => [
  { name, start, pieces, at },
  { name: `${name}, when its time is up`, start, pieces, at: later },
]

/** Every history, from every state. */
export const allHistories: readonly History[] = [
  ...(['frozen', 'prepaid', 'closing'] as const).flatMap((status) => [
    ...histories(`paid while ${status}`, unpaid(status), [...paidTruth, ...lies]),
    ...histories(`closed unpaid while ${status}`, unpaid(status), [...closedTruth, ...lies]),
  ]),
  ...histories('paid while closing, cancelled', unpaid('closing', true), [...paidTruth, ...lies]),
  ...histories('closed unpaid, cancelled', unpaid('closing', true), [...closedTruth, ...lies]),
  ...histories('late money beside the next number', twoNumbers(), [
    ...paidTruth.slice(0, 3),
    ...closedTruth.slice(0, 2),
    ...nextPieces,
  ]),
  ...(['frozen', 'accepted', 'refused'] as const).flatMap((status) => [
    ...histories(`refund that succeeds while ${status}`, refunding(status), [
      ...succeeds,
      ...wrongRefund,
      ...aboutMoney,
    ]),
    ...histories(`two refunds while ${status}`, refunding(status), [
      ...succeeds.slice(1),
      ...other(answered({ ...processing, ...others }), notified({ ...success, ...others })),
      ...aboutMoney.slice(0, 2),
    ]),
    ...histories(`one refund succeeds and one is closed while ${status}`, refunding(status), [
      ...succeeds.slice(2),
      ...other(notified({ ...others, status: 'CLOSED' }), queried({ ...others, status: 'CLOSED' })),
      ...aboutMoney.slice(0, 2),
      ...lies.slice(0, 1),
    ]),
    ...histories(`refund abnormal on its way to success while ${status}`, refunding(status), [
      ...first(answered(processing), notified({ status: 'ABNORMAL' }), notified(success)),
      ...first(queried({ status: 'ABNORMAL' })),
      ...aboutMoney.slice(1, 2),
    ]),
  ]),
]
