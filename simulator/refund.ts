// The life of a refund at WeChat Pay (§7.3): PROCESSING, then SUCCESS, CLOSED or ABNORMAL; and from
// ABNORMAL on to SUCCESS.
import {
  addFen,
  beijingDate,
  type Fen,
  fen,
  instant,
  subtractFen,
  sumFen,
  yuanText,
} from '@minitill/protocol/model'
import { noteRefund } from './courier-plan.ts'
import { book, fundsOf, partOf } from './funds.ts'
import type { Refund, RefundStatus } from './refund-state.ts'
import { refundShipment } from './shipping.ts'
import type { Payment, Trade } from './state.ts'
import { tradeKey } from './trade.ts'
import type { World } from './world.ts'

const DAY_MS = 24 * 60 * 60 * 1000
/** So long an accepted refund waits for money (§7.2). */
const UNFUNDED_MS = 7 * DAY_MS

export function refundKey(mchid: string, outRefundNo: string): string {
  return `${mchid}/${outRefundNo}`
}

/** All refunds of an order, oldest first. */
export function refundsOf(world: World, trade: Trade): readonly Refund[] {
  return (trade.refunds ?? []).flatMap((key) => world.get('refunds', key) ?? [])
}

/** What has been or is being returned: every refund but the closed ones. */
export function refundedFen(world: World, trade: Trade): Fen {
  const live = refundsOf(world, trade).filter(({ status }) => status !== 'CLOSED')
  return sumFen(live.map(({ amountFen }) => amountFen))
}

/** What the merchant's account gives for a refund: the person's part less the fee that returns. */
export function costOf(refund: Pick<Refund, 'payerRefundFen' | 'feeBackFen'>): Fen {
  return subtractFen(refund.payerRefundFen, refund.feeBackFen)
}

export interface RefundOrder {
  readonly trade: Trade
  readonly payment: Payment
  readonly outRefundNo: string
  readonly amountFen: Fen
  readonly reason: string | null
  readonly notifyUrl: string | null
  readonly request: string
  readonly external: boolean
  readonly endsAs: Refund['endsAs']
  /** Ends in the same moment as it is accepted (R60). */
  readonly atOnce: boolean
}

/** A refund of this order as it would be, its shares worked out; nothing is changed. */
export function draftRefund(world: World, order: RefundOrder): Refund {
  const { trade, payment, outRefundNo, amountFen } = order
  const now = world.nowMs()
  const { payerRefundFen, feeBackFen } = sharesOf(world, trade, payment, amountFen)
  const sameDay = beijingDate(instant(now)) === beijingDate(instant(payment.paidAtMs))
  return {
    refundId: refundId(world, refundKey(trade.mchid, outRefundNo), now),
    mchid: trade.mchid,
    trade: tradeKey(trade.mchid, trade.outTradeNo),
    outRefundNo,
    amountFen,
    payerRefundFen,
    feeBackFen,
    reason: order.reason,
    notifyUrl: order.notifyUrl,
    request: order.request,
    status: 'PROCESSING',
    createdAtMs: now,
    dueAtMs: now + world.switches.refund_seconds * 1000,
    endsAs: order.endsAs,
    funded: false,
    finishedAtMs: null,
    channel: 'ORIGINAL',
    userReceivedAccount: '支付用户零钱',
    fundsAccount: sameDay ? 'UNSETTLED' : 'AVAILABLE',
    external: order.external,
  }
}

/**
 * What a part brings the person, and what fee comes back with it: what all live parts together come
 * to, less what the earlier ones have, so that any order of parts and closings adds up to the fen.
 */
function sharesOf(world: World, trade: Trade, payment: Payment, amountFen: Fen) {
  const live = refundsOf(world, trade).filter(({ status }) => status !== 'CLOSED')
  const payerBefore = sumFen(live.map((one) => one.payerRefundFen))
  const feeBefore = sumFen(live.map((one) => one.feeBackFen))
  const soFar = addFen(refundedFen(world, trade), amountFen)
  const payerAll = partOf(payment.payerTotal, trade.total, soFar)
  const payerRefundFen = fen(Math.max(0, payerAll - payerBefore))
  const feeAll = partOf(payment.feeFen ?? fen(0), payment.payerTotal, payerAll)
  const feeBackFen = fen(Math.min(payerRefundFen, Math.max(0, feeAll - feeBefore)))
  return { payerRefundFen, feeBackFen }
}

