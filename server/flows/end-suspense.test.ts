import { parseTransaction } from '@minitill/protocol/model'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { appid, mchid, merchantPolicy } from '../../tests/support/flow-ports.ts'
import { type PaidOrder, RefundBox } from '../../tests/support/refund-box.ts'
import { closeOrder } from './close-order.ts'
import { endSuspense } from './end-suspense.ts'
import { parkUnknown } from './park-unknown.ts'
import { resolveTask } from './resolve-task.ts'

let shop: RefundBox
let order: PaidOrder

beforeAll(async () => {
  shop = await RefundBox.open()
})
afterAll(async () => {
  await shop.box.close()
})
beforeEach(async () => {
  shop.advance(3_600_000)
  shop.box.jobs.length = 0
  policy('revive_or_refund')
  order = await shop.order()
})

function policy(lateMoney: 'park' | 'revive_or_refund'): void {
  const { ports } = shop.box
  const policyOf = () => ({ ...merchantPolicy, lateMoney })
  Object.assign(ports, { parties: { ...ports.parties, policyOf } })
}

/** Closed before anybody paid, then paid all the same. */
async function late(): Promise<string> {
  await closeOrder(shop.box.ports, { orderId: order.id, reason: 'cancelled' })
  expect((await shop.orderRow(order.id)).status).toBe('closed')
  await shop.pay(order)
  return await taskId()
}

async function taskId(): Promise<string> {
  const [task] = await shop.tasksAbout(order.transactionId)
  return task?.id ?? ''
}

const jobs = () => shop.box.jobs.filter(({ queue }) => queue === 'end-suspense')
const transaction = () => `transaction:${order.transactionId}`
const suspense = async (...more: string[]) => await shop.booked('suspense', transaction(), ...more)

test('late money is kept in suspense until somebody decides, when the policy is to park', async () => {
  policy('park')
  await late()
  expect(jobs()).toEqual([])
  expect(await shop.openTasks(order.transactionId)).toEqual(['late_money'])
  expect(await suspense()).toBe(-1980)
})

test('late money revives its order where stock allows: goods, entry, event and task in one', async () => {
  const before = await shop.stock()
  const id = await late()
  expect(jobs().map(({ data }) => data)).toEqual([{ task_id: id }])
  const stock = await shop.stock()
  await Promise.all([1, 2, 3].map(() => endSuspense(shop.box.ports, { taskId: id })))
  expect(await shop.orderRow(order.id)).toMatchObject({ status: 'paid', stock_held: false })
  expect(await shop.stock()).toBe(stock - 2)
  expect(await shop.stock()).toBe(before)
  expect(await shop.openTasks(order.transactionId)).toEqual([])
  const paid = `payment:${order.paymentId}`
  expect(await suspense(paid)).toBe(0)
  expect(await shop.booked('sales', paid)).toBe(-1980)
  // The same words again are nothing now, and the sale can be refunded like any other.
  await shop.pay(order)
  expect(await shop.openTasks(order.transactionId)).toEqual([])
  expect((await shop.request(order, 1980)).kind).toBe('accepted')
})

test('late money goes back where the goods are gone, and its task ends when it arrived', async () => {
  const id = await late()
  const { db } = shop.box
  const stock = await shop.stock()
  await db.updateTable('product').set({ stock: 1 }).where('id', '=', 'tea').execute()
  await Promise.all([1, 2].map(() => endSuspense(shop.box.ports, { taskId: id })))
  await db.updateTable('product').set({ stock }).where('id', '=', 'tea').execute()
  const refunds = await shop.refundsOf(order.id)
  expect(refunds).toMatchObject([{ amount_fen: 1980, status: 'frozen' }])
  expect(await shop.openTasks(order.transactionId)).toEqual(['late_money'])
  expect(await suspense()).toBe(-1980)
  const refund = refunds[0]?.id ?? ''
  shop.box.script.refund = [await shop.says(refund, order, 'SUCCESS')]
  expect(await shop.step(refund)).toBe('done')
  expect(await suspense(`refund:${refund}`)).toBe(0)
  expect(await shop.openTasks(order.transactionId)).toEqual([])
  expect(await shop.orderRow(order.id)).toMatchObject({ status: 'closed', refunded_total_fen: 0 })
})

