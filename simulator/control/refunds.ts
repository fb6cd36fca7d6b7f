// Refunds from the other side: as the merchant platform makes them, as WeChat ends them, and the
// money of a merchant's account.
import { fen, instant, rfc3339Beijing } from '@minitill/protocol/model'
import { z } from 'zod'
import { book, fundsOf } from '../funds.ts'
import {
  acceptRefund,
  draftRefund,
  endRefund,
  fundWaiting,
  refundedFen,
  refundKey,
} from '../refund.ts'
import type { Refund } from '../refund-state.ts'
import type { Trade } from '../state.ts'
import { tradeKey } from '../trade.ts'
import type { Wechat } from '../wechat.ts'
import type { World } from '../world.ts'
import { bad, type ControlAnswer, good, parsed } from './answer.ts'

const MOST_SHOWN = 1000
const amountFen = z.number().int().min(1).max(1_000_000_000_00)

const platformInput = z
  .strictObject({
    transaction_id: z.string().min(1).max(32).optional(),
    out_trade_no: z.string().min(1).max(32).optional(),
    amount: amountFen,
  })
  .refine((named) => (named.transaction_id === undefined) !== (named.out_trade_no === undefined), {
    path: ['out_trade_no'],
    message: 'give this or transaction_id, one of the two',
  })
const forceInput = z.strictObject({ to: z.enum(['SUCCESS', 'CLOSED', 'ABNORMAL']) })
const fundsInput = z.strictObject({ amount: amountFen })

const time = (ms: number | null) => (ms === null ? null : rfc3339Beijing(instant(ms)))

function view(world: World, refund: Refund) {
  const trade = world.must('trades', refund.trade)
  return {
    refund_id: refund.refundId,
    mchid: refund.mchid,
    out_refund_no: refund.outRefundNo,
    out_trade_no: trade.outTradeNo,
    transaction_id: trade.payment?.transactionId ?? null,
    amount: refund.amountFen,
    payer_refund: refund.payerRefundFen,
    total: trade.total,
    currency: 'CNY',
    reason: refund.reason,
    status: refund.status,
    channel: refund.channel,
    funded: refund.funded,
    external: refund.external,
    created_at: time(refund.createdAtMs),
    due_at: time(refund.dueAtMs),
    success_time: refund.status === 'SUCCESS' ? time(refund.finishedAtMs) : null,
  }
}

/** GET /_sim/refunds: newest first. */
export function refundsView(wechat: Wechat): ControlAnswer {
  const newest = wechat.world.values('refunds').slice(-MOST_SHOWN).toReversed()
  return good({ data: newest.map((refund) => view(wechat.world, refund)) })
}

type Named = z.output<typeof platformInput>

function tradeNamed(world: World, named: Named): Trade | undefined {
  const { transaction_id: transactionId, out_trade_no: outTradeNo = '' } = named
  if (transactionId !== undefined) {
    const key = world.get('transactions', transactionId)
    return key === undefined ? undefined : world.get('trades', key)
  }
  const mine = world.get('trades', tradeKey(world.meta.defaultMchid, outTradeNo))
  return mine ?? world.values('trades').find((one) => one.outTradeNo === outTradeNo)
}

/** POST /_sim/refunds: somebody clicks "refund" on the merchant platform. */
export function platformRefund(wechat: Wechat, input: unknown): ControlAnswer {
  const read = parsed(platformInput, input)
  if (!read.ok) return read.answer
  const { world } = wechat
  const trade = tradeNamed(world, read.value)
  if (trade === undefined || trade.payment === null) {
    return bad('out_trade_no', 'no paid order has this number', 404)
  }
  const left = trade.total - refundedFen(world, trade)
  if (read.value.amount > left) return bad('amount', `only ${left} fen are left to refund`)
  const number = world.draw(`platform-refund:${trade.mchid}`).digits(20)
  const order = {
    trade,
    payment: trade.payment,
    outRefundNo: `MP${number}`,
    amountFen: fen(read.value.amount),
    reason: null,
    // The merchant platform tells the platform-level URL, which speaks the old XML, or nobody.
    notifyUrl: null,
    request: '',
    external: true,
    endsAs: 'SUCCESS',
    atOnce: false,
  } as const
  const refund = acceptRefund(world, order, draftRefund(world, order))
  return good(view(world, refund), 201)
}

/** POST /_sim/refunds/{refund_id}: WeChat ends it now, in this way. */
export function forceRefund(wechat: Wechat, id: string, input: unknown): ControlAnswer {
  const read = parsed(forceInput, input)
  if (!read.ok) return read.answer
  const { world } = wechat
  const refund = world.values('refunds').find(({ refundId }) => refundId === id)
  if (refund === undefined) return bad('id', 'no such refund; GET /_sim/refunds lists them', 404)
  const { to } = read.value
  if (refund.status === 'SUCCESS' || refund.status === 'CLOSED' || refund.status === to) {
    return bad('to', `the refund is ${refund.status}, which does not become ${to}`)
  }
  if (to !== 'CLOSED' && !refund.funded) {
    return bad('to', 'the merchant’s account has not paid for it yet; top it up first')
  }
  const ended = endRefund(world, refundKey(refund.mchid, refund.outRefundNo), to)
  return good(view(world, ended))
}

const platformUrlInput = z.strictObject({
  refund_notify_url: z.url().max(255).nullable(),
  v2_key: z
    .string()
    .regex(/^[0-9A-Za-z]{32}$/, 'must be 32 letters or digits')
    .optional(),
})

/** POST /_sim/merchants/{mchid}/platform: the refund address that is set on the merchant platform. */
export function setPlatform(wechat: Wechat, mchid: string, input: unknown): ControlAnswer {
  const read = parsed(platformUrlInput, input)
  if (!read.ok) return read.answer
  const { world } = wechat
  const merchant = world.get('merchants', mchid)
  if (merchant === undefined) return bad('mchid', 'no such merchant', 404)
  const { refund_notify_url: url, v2_key: key = merchant.platformRefunds?.key } = read.value
  if (url !== null && key === undefined) return bad('v2_key', 'must go with the first address')
  const platformRefunds = url === null ? null : { url, key: key ?? '' }
  world.put('merchants', mchid, { ...merchant, platformRefunds })
  return good({ mchid, refund_notify_url: url })
}

/** POST /_sim/merchants/{mchid}/top-up and /withdraw: 201 with the new balance. */
export function moveFunds(
  wechat: Wechat,
  mchid: string,
  input: unknown,
  kind: 'top_up' | 'withdrawal',
): ControlAnswer {
  const read = parsed(fundsInput, input)
  if (!read.ok) return read.answer
  const { world } = wechat
  if (world.get('merchants', mchid) === undefined) return bad('mchid', 'no such merchant', 404)
  const { balanceFen } = fundsOf(world, mchid)
  const { amount } = read.value
  if (kind === 'withdrawal' && amount > balanceFen) {
    return bad('amount', `the account has ${balanceFen} fen only`)
  }
  const businessId = world.draw(`funds:${mchid}`).digits(28)
  const signed = kind === 'top_up' ? amount : -amount
  book(world, { mchid, kind, amountFen: signed, businessId, voucher: '', note: '' })
  if (kind === 'top_up') fundWaiting(world, mchid)
  return good({ mchid, balance: fundsOf(world, mchid).balanceFen }, 201)
}
