// A shop with paid orders, refund jobs that a test runs one by one, and a WeChat that says what the
// test lets it say; on the real database.
import {
  fen,
  instant,
  parseOutTradeNo,
  parseRefund,
  parseTransaction,
} from '@minitill/protocol/model'
import { applyEvidence } from '../../server/flows/apply-evidence.ts'
import { carryRefund } from '../../server/flows/carry-refund.ts'
import { type RequestedRefund, requestRefund } from '../../server/flows/request-refund.ts'
import type { Answer, JobResult, RefundAnswer, Refusal } from '../../server/ports/index.ts'
import { type FlowBox, flowBox, mchid } from './flow-ports.ts'

export interface PaidOrder {
  readonly id: string
  readonly paymentId: string
  readonly no: string
  readonly transactionId: string
}

export const silent: Answer<never> = { got: 'silence', why: 'timeout' }

export function refused(httpStatus: number, code: string, authentic = true): Answer<Refusal> {
  return { got: 'answer', value: { kind: 'refused', code, message: '', httpStatus, authentic } }
}

export const missing = refused(404, 'RESOURCE_NOT_EXISTS')

let sequence = 0

export class RefundBox {
  readonly box: FlowBox
  #now = 1_800_000_000_000

  private constructor(box: FlowBox) {
    this.box = box
  }

  static async open(): Promise<RefundBox> {
    return new RefundBox(await flowBox())
  }

  get now(): number {
    return this.#now
  }

  advance(ms: number): void {
    this.#now += ms
    this.box.at(this.#now)
  }

  /** An order of 1980 fen; what WeChat says of its payment is let in by the one door. */
  async order(): Promise<PaidOrder> {
    const id = await this.box.order()
    const payment = (await this.box.ports.store.read.payments.ofOrder(id))[0]
    if (!payment) throw new Error('an order without a payment')
    sequence += 1
    return {
      id,
      paymentId: payment.id,
      no: payment.outTradeNo,
      transactionId: `4200${String(sequence).padStart(24, '0')}`,
    }
  }

  async pay(order: PaidOrder, more: Record<string, unknown> = {}): Promise<void> {
    const payment = await this.box.ports.store.read.payments.byId(order.paymentId)
    const transaction = parseTransaction({
      appid: payment?.appid,
      mchid,
      out_trade_no: order.no,
      trade_state: 'SUCCESS',
      trade_state_desc: '',
      transaction_id: order.transactionId,
      success_time: new Date(this.#now).toISOString(),
      amount: { total: 1980, payer_total: 1980, currency: 'CNY' },
      ...more,
    })
    const { ports } = this.box
    await ports.store.transaction(
      async (tx) =>
        await applyEvidence(
          tx,
          ports,
          order.paymentId,
          { kind: 'query', transaction },
          instant(this.#now),
        ),
    )
  }

  async paid(): Promise<PaidOrder> {
    const order = await this.order()
    await this.pay(order)
    return order
  }

  async request(
    order: { readonly id: string },
    amount: number,
    more: { key?: string; restock?: boolean; by?: string } = {},
  ): Promise<RequestedRefund> {
    return await requestRefund(this.box.ports, {
      orderId: order.id,
      amountFen: fen(amount),
      reason: 'sorry',
      restock: more.restock ?? false,
      requestedBy: more.by ?? 'operator_1',
      key: more.key ?? this.box.ports.random.uuid(),
      requestHash: `${order.id} ${amount}`,
      present: (refund) => refund.id,
    })
  }

  /** A refund that was wished for; its id. */
  async wished(order: PaidOrder, amount: number, restock = false): Promise<string> {
    const result = await this.request(order, amount, { restock })
    if (result.kind !== 'accepted') throw new Error(`no refund: ${JSON.stringify(result)}`)
    return result.body
  }

  async refund(id: string) {
    const query = this.box.db.selectFrom('refund').selectAll().where('id', '=', id)
    return await query.executeTakeFirstOrThrow()
  }

  async refundsOf(orderId: string) {
    const query = this.box.db.selectFrom('refund').selectAll().where('order_id', '=', orderId)
    return await query.orderBy('created_at_ms').orderBy('id').execute()
  }

  async orderRow(id: string) {
    const query = this.box.db.selectFrom('customer_order').selectAll().where('id', '=', id)
    return await query.executeTakeFirstOrThrow()
  }

  async stock(): Promise<number> {
    const query = this.box.db.selectFrom('product').select('stock').where('id', '=', 'tea')
    return (await query.executeTakeFirstOrThrow()).stock ?? -1
  }

  /** Kinds of the open tasks that name this value anywhere in their detail. */
  async tasksAbout(value: string) {
    const all = await this.box.db.selectFrom('task').selectAll().orderBy('id').execute()
    return all.filter((task) => JSON.stringify([task.subject, task.detail]).includes(value))
  }

  async openTasks(value: string): Promise<string[]> {
    const found = (await this.tasksAbout(value)).filter(({ status }) => status === 'open')
    return found.map(({ kind }) => kind).sort()
  }

  /** Balance of an account over the entries of these subjects. */
  async booked(account: string, ...subjects: string[]): Promise<number> {
    const entries = await Promise.all(
      subjects.map(async (subject) => await this.box.ports.store.read.ledger.ofSubject(subject)),
    )
    const postings = entries.flat().flatMap((entry) => entry.postings)
    const own = postings.filter((posting) => posting.account === account)
    return own.reduce((sum, { amountFen }) => sum + amountFen, 0)
  }

  /** One step of a refund's job. */
  async step(id: string): Promise<JobResult> {
    const { chain } = await this.refund(id)
    return await carryRefund(this.box.ports, { refundId: id, chain })
  }

  /** What WeChat would say of this refund. */
  async says(
    id: string,
    order: PaidOrder,
    status: string,
    more: Record<string, unknown> = {},
  ): Promise<Answer<RefundAnswer>> {
    const { out_refund_no, amount_fen } = await this.refund(id)
    const refund = parseRefund({
      refund_id: `5030${out_refund_no.slice(-20).replaceAll(/\D/g, '7')}`,
      out_refund_no,
      transaction_id: order.transactionId,
      out_trade_no: parseOutTradeNo(order.no),
      status,
      create_time: new Date(this.#now).toISOString(),
      amount: { total: 1980, refund: amount_fen, currency: 'CNY' },
      ...(status === 'SUCCESS' ? { success_time: new Date(this.#now).toISOString() } : {}),
      ...more,
    })
    return { got: 'answer', value: { kind: 'refund', refund } }
  }
}