/** Accepts a drafted refund: takes its money, if it is there, and sets the order's state (R37). */
export function acceptRefund(world: World, order: RefundOrder, draft: Refund): Refund {
  const key = refundKey(draft.mchid, draft.outRefundNo)
  const { trade } = order
  const state = world.switches.refund_state === 'accept' ? 'REFUND' : trade.state
  world.put('trades', draft.trade, { ...trade, state, refunds: [...(trade.refunds ?? []), key] })
  const accepted = funded(world, draft)
  world.put('refunds', key, accepted)
  if (order.atOnce && accepted.funded) return endRefund(world, key, order.endsAs)
  return accepted
}

/** With its money taken; without it, waiting until the account is topped up. */
function funded(world: World, refund: Refund): Refund {
  const costFen = costOf(refund)
  if (fundsOf(world, refund.mchid).balanceFen < costFen) {
    return { ...refund, dueAtMs: refund.createdAtMs + UNFUNDED_MS }
  }
  const [whole, fee] = [yuanText(refund.payerRefundFen), yuanText(refund.feeBackFen)]
  const note = `退款总金额${whole}元;含手续费${fee}元`
  book(world, { ...about(refund), kind: 'refund', amountFen: -costFen, note })
  const dueAtMs = world.nowMs() + world.switches.refund_seconds * 1000
  return { ...refund, funded: true, dueAtMs }
}

function about(refund: Refund) {
  return { mchid: refund.mchid, businessId: refund.refundId, voucher: refund.outRefundNo }
}

/** Refunds that waited for money, oldest first, as far as it lasts now. */
export function fundWaiting(world: World, mchid: string): void {
  for (const [key, refund] of world.entries('refunds')) {
    if (refund.mchid !== mchid || refund.status !== 'PROCESSING' || refund.funded) continue
    world.put('refunds', key, funded(world, refund))
  }
}

/** The time of a refund has come: it ends as it was meant to, or closes for want of money (R64). */
export function refundDue(world: World, key: string): void {
  const refund = world.get('refunds', key)
  if (refund === undefined || refund.status !== 'PROCESSING') return
  endRefund(world, key, refund.funded ? refund.endsAs : 'CLOSED')
}

/** Ends a refund now, moves the money that goes with it, and tells the merchant. */
export function endRefund(world: World, key: string, status: RefundStatus): Refund {
  const refund = world.must('refunds', key)
  const finishedAtMs = status === 'ABNORMAL' ? null : world.nowMs()
  const halted = status === 'ABNORMAL' ? { abnormalAtMs: world.nowMs(), ...refund } : refund
  const ended: Refund = { ...halted, status, dueAtMs: null, finishedAtMs }
  if (status === 'SUCCESS') giveToPerson(world, ended)
  if (status === 'CLOSED' && ended.funded) {
    const note = '退款关闭，资金退回'
    book(world, { ...about(ended), kind: 'refund_returned', amountFen: costOf(ended), note })
  }
  world.put('refunds', key, status === 'CLOSED' ? { ...ended, funded: false } : ended)
  if (status === 'SUCCESS') endShipment(world, refund.trade)
  noteRefund(world, key, ended)
  return ended
}

/** The whole order went back: shipping knows it as refunded (mini-program.md §7.2, M46). */
function endShipment(world: World, key: string): void {
  const trade = world.must('trades', key)
  const done = refundsOf(world, trade).filter(({ status }) => status === 'SUCCESS')
  if (sumFen(done.map(({ amountFen }) => amountFen)) === trade.total) refundShipment(world, key)
}

function giveToPerson(world: World, refund: Refund): void {
  const trade = world.must('trades', refund.trade)
  if (trade.state === 'SUCCESS') world.put('trades', refund.trade, { ...trade, state: 'REFUND' })
  const payer = trade.payment?.payer ?? ''
  const person = world.get('people', payer)
  // To a bank card it leaves what the simulator knows of a person.
  if (person === undefined || refund.channel !== 'ORIGINAL') return
  const balance = addFen(person.balance, refund.payerRefundFen)
  world.put('people', payer, { ...person, balance })
}

/** An abnormal refund is tried again, to a bank card this time (§7.5). */
export function retryAbnormal(world: World, key: string, account: string): Refund {
  const refund = world.must('refunds', key)
  const again: Refund = {
    ...refund,
    status: 'PROCESSING',
    endsAs: 'SUCCESS',
    dueAtMs: world.nowMs() + world.switches.refund_seconds * 1000,
    channel: 'OTHER_BANKCARD',
    userReceivedAccount: account,
  }
  world.put('refunds', key, again)
  return again
}

/** 29 digits that begin 503, with the day in them. */
function refundId(world: World, key: string, nowMs: number): string {
  const day = beijingDate(instant(nowMs)).replaceAll('-', '')
  const draw = world.chance(`refund:${key}`, 0).digits(18)
  return `503${draw.slice(0, 5)}${day}${draw.slice(5)}`
}
