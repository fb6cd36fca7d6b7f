// What a day consisted of, from the world as it was when the day's bill was made: later changes of a
// refund are not looked at, so that a bill never changes (R84).

import { refundKey } from '../refund.ts'
import type { Refund } from '../refund-state.ts'
import type { World } from '../world.ts'
import type { BillDay } from './day.ts'
import type { FundRow } from './fund-bill.ts'
import type { BillEntry, RefundPart } from './trade-bill.ts'

function within(day: BillDay, atMs: number): boolean {
  return atMs >= day.beginMs && atMs < day.endMs
}

/** A refund's state as bills call it, at a time: CLOSED is FAIL there, ABNORMAL is CHANGE. */
function stateAt(refund: Refund, atMs: number): RefundPart['state'] {
  const { finishedAtMs, abnormalAtMs } = refund
  if (finishedAtMs !== null && finishedAtMs < atMs) {
    return refund.status === 'CLOSED' ? 'FAIL' : 'SUCCESS'
  }
  return abnormalAtMs !== undefined && abnormalAtMs < atMs ? 'CHANGE' : 'PROCESSING'
}

function partOf(refund: Refund, frozenAtMs: number): RefundPart {
  const state = stateAt(refund, frozenAtMs)
  return {
    refundId: refund.refundId,
    outRefundNo: refund.outRefundNo,
    appliedFen: refund.amountFen,
    settledFen: refund.payerRefundFen,
    // Another channel is taken after a refund has failed in its first one.
    channel: state === 'SUCCESS' ? refund.channel : 'ORIGINAL',
    state,
    acceptedAtMs: refund.createdAtMs,
    succeededAtMs: state === 'SUCCESS' ? refund.finishedAtMs : null,
  }
}

/** Payments made on the day (R85) and refunds accepted on it, in the order of time. */
export function entriesOf(
  world: World,
  mchid: string,
  day: BillDay,
  frozenAtMs: number,
): readonly BillEntry[] {
  const paid = world.values('trades').flatMap((trade): readonly BillEntry[] => {
    const { payment } = trade
    if (payment === null || trade.mchid !== mchid || !within(day, payment.paidAtMs)) return []
    const feeFen = payment.feeFen ?? 0
    return [{ trade, payment, atMs: payment.paidAtMs, feeFen, refund: null }]
  })
  const returned = world.values('refunds').flatMap((refund): readonly BillEntry[] => {
    if (refund.mchid !== mchid || !within(day, refund.createdAtMs)) return []
    const trade = world.get('trades', refund.trade)
    if (trade === undefined || trade.payment === null) return []
    const { payment } = trade
    const part = partOf(refund, frozenAtMs)
    const feeFen = 0 - refund.feeBackFen
    return [{ trade, payment, atMs: refund.createdAtMs, feeFen, refund: part }]
  })
  return [...paid, ...returned].sort((one, other) => one.atMs - other.atMs)
}

/** 业务类型 of a movement; 业务名称 is the same. */
const KINDS = {
  payment: '交易',
  fee: '扣除交易手续费',
  refund: '退款',
  refund_returned: '退款失败退回',
  top_up: '充值',
  withdrawal: '提现',
} as const

/** Movements of the merchant's basic account on the day, in the order in which they were booked. */
export function movementsOf(world: World, mchid: string, day: BillDay): readonly FundRow[] {
  return world.entries('fundFlows').flatMap(([key, flow]): readonly FundRow[] => {
    if (flow.mchid !== mchid || !within(day, flow.atMs)) return []
    const { atMs, kind, businessId, amountFen, balanceFen, note, voucher } = flow
    const refund = kind === 'refund' ? world.get('refunds', refundKey(mchid, voucher)) : undefined
    return [
      {
        atMs,
        businessId,
        flowId: `${businessId.slice(0, 19)}${key}`,
        name: KINDS[kind],
        type: KINDS[kind],
        amountFen,
        balanceFen,
        applicant: refund?.external === false ? `${mchid}API` : 'system',
        note,
        voucher,
      },
    ]
  })
}
