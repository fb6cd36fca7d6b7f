import {
  fen,
  parseMchid,
  parseOutRefundNo,
  parseOutTradeNo,
  parseRefundId,
  parseTransactionId,
} from '@minitill/protocol/model'
import { sql } from 'kysely'
import type { Receipt, Refund } from '../domain/refund.ts'
import type { RefundChange } from '../domain/settle-refund.ts'
import { StaleVersion } from '../ports/stale-version.ts'
import type {
  ReceiptReads,
  ReceiptWrites,
  RefundReads,
  RefundWrites,
} from '../ports/tables/refunds.ts'
import type { Handle } from './index.ts'
import type { ReceiptTable, RefundTable } from './schema-refunds.ts'

/** Statements on receipt. */
export function receipts(db: Handle): ReceiptReads & ReceiptWrites {
  const all = () => db.selectFrom('receipt').selectAll()
  const lock = async (receiptId: string) => {
    const row = await all().where('id', '=', receiptId).forUpdate().executeTakeFirst()
    return row ? receipt(row) : null
  }
  return {
    byId: async (receiptId) => {
      const row = await all().where('id', '=', receiptId).executeTakeFirst()
      return row ? receipt(row) : null
    },
    byTransaction: async (mchid, transactionId) => {
      const query = all().where('mchid', '=', mchid).where('transaction_id', '=', transactionId)
      const row = await query.executeTakeFirst()
      return row ? receipt(row) : null
    },
    open: async (r) => {
      await db
        .insertInto('receipt')
        .values(receiptRow(r))
        .onConflict((c) => c.columns(['mchid', 'transaction_id']).doNothing())
        .execute()
      const row = await all()
        .where('mchid', '=', r.mchid)
        .where('transaction_id', '=', r.transactionId)
        .forUpdate()
        .executeTakeFirstOrThrow()
      return receipt(row)
    },
    lock,
    takeTurn: async (receiptId, at, gapMs) => {
      const taken = await db
        .updateTable('receipt')
        .set({ next_send_at_ms: at + gapMs } as never)
        .where('id', '=', receiptId)
        .where('next_send_at_ms', '<=', at)
        .executeTakeFirst()
      if (taken.numUpdatedRows === 1n) return null
      return (await lock(receiptId))?.nextSendAtMs ?? null
    },
  }
}

/** Statements on refund. */
export function refunds(db: Handle): RefundReads & RefundWrites {
  return { ...reads(db), ...writes(db) }
}

function reads(db: Handle): RefundReads {
  const all = () => db.selectFrom('refund').selectAll()
  const list = async (column: 'order_id' | 'receipt_id', value: string) => {
    const query = all().where(column, '=', value).orderBy('created_at_ms').orderBy('id')
    return (await query.execute()).map(refund)
  }
  return {
    byId: async (refundId) => {
      const row = await all().where('id', '=', refundId).executeTakeFirst()
      return row ? refund(row) : null
    },
    byOutRefundNo: async (mchid, outRefundNo) => {
      const query = all().where('mchid', '=', mchid).where('out_refund_no', '=', outRefundNo)
      const row = await query.executeTakeFirst()
      return row ? refund(row) : null
    },
    ofOrder: async (orderId) => await list('order_id', orderId),
    ofReceipt: async (receiptId) => await list('receipt_id', receiptId),
    succeededOf: async (receiptId) => {
      const { rows } = await sql<{ sum: number }>`
        SELECT coalesce(sum(amount_fen), 0)::bigint AS sum FROM refund
        WHERE receipt_id = ${receiptId} AND status = 'succeeded'`.execute(db)
      return fen(rows[0]?.sum ?? 0)
    },
  }
}

function writes(db: Handle): RefundWrites {
  return {
    insert: async (r) => {
      await db.insertInto('refund').values(refundRow(r)).execute()
    },
    lock: async (refundId) => {
      const query = db.selectFrom('refund').selectAll().where('id', '=', refundId)
      const row = await query.forUpdate().executeTakeFirst()
      return row ? refund(row) : null
    },
    update: async (r, change) => {
      const result = await db
        .updateTable('refund')
        .set({ ...changed(change), version: r.version + 1 })
        .where('id', '=', r.id)
        .where('version', '=', r.version)
        .executeTakeFirst()
      if (result.numUpdatedRows !== 1n) throw new StaleVersion(`refund ${r.id}`)
      return { ...r, ...change, version: r.version + 1 }
    },
  }
}

