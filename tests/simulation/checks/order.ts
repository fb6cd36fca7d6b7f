// Everything that must be true of one order at every instant, compared with WeChat's own truth.
import type { Refund as WechatRefund } from '../../../simulator/refund-state.ts'
import type { Trade } from '../../../simulator/state.ts'
import { onlyForged } from '../world/network.ts'
import type { Town } from '../world/person.ts'
import type { OrderRows, PaymentRow, RefundRow } from './rows.ts'

/** How an order and its payments were when they were last looked at. */
export interface Shadow {
  readonly order: string
  readonly payments: ReadonlyMap<string, string>
  readonly frozen: string
}

type Broken = (promise: string, text: string) => void

export function checkOrder(town: Town, rows: OrderRows, before: Shadow | undefined): Shadow {
  const { order, payments } = rows
  const broken: Broken = (promise, text) => town.run.violation(promise, `${text} (${order.id})`)
  checkAmounts(town, rows, broken)
  for (const payment of payments) checkPayment(town, payment, broken)
  checkStatus(rows, broken)
  const shadow = shadowOf(rows)
  if (before) checkSteps(rows, before, shadow, broken)
  checkRefunds(town, rows, broken)
  checkEvents(rows, broken)
  checkEntries(rows, broken)
  return shadow
}

/** I-6: one amount, from the items to WeChat. */
function checkAmounts(town: Town, { order, items, payments }: OrderRows, broken: Broken): void {
  const sum = items.reduce((total, item) => total + item.amount_fen, 0)
  if (sum !== order.total_fen)
    broken('I-6', `the items come to ${sum}, the order to ${order.total_fen}`)
  for (const { amount_fen, request_body, out_trade_no } of payments) {
    const sent = (JSON.parse(request_body) as { amount: { total: number } }).amount.total
    const there = town.wechat.trade(out_trade_no)?.total ?? amount_fen
    if (amount_fen !== order.total_fen || sent !== amount_fen || there !== amount_fen) {
      broken('I-6', `${order.total_fen} here, ${sent} sent, ${there} at WeChat`)
    }
  }
}

function checkPayment(town: Town, payment: PaymentRow, broken: Broken): void {
  const { wechat } = town
  const trade = wechat.trade(payment.out_trade_no)
  const { prepay_id, status } = payment
  if (prepay_id !== null) {
    const owner = wechat.wechat.world.get('prepays', prepay_id)?.trade
    if (owner !== undefined && !owner.endsWith(`/${payment.out_trade_no}`)) {
      broken('I-14', `a prepay_id of ${owner}`)
    }
  }
  if (status === 'paid') checkPaid(payment, trade, broken)
  if (status === 'closed' && trade !== undefined && trade.state !== 'CLOSED') {
    broken('I-16', `closed here, ${trade.state} at WeChat`)
  }
}

/** I-9: PAID is what WeChat says is paid, by this payer, in this amount, under this number. */
function checkPaid(payment: PaymentRow, trade: Trade | undefined, broken: Broken): void {
  const paid = trade?.payment
  if (!trade || !paid) {
    broken('I-9', 'paid here, not at WeChat')
    return
  }
  const isSame =
    paid.transactionId === payment.transaction_id &&
    trade.total === payment.amount_fen &&
    trade.openid === payment.openid &&
    trade.appid === payment.appid &&
    trade.mchid === payment.mchid
  if (!isSame) broken('I-9', `paid by ${payment.transaction_id}, at WeChat ${paid.transactionId}`)
}

/** The order says what its payments say. */
function checkStatus({ order, payments }: OrderRows, broken: Broken): void {
  const paid = payments.filter(({ status }) => status === 'paid').length
  const open = payments.filter(({ status }) => status !== 'paid' && status !== 'closed').length
  if ((order.status === 'paid') !== (paid === 1)) broken('I-12', `${order.status}, ${paid} paid`)
  if (open > 1 || (open === 1 && order.status !== 'unpaid')) {
    broken('I-12', `${order.status} with ${open} open payments`)
  }
  if (order.status === 'closed' && payments.some(({ status }) => status !== 'closed')) {
    broken('I-16', 'closed before its payments were')
  }
}

/** What a payment may become from each state (I-12); staying is always allowed. */
const mayBecome: Readonly<Record<string, readonly string[]>> = {
  frozen: ['prepaid', 'closing', 'closed', 'paid'],
  prepaid: ['closing', 'closed', 'paid'],
  closing: ['closed', 'paid'],
  closed: [],
  paid: [],
}

function shadowOf({ order, payments }: OrderRows): Shadow {
  const frozen = payments.map(({ id, amount_fen, out_trade_no, request_body }) =>
    [id, amount_fen, out_trade_no, request_body].join(),
  )
  return {
    order: order.status,
    payments: new Map(payments.map(({ id, status }) => [id, status])),
    frozen: [order.total_fen, order.account_id, ...frozen].join(),
  }
}

function checkSteps({ order, events }: OrderRows, was: Shadow, is: Shadow, broken: Broken): void {
  const revived = events.some(({ payload }) => payload['revived'] === true)
  for (const [id, status] of is.payments) {
    const before = was.payments.get(id) ?? status
    const allowed = before === status || mayBecome[before]?.includes(status)
    if (!allowed && !(revived && before === 'closed')) {
      broken('I-12', `payment ${id}: ${before} → ${status}`)
    }
  }
  const stays = was.order === is.order || was.order === 'unpaid'
  if (!stays && !(revived && order.status === 'paid')) {
    broken('I-12', `order: ${was.order} → ${is.order}`)
  }
  if (!is.frozen.startsWith(was.frozen)) broken('I-7', 'what was frozen changed')
}