test('the second payment of an order goes back, and the first stays its payment', async () => {
  await shop.pay(order)
  const second = { ...order, transactionId: `${order.transactionId}9`.slice(1) }
  await shop.pay(second)
  const first = order
  order = second
  const id = await taskId()
  expect(jobs().length).toBe(1)
  await endSuspense(shop.box.ports, { taskId: id })
  const [refund] = await shop.refundsOf(order.id)
  expect(JSON.parse(refund?.request_body ?? '')).toMatchObject({
    transaction_id: second.transactionId,
    amount: { refund: 1980, total: 1980 },
  })
  shop.box.script.refund = [await shop.says(refund?.id ?? '', second, 'SUCCESS')]
  await shop.step(refund?.id ?? '')
  expect(await suspense(`refund:${refund?.id}`)).toBe(0)
  expect(await shop.orderRow(first.id)).toMatchObject({ status: 'paid', refunded_total_fen: 0 })
  expect(await shop.openTasks(second.transactionId)).toEqual([])
  // What the order was paid with is untouched by it.
  expect((await shop.request(first, 1980)).kind).toBe('accepted')
})

test('wrong amounts wait for a person in every policy, who sends them back or keeps them', async () => {
  await shop.pay(order, { amount: { total: 1979, payer_total: 1979, currency: 'CNY' } })
  expect(jobs()).toEqual([])
  const id = await taskId()
  const decide = async (action: 'refund' | 'revive' | 'keep' | 'close') =>
    (
      await resolveTask(shop.box.ports, {
        taskId: id,
        decision: { action, reason: '核对', by: 'operator_1' },
      })
    ).kind
  expect(await decide('close')).toBe('money_first')
  expect(await decide('revive')).toBe('not_now')
  expect(await decide('refund')).toBe('done')
  expect(await decide('refund')).toBe('not_now')
  expect(await decide('keep')).toBe('not_now')
  expect((await shop.refundsOf(order.id))[0]).toMatchObject({
    amount_fen: 1979,
    reason: '核对',
    requested_by: 'operator_1',
  })
})

test('a person may keep money for good: suspense becomes sales, once', async () => {
  policy('park')
  const id = await late()
  const decision = { action: 'keep', reason: '已补发', by: 'operator_1' } as const
  expect((await resolveTask(shop.box.ports, { taskId: id, decision })).kind).toBe('done')
  expect(await suspense()).toBe(0)
  expect(await shop.booked('sales', transaction())).toBe(-1980)
  expect((await resolveTask(shop.box.ports, { taskId: id, decision })).kind).toBe('not_now')
  const [task] = await shop.tasksAbout(order.transactionId)
  expect(task).toMatchObject({ status: 'resolved', resolution: '已补发' })
})

test('kept and sent back at the same instant by two people: one of the two happens', async () => {
  policy('park')
  const id = await late()
  const decide = async (action: 'keep' | 'refund') =>
    await resolveTask(shop.box.ports, {
      taskId: id,
      decision: { action, reason: action, by: `operator_${action}` },
    })
  const told = await Promise.all([decide('keep'), decide('refund')])
  expect(told.map(({ kind }) => kind).toSorted()).toEqual(['done', 'not_now'])
  const isKept = told[0].kind === 'done'
  expect(await suspense()).toBe(isKept ? 0 : -1980)
  expect((await shop.refundsOf(order.id)).length).toBe(isKept ? 0 : 1)
})

test('a task about a number that nobody knows ends where its money is that of a sale, which is not sent back', async () => {
  await shop.pay(order)
  const { ports } = shop.box
  const transaction = parseTransaction({
    ...{ appid, mchid, out_trade_no: `${order.no.slice(0, -4)}none`, trade_state: 'SUCCESS' },
    ...{ trade_state_desc: '', transaction_id: order.transactionId },
    amount: { total: 1980, payer_total: 1980, currency: 'CNY' },
  })
  await ports.store.transaction((tx) => parkUnknown(tx, ports, mchid, transaction))
  const id = await taskId()
  const decide = async (action: 'refund' | 'keep' | 'close') => {
    const decision = { action, reason: '已核对', by: 'operator_1' } as const
    return (await resolveTask(ports, { taskId: id, decision })).kind
  }
  expect([await decide('refund'), await decide('keep')]).toEqual(['not_now', 'not_now'])
  expect(await shop.refundsOf(order.id)).toEqual([])
  expect(await decide('close')).toBe('done')
  expect(await shop.openTasks(order.transactionId)).toEqual([])
  // The sale itself is refunded as any other.
  expect(await shop.wished(order, 1980)).toMatch(/./)
})