function changed(change: RefundChange): Partial<RefundTable> {
  const names = {
    status: 'status',
    statusAtMs: 'status_at_ms',
    refundId: 'refund_id',
    receivedAccount: 'received_account',
    problem: 'problem',
    restocked: 'restocked',
    sentCount: 'sent_count',
    lastSentAtMs: 'last_sent_at_ms',
    acceptedAtMs: 'accepted_at_ms',
    succeededAtMs: 'succeeded_at_ms',
    closedAtMs: 'closed_at_ms',
    chain: 'chain',
    approval: 'approval',
    decidedBy: 'decided_by',
    decidedAtMs: 'decided_at_ms',
    declineReason: 'decline_reason',
  } as const satisfies Record<keyof RefundChange, keyof RefundTable>
  const columns = Object.entries(change).map(([key, value]) => [
    names[key as keyof RefundChange],
    value,
  ])
  return Object.fromEntries(columns) as Partial<RefundTable>
}

function receiptRow(r: Receipt): ReceiptTable {
  return {
    id: r.id,
    mchid: r.mchid,
    transaction_id: r.transactionId,
    out_trade_no: r.outTradeNo,
    order_id: r.orderId,
    payment_id: r.paymentId,
    origin: r.origin,
    total_fen: r.totalFen,
    reserved_fen: r.reservedFen,
    parts: r.parts,
    paid_at_ms: r.paidAtMs,
    next_send_at_ms: r.nextSendAtMs,
    created_at_ms: r.createdAtMs,
  }
}

function receipt(r: ReceiptTable): Receipt {
  return {
    id: r.id,
    mchid: parseMchid(r.mchid),
    transactionId: parseTransactionId(r.transaction_id),
    outTradeNo: parseOutTradeNo(r.out_trade_no),
    orderId: r.order_id,
    paymentId: r.payment_id,
    origin: r.origin,
    totalFen: r.total_fen,
    reservedFen: r.reserved_fen,
    parts: r.parts,
    paidAtMs: r.paid_at_ms,
    nextSendAtMs: r.next_send_at_ms,
    createdAtMs: r.created_at_ms,
  }
}

function refundRow(r: Refund): RefundTable {
  return {
    id: r.id,
    receipt_id: r.receiptId,
    mchid: r.mchid,
    order_id: r.orderId,
    out_refund_no: r.outRefundNo,
    refund_id: r.refundId,
    external: r.external,
    amount_fen: r.amountFen,
    reason: r.reason,
    request_body: r.requestBody,
    restock: r.restock,
    restocked: r.restocked,
    requested_by: r.requestedBy,
    approval: r.approval,
    decided_by: r.decidedBy,
    decided_at_ms: r.decidedAtMs,
    decline_reason: r.declineReason,
    status: r.status,
    status_at_ms: r.statusAtMs,
    problem: r.problem,
    sent_count: r.sentCount,
    last_sent_at_ms: r.lastSentAtMs,
    accepted_at_ms: r.acceptedAtMs,
    received_account: r.receivedAccount,
    succeeded_at_ms: r.succeededAtMs,
    closed_at_ms: r.closedAtMs,
    chain: r.chain,
    created_at_ms: r.createdAtMs,
    version: r.version,
  }
}

function refund(r: RefundTable): Refund {
  return {
    id: r.id,
    receiptId: r.receipt_id,
    mchid: parseMchid(r.mchid),
    orderId: r.order_id,
    outRefundNo: parseOutRefundNo(r.out_refund_no),
    refundId: r.refund_id === null ? null : parseRefundId(r.refund_id),
    external: r.external,
    amountFen: r.amount_fen,
    reason: r.reason,
    requestBody: r.request_body,
    restock: r.restock,
    restocked: r.restocked,
    requestedBy: r.requested_by,
    approval: r.approval,
    decidedBy: r.decided_by,
    decidedAtMs: r.decided_at_ms,
    declineReason: r.decline_reason,
    status: r.status,
    statusAtMs: r.status_at_ms,
    problem: r.problem,
    sentCount: r.sent_count,
    lastSentAtMs: r.last_sent_at_ms,
    acceptedAtMs: r.accepted_at_ms,
    receivedAccount: r.received_account,
    succeededAtMs: r.succeeded_at_ms,
    closedAtMs: r.closed_at_ms,
    chain: r.chain,
    createdAtMs: r.created_at_ms,
    version: r.version,
  }
}