/** I-20 to I-23: never more than was paid, and each refund is what WeChat says of it. */
function checkRefunds({ wechat }: Town, rows: OrderRows, broken: Broken): void {
  const { order, receipts, refunds } = rows
  for (const receipt of receipts) {
    if (receipt.origin === 'sale' && receipt.total_fen !== order.total_fen) {
      broken('I-9', `sold for ${receipt.total_fen}, ${order.total_fen} was asked`)
    }
    const own = refunds.filter(
      ({ receipt_id, status }) => receipt_id === receipt.id && status !== 'closed',
    )
    const sum = own.reduce((total, { amount_fen }) => total + amount_fen, 0)
    if (sum > receipt.total_fen) broken('I-20', `${sum} of ${receipt.total_fen} refunded`)
    if (sum !== receipt.reserved_fen)
      broken('I-23', `${sum} wanted, ${receipt.reserved_fen} reserved`)
  }
  for (const refund of refunds) {
    const there = wechat.refund(refund.out_refund_no)
    const problem = refundProblem(refund, there)
    if (problem !== null) broken(problem[0], `refund ${refund.id} ${problem[1]}`)
  }
  const sales = new Set(receipts.filter(({ origin }) => origin === 'sale').map(({ id }) => id))
  const done = refunds
    .filter(({ status, receipt_id }) => status === 'succeeded' && sales.has(receipt_id))
    .reduce((total, { amount_fen }) => total + amount_fen, 0)
  if (done !== order.refunded_total_fen) {
    broken('I-29', `${done} refunded, the order says ${order.refunded_total_fen}`)
  }
}

const accepted = new Set(['accepted', 'abnormal', 'reapplied', 'succeeded'])

function refundProblem(
  { status, amount_fen: amountFen, refund_id: refundId, problem }: RefundRow,
  there: WechatRefund | undefined,
): readonly [promise: string, text: string] | null {
  if (status === 'refused' && problem === onlyForged) {
    return ['I-10', 'was refused by words that nobody signed']
  }
  if (status === 'closed' && there !== undefined && there.status !== 'CLOSED') {
    return ['I-23', `gave its money back here and is ${there.status} at WeChat`]
  }
  if (!accepted.has(status)) return null
  if (there === undefined) return ['I-22', `${status} here, unknown at WeChat`]
  if (there.amountFen !== amountFen) return ['I-22', `${amountFen} here, ${there.amountFen} there`]
  if (there.refundId !== refundId) return ['I-22', `is ${refundId} here, ${there.refundId} there`]
  const isDone = status === 'succeeded'
  return isDone && there.status !== 'SUCCESS'
    ? ['I-22', `succeeded here, ${there.status} there`]
    : null
}

/** I-30, I-31: what happened is told once, with what is so, and nothing else is told. */
function checkEvents({ order, payments, refunds, events }: OrderRows, broken: Broken): void {
  const told = (type: string, id?: string) =>
    events.filter(
      (event) => event.type === type && (id === undefined || event.payload['id'] === id),
    )
  const expect = (type: string, wanted: number, id?: string) => {
    const count = told(type, id).length
    if (count !== wanted) broken('I-30', `${count} × ${type} of ${id ?? order.id}, not ${wanted}`)
  }
  expect('order.created', 1)
  expect('order.paid', order.status === 'paid' ? 1 : 0)
  const revived = events.some(({ payload }) => payload['revived'] === true)
  expect('order.closed', order.status === 'closed' || revived ? 1 : 0)
  for (const { id, status, external } of refunds) {
    expect('refund.created', external ? 0 : 1, id)
    expect('refund.succeeded', status === 'succeeded' ? 1 : 0, id)
    expect('refund.closed', status === 'closed' ? 1 : 0, id)
  }
  // Shipping may skip a word when WeChat's answer comes late, and never says one twice.
  for (const word of ['shipped', 'received', 'settled']) {
    const { length } = told(`order.${word}`)
    if (length > 1 || (length === 0 && order.shipping_status === word)) {
      broken('I-30', `${length} × order.${word} of an order that is ${order.shipping_status}`)
    }
  }
  const [paid] = told('order.paid')
  const payment = payments.find(({ status }) => status === 'paid')
  if (!paid || !payment) return
  const isSame =
    paid.payload['transaction_id'] === payment.transaction_id &&
    paid.payload['total'] === order.total_fen &&
    paid.version <= order.version
  if (!isSame) broken('I-31', 'order.paid tells something else than is so')
}

/** I-26, I-28, I-29: one entry for each thing that happened, and none for what did not. */
function checkEntries({ payments, refunds, entries }: OrderRows, broken: Broken): void {
  for (const entry of entries) {
    if (entry.sum !== 0)
      broken('I-26', `${entry.subject} ${entry.transition} comes to ${entry.sum}`)
  }
  const count = (subject: string, transition: string, amountFen: number) => {
    const found = entries.filter((one) => one.subject === subject && one.transition === transition)
    if (found.some(({ moved }) => moved !== amountFen))
      broken('I-29', `${subject} moved another sum`)
    return found.length
  }
  for (const { id, status, amount_fen } of payments) {
    const entered = count(`payment:${id}`, 'paid', amount_fen)
    if (entered !== (status === 'paid' ? 1 : 0)) {
      broken('I-28', `${entered} entries of ${status} payment ${id}`)
    }
  }
  for (const { id, status, amount_fen } of refunds) {
    const entered = count(`refund:${id}`, 'succeeded', amount_fen)
    if (entered !== (status === 'succeeded' ? 1 : 0)) {
      broken('I-28', `${entered} entries of ${status} refund ${id}`)
    }
  }
}
