import { fen } from '@minitill/protocol/model'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { merchantPolicy } from '../../tests/support/flow-ports.ts'
import { missing, type PaidOrder, RefundBox, silent } from '../../tests/support/refund-box.ts'
import { applyRefundEvidence } from './apply-refund.ts'
import { approveRefund, declineRefund } from './approve-refund.ts'
import { closeOrder } from './close-order.ts'
import { endSuspense } from './end-suspense.ts'
import { resolveTask } from './resolve-task.ts'

let shop: RefundBox
let order: PaidOrder

beforeAll(async () => {
  shop = await RefundBox.open()
  const { ports } = shop.box
  const policyOf = () => ({ ...merchantPolicy, approveRefundsFrom: fen(1_000) })
  Object.assign(ports, { parties: { ...ports.parties, policyOf } })
})
afterAll(async () => {
  await shop.box.close()
})
beforeEach(async () => {
  shop.advance(3_600_000)
  order = await shop.paid()
})

const day = 24 * 3_600_000
const approve = async (refundId: string, operator: string) =>
  (await approveRefund(shop.box.ports, { refundId, operator })).kind
const decline = async (refundId: string) =>
  (await declineRefund(shop.box.ports, { refundId, operator: 'operator_2', reason: 'x' })).kind
const chains = (id: string) => shop.box.jobs.filter(({ data }) => data['refund_id'] === id)
const receiptOf = async (orderId: string) => {
  const query = shop.box.db.selectFrom('receipt').selectAll().where('order_id', '=', orderId)
  return await query.executeTakeFirstOrThrow()
}

test('from the limit on a refund waits, one fen below it does not, and parts are added up', async () => {
  const below = await shop.wished(order, 999)
  expect(await shop.refund(below)).toMatchObject({ approval: 'not_needed' })
  const over = await shop.wished(order, 1)
  expect(await shop.refund(over)).toMatchObject({
    approval: 'awaiting',
    requested_by: 'operator_1',
  })
  expect([chains(below).length, chains(over).length]).toEqual([1, 0])
  // What was declined no longer counts.
  expect(await decline(over)).toBe('done')
  const [other, whole] = [await shop.paid(), await shop.paid()]
  expect(await shop.refund(await shop.wished(other, 1_000))).toMatchObject({ approval: 'awaiting' })
  expect(await shop.refund(await shop.wished(whole, 999))).toMatchObject({ approval: 'not_needed' })
})

test('a job that runs all the same sends nothing before the approval, and one chain after it', async () => {
  const id = await shop.wished(order, 1_980)
  const before = shop.box.asked.length
  expect(await shop.step(id)).toBe('done')
  expect(shop.box.asked.length).toBe(before)
  expect(await approve(id, 'operator_1')).toBe('own_refund')
  expect(chains(id)).toEqual([])
  const all = await Promise.all([1, 2, 3, 4].map(() => approve(id, 'operator_2')))
  expect(all.toSorted()).toEqual(['done', 'not_now', 'not_now', 'not_now'])
  expect(chains(id).length).toBe(1)
  shop.box.script.refund = [await shop.says(id, order, 'SUCCESS')]
  expect(await shop.step(id)).toBe('done')
  expect(await shop.refund(id)).toMatchObject({ status: 'succeeded', approval: 'approved' })
})

test('time that a refund waited for a person is not time that WeChat took', async () => {
  const id = await shop.wished(order, 1_500)
  shop.advance(70 * day)
  expect(await shop.openTasks(id)).toEqual(['refund_approval'])
  expect(await approve(id, 'operator_2')).toBe('done')
  shop.box.script.refund = [silent]
  shop.box.script.refundQuery = [missing]
  expect(await shop.step(id)).toEqual({ again: shop.now + 60_000 })
  expect(await shop.openTasks(id)).toEqual([])
})

test('I-23 declining gives the amount back once, and what was declined stays so', async () => {
  const id = await shop.wished(order, 1_500)
  expect(await receiptOf(order.id)).toMatchObject({ reserved_fen: 1500, parts: 1 })
  const all = await Promise.all([1, 2, 3].map(() => decline(id)))
  expect(all.toSorted()).toEqual(['done', 'not_now', 'not_now'])
  expect(await receiptOf(order.id)).toMatchObject({ reserved_fen: 0, parts: 0 })
  expect(await approve(id, 'operator_2')).toBe('not_now')
  expect([await shop.openTasks(id), chains(id)]).toEqual([[], []])
  const small = await shop.wished(order, 500)
  expect(await decline(small)).toBe('not_now')
})

test('a person’s refund of late money waits; what the policy sends back by itself does not', async () => {
  const { ports } = shop.box
  for (const [how, approval] of [
    ['person', 'awaiting'],
    ['policy', 'not_needed'],
  ]) {
    const late = await shop.order()
    await closeOrder(ports, { orderId: late.id, reason: 'cancelled' })
    await shop.pay(late)
    const [task] = await shop.tasksAbout(late.transactionId)
    const taskId = task?.id ?? ''
    const decision = { action: 'refund', reason: '退回', by: 'operator_1' } as const
    const { db } = shop.box
    await db.updateTable('product').set({ stock: 0 }).where('id', '=', 'tea').execute()
    if (how === 'person') await resolveTask(ports, { taskId, decision })
    else await endSuspense(ports, { taskId })
    await db.updateTable('product').set({ stock: 100 }).where('id', '=', 'tea').execute()
    expect([how, await shop.refundsOf(late.id)]).toMatchObject([how, [{ approval }]])
  }
})

test('a waiting refund that gives its place up is closed, and so is its task', async () => {
  const id = await shop.wished(order, 1_500)
  const { ports } = shop.box
  await ports.store.transaction(
    async (tx) =>
      await applyRefundEvidence(tx, ports, id, { kind: 'overtaken' }, ports.clock.now()),
  )
  expect(await shop.refund(id)).toMatchObject({ status: 'closed', problem: 'overtaken' })
  expect(await shop.openTasks(id)).toEqual(['refund_refused'])
  expect([await approve(id, 'operator_2'), await decline(id)]).toEqual(['not_now', 'not_now'])
})

test('F-50 WeChat’s word about a refund that a restored backup lets wait again is believed', async () => {
  const id = await shop.wished(order, 1_500)
  const { ports } = shop.box
  const hear = async (status: string) => {
    const said = await shop.says(id, order, status)
    if (said.got !== 'answer' || said.value.kind !== 'refund') throw new Error('no refund')
    const told = said.value.refund
    await ports.store.transaction(
      async (tx) =>
        await applyRefundEvidence(tx, ports, id, { kind: 'bill', told }, ports.clock.now()),
    )
  }
  await hear('PROCESSING')
  expect(await shop.refund(id)).toMatchObject({ status: 'accepted', approval: 'awaiting' })
  expect(await decline(id)).toBe('not_now')
  // Approved anew it is asked about, not sent again.
  expect(await approve(id, 'operator_2')).toBe('done')
  shop.box.script.refundQuery = [await shop.says(id, order, 'SUCCESS')]
  const sent = shop.box.asked.filter(({ api }) => api === 'refund').length
  expect(await shop.step(id)).toBe('done')
  expect(shop.box.asked.filter(({ api }) => api === 'refund').length).toBe(sent)
  expect(await shop.refund(id)).toMatchObject({ status: 'succeeded' })
})
