import {
  parseAppid,
  parseMchid,
  parseOpenid,
  parseOutTradeNo,
  parsePrepayId,
  parseTransactionId,
} from '@minitill/protocol/model'
import type { Payment } from '../domain/payment.ts'
import { StaleVersion } from '../ports/stale-version.ts'
import type { PaymentChange, PaymentReads, PaymentWrites } from '../ports/tables/payments.ts'
import type { Handle } from './index.ts'
import type { PaymentTable } from './schema.ts'

/** Statements on payment. */
export function payments(db: Handle): PaymentReads & PaymentWrites {
  return { ...reads(db), ...writes(db) }
}

function reads(db: Handle): PaymentReads {
  const all = () => db.selectFrom('payment').selectAll()
  return {
    byId: async (paymentId) => {
      const row = await all().where('id', '=', paymentId).executeTakeFirst()
      return row ? payment(row) : null
    },
    byOutTradeNo: async (mchid, outTradeNo) => {
      const query = all().where('mchid', '=', mchid).where('out_trade_no', '=', outTradeNo)
      const row = await query.executeTakeFirst()
      return row ? payment(row) : null
    },
    byTransaction: async (transactionId) => {
      const row = await all().where('transaction_id', '=', transactionId).executeTakeFirst()
      return row ? payment(row) : null
    },
    ofOrder: async (orderId) => {
      const rows = await all().where('order_id', '=', orderId).orderBy('attempt').execute()
      return rows.map(payment)
    },
    ofOrders: async (orderIds) => {
      if (orderIds.length === 0) return []
      const query = all().where('order_id', 'in', orderIds)
      return (await query.orderBy('order_id').orderBy('attempt').execute()).map(payment)
    },
    hasOther: async (prepayId, paymentId) => {
      const query = db.selectFrom('payment').select('id').where('prepay_id', '=', prepayId)
      return (await query.where('id', '<>', paymentId).executeTakeFirst()) !== undefined
    },
  }
}

function writes(db: Handle): PaymentWrites {
  return {
    insert: async (p) => {
      await db.insertInto('payment').values(row(p)).execute()
    },
    lock: async (paymentId) => {
      const query = db.selectFrom('payment').selectAll().where('id', '=', paymentId)
      const found = await query.forUpdate().executeTakeFirst()
      return found ? payment(found) : null
    },
    update: async (p, change) => {
      const result = await db
        .updateTable('payment')
        .set({ ...changed(change), version: p.version + 1 })
        .where('id', '=', p.id)
        .where('version', '=', p.version)
        .executeTakeFirst()
      if (result.numUpdatedRows !== 1n) throw new StaleVersion(`payment ${p.id}`)
      return { ...p, ...change, version: p.version + 1 }
    },
    claimAsk: async (paymentId, at, gapMs) => {
      const result = await db
        .updateTable('payment')
        .set((e) => ({ last_asked_at_ms: at, asked_count: e('asked_count', '+', 1) }))
        .where('id', '=', paymentId)
        .where((e) =>
          e.or([
            e('last_asked_at_ms', 'is', null),
            e('last_asked_at_ms', '<=', e.val(at - gapMs) as never),
          ]),
        )
        .executeTakeFirst()
      return result.numUpdatedRows === 1n
    },
  }
}

function changed(change: PaymentChange): Partial<PaymentTable> {
  const names = {
    status: 'status',
    prepayAskedAtMs: 'prepay_asked_at_ms',
    prepayId: 'prepay_id',
    prepaidAtMs: 'prepaid_at_ms',
    calledUpAtMs: 'called_up_at_ms',
    transactionId: 'transaction_id',
    paidAtMs: 'paid_at_ms',
    closedAtMs: 'closed_at_ms',
  } as const satisfies Record<keyof PaymentChange, keyof PaymentTable>
  const columns = Object.entries(change).map(([key, value]) => [
    names[key as keyof PaymentChange],
    value,
  ])
  return Object.fromEntries(columns) as Partial<PaymentTable>
}

function row(p: Payment): PaymentTable {
  return {
    id: p.id,
    order_id: p.orderId,
    attempt: p.attempt,
    status: p.status,
    appid: p.appid,
    mchid: p.mchid,
    openid: p.openid,
    out_trade_no: p.outTradeNo,
    amount_fen: p.amountFen,
    currency: p.currency,
    request_body: p.requestBody,
    prepay_asked_at_ms: p.prepayAskedAtMs,
    prepay_id: p.prepayId,
    prepaid_at_ms: p.prepaidAtMs,
    called_up_at_ms: p.calledUpAtMs,
    asked_count: p.askedCount,
    last_asked_at_ms: p.lastAskedAtMs,
    transaction_id: p.transactionId,
    paid_at_ms: p.paidAtMs,
    closed_at_ms: p.closedAtMs,
    created_at_ms: p.createdAtMs,
    version: p.version,
  }
}

function payment(r: PaymentTable): Payment {
  return {
    id: r.id,
    orderId: r.order_id,
    attempt: r.attempt,
    status: r.status,
    appid: parseAppid(r.appid),
    mchid: parseMchid(r.mchid),
    openid: parseOpenid(r.openid),
    outTradeNo: parseOutTradeNo(r.out_trade_no),
    amountFen: r.amount_fen,
    currency: r.currency,
    requestBody: r.request_body,
    prepayAskedAtMs: r.prepay_asked_at_ms,
    prepayId: r.prepay_id === null ? null : parsePrepayId(r.prepay_id),
    prepaidAtMs: r.prepaid_at_ms,
    calledUpAtMs: r.called_up_at_ms,
    askedCount: r.asked_count,
    lastAskedAtMs: r.last_asked_at_ms,
    transactionId: r.transaction_id === null ? null : parseTransactionId(r.transaction_id),
    paidAtMs: r.paid_at_ms,
    closedAtMs: r.closed_at_ms,
    createdAtMs: r.created_at_ms,
    version: r.version,
  }
}
