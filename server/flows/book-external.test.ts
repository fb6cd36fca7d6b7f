import {
  instant,
  parseOutRefundNo,
  parseOutTradeNo,
  parseRefund,
  parseTransactionId,
} from '@minitill/protocol/model'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { mchid } from '../../tests/support/flow-ports.ts'
import { type PaidOrder, RefundBox } from '../../tests/support/refund-box.ts'
import { type Booked, bookExternal } from './book-external.ts'
import { endSuspense } from './end-suspense.ts'
import { resolveTask } from './resolve-task.ts'

let shop: RefundBox
let order: PaidOrder
let count = 0

beforeAll(async () => {
  shop = await RefundBox.open()
})
afterAll(async () => {
  await shop.box.close()
})
beforeEach(async () => {
  shop.advance(3_600_000)
  order = await shop.paid()
  count += 1
})

/** A row of a bill, or a notice, about a refund that is not ours. */
async function book(of: PaidOrder, amount: number, more: Record<string, unknown> = {}) {
  const told = parseRefund({
    refund_id: `5039${String(count).padStart(6, '0')}`,
    out_refund_no: `EXT-${count}`,
    transaction_id: of.transactionId,
    out_trade_no: of.no,
    status: 'SUCCESS',
    amount: { total: 1980, refund: amount, currency: 'CNY' },
    ...more,
  })
  const { ports } = shop.box
  return await ports.store.transaction(
    async (tx): Promise<Booked> =>
      await bookExternal(
        tx,
        ports,
        {
          mchid,
          outTradeNo: parseOutTradeNo(of.no),
          transactionId: parseTransactionId(of.transactionId),
          outRefundNo: parseOutRefundNo(told.out_refund_no),
          refundId: told.refund_id,
          totalFen: told.amount.total,
          refundFen: told.amount.refund,
          evidence: { kind: 'bill', told },
        },
        instant(shop.now),
      ),
  )
}

test('I-25 a refund of others is booked once for many copies at once, and counts', async () => {
  const all = await Promise.all([1, 2, 3, 4].map(() => book(order, 600)))
  expect(new Set(all)).toEqual(new Set(['applied']))
  const refunds = await shop.refundsOf(order.id)
  expect(refunds).toMatchObject([{ external: true, status: 'succeeded', amount_fen: 600 }])
  expect((await shop.orderRow(order.id)).refunded_total_fen).toBe(600)
  expect(await shop.booked('refunds', `refund:${refunds[0]?.id}`)).toBe(600)
  expect(await shop.request(order, 1381)).toMatchObject({ kind: 'refused', remainderFen: 1380 })
})

test('I-25 requests of ours that WeChat does not have give up their place, newest first', async () => {
  const accepted = await shop.wished(order, 500)
  shop.box.script.refund = [await shop.says(accepted, order, 'PROCESSING')]
  await shop.step(accepted)
  const older = await shop.wished(order, 400)
  shop.advance(1)
  const newer = await shop.wished(order, 300)
  expect(await book(order, 900)).toBe('applied')
  expect((await shop.refund(accepted)).status).toBe('accepted')
  expect((await shop.refund(older)).status).toBe('frozen')
  expect(await shop.refund(newer)).toMatchObject({ status: 'closed', problem: 'overtaken' })
  expect(await shop.openTasks(newer)).toEqual(['refund_refused'])
})

test('I-20 a refund of others above what is left is shown and not booked', async () => {
  const accepted = await shop.wished(order, 1500)
  shop.box.script.refund = [await shop.says(accepted, order, 'PROCESSING')]
  await shop.step(accepted)
  expect(await book(order, 481)).toBe('parked')
  expect((await shop.refundsOf(order.id)).length).toBe(1)
  expect(await shop.openTasks(`EXT-${count}`)).toEqual(['refund_unclear'])
})

test('another number for a refund that is here is shown, and is no second refund', async () => {
  const ours = await shop.wished(order, 500)
  shop.box.script.refund = [await shop.says(ours, order, 'SUCCESS')]
  await shop.step(ours)
  const { refund_id } = await shop.refund(ours)
  expect(await book(order, 500, { refund_id })).toBe('parked')
  expect((await shop.refundsOf(order.id)).length).toBe(1)
  expect(await shop.openTasks(`EXT-${count}`)).toEqual(['refund_unclear'])
})

test('an external refund under way is asked about until it ends; an abnormal one is a task', async () => {
  shop.box.jobs.length = 0
  expect(await book(order, 100, { status: 'ABNORMAL' })).toBe('applied')
  const [one] = await shop.refundsOf(order.id)
  expect(one).toMatchObject({ status: 'abnormal', external: true })
  expect(await shop.openTasks(one?.id ?? '')).toEqual(['refund_abnormal'])
  expect(shop.box.jobs.map(({ queue, data }) => [queue, data['refund_id']])).toContainEqual([
    'carry-refund',
    one?.id,
  ])
})

test('a refund of others gives late money back: suspense ends, and its task with it', async () => {
  const paid = order.transactionId
  const second = { ...order, transactionId: `9${paid.slice(1)}` }
  await shop.pay(second)
  expect(await shop.openTasks(second.transactionId)).toEqual(['second_payment'])
  expect(await book(second, 1980)).toBe('applied')
  const [one] = await shop.refundsOf(order.id)
  const subjects = [`transaction:${second.transactionId}`, `refund:${one?.id}`]
  expect(await shop.booked('suspense', ...subjects)).toBe(0)
  expect(await shop.openTasks(second.transactionId)).toEqual([])
  expect((await shop.orderRow(order.id)).refunded_total_fen).toBe(0)
})

test('REFUND at WeChat without a refund of ours is a task until one is named', async () => {
  await shop.pay(order, { trade_state: 'REFUND' })
  expect(await shop.openTasks(order.transactionId)).toEqual(['external_refund'])
  await book(order, 10)
  expect(await shop.openTasks(order.transactionId)).toEqual([])
  const own = await shop.paid()
  const id = await shop.wished(own, 10)
  shop.box.script.refund = [await shop.says(id, own, 'PROCESSING')]
  await shop.step(id)
  await shop.pay(own, { trade_state: 'REFUND' })
  expect(await shop.openTasks(own.transactionId)).toEqual([])
})

test('two people, and a job, decide about the same money: one decision counts', async () => {
  const second = { ...order, transactionId: `8${order.transactionId.slice(1)}` }
  await shop.pay(second)
  const [task] = await shop.tasksAbout(second.transactionId)
  const taskId = task?.id ?? ''
  const { ports } = shop.box
  const decide = async (action: 'refund' | 'keep') =>
    (await resolveTask(ports, { taskId, decision: { action, reason: 'x', by: 'operator_1' } })).kind
  const results = await Promise.all([
    decide('refund'),
    decide('keep'),
    decide('refund'),
    endSuspense(ports, { taskId }).then(() => 'job' as const),
  ])
  const kept = (await shop.booked('sales', `transaction:${second.transactionId}`)) !== 0
  const refunds = (await shop.refundsOf(order.id)).length
  expect(Number(kept) + refunds).toBe(1)
  expect(results.filter((kind) => kind === 'done').length).toBeLessThanOrEqual(1)
})
