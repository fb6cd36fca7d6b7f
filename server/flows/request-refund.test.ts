import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { missing, type PaidOrder, RefundBox, refused } from '../../tests/support/refund-box.ts'
import { resolveRefund } from './resolve-refund.ts'

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
  order = await shop.paid()
})

const receiptOf = async (orderId: string) =>
  await shop.box.db
    .selectFrom('receipt')
    .selectAll()
    .where('order_id', '=', orderId)
    .executeTakeFirstOrThrow()

const succeed = async (id: string) => {
  shop.box.script.refund = [await shop.says(id, order, 'SUCCESS')]
  expect(await shop.step(id)).toBe('done')
}

test('A-66 I-20 more than was paid is refused, and so is more than is left', async () => {
  expect(await shop.request(order, 1981)).toMatchObject({
    kind: 'refused',
    why: 'exceeds_remainder',
    remainderFen: 1980,
  })
  await shop.wished(order, 1000)
  expect(await shop.request(order, 981)).toMatchObject({ kind: 'refused', remainderFen: 980 })
  await shop.wished(order, 980)
  expect(await receiptOf(order.id)).toMatchObject({ reserved_fen: 1980, parts: 2 })
})

test('A-67 a hundred parallel refunds of a part: exactly those that fit are taken', async () => {
  const results = await Promise.all(
    Array.from({ length: 100 }, async () => await shop.request(order, 190)),
  )
  expect(results.filter(({ kind }) => kind === 'accepted').length).toBe(10)
  expect(results.filter(({ kind }) => kind === 'refused').length).toBe(90)
  expect(await receiptOf(order.id)).toMatchObject({ reserved_fen: 1900, parts: 10 })
})

test('I-20 the database itself refuses a refund above the ceiling', async () => {
  await shop.wished(order, 1980)
  const copy = sql`
    INSERT INTO refund SELECT (jsonb_populate_record(r, '{"id": "more", "out_refund_no": "more"}')).*
    FROM refund r WHERE order_id = ${order.id}`
  await expect(copy.execute(shop.box.db)).rejects.toThrow('refund_ceiling')
  const [one] = await shop.refundsOf(order.id)
  for (const change of [sql`amount_fen = 1`, sql`out_refund_no = 'x'`, sql`request_body = '{}'`]) {
    const update = sql`UPDATE refund SET ${change} WHERE id = ${one?.id}`
    await expect(update.execute(shop.box.db)).rejects.toThrow('frozen')
  }
})

test('A-69 the 51st part is refused, by us and by the database', async () => {
  for (let part = 1; part <= 50; part += 1) await shop.wished(order, 1)
  expect(await shop.request(order, 1)).toMatchObject({ kind: 'refused', why: 'too_many_parts' })
  const copy = sql`
    INSERT INTO refund SELECT (jsonb_populate_record(r, '{"id": "51", "out_refund_no": "51"}')).*
    FROM refund r WHERE order_id = ${order.id} LIMIT 1`
  await expect(copy.execute(shop.box.db)).rejects.toThrow('refund_parts')
})

test('A-69 a payment older than a year is refused', async () => {
  shop.advance(366 * 24 * 3600 * 1000)
  expect(await shop.request(order, 1)).toMatchObject({ kind: 'refused', why: 'too_old' })
})

test('one key is one refund and one answer, also for parallel twins; another body is refused', async () => {
  const key = shop.box.ports.random.uuid()
  const twins = await Promise.all([1, 2, 3].map(() => shop.request(order, 700, { key })))
  const bodies = twins.map((one) => (one.kind === 'accepted' ? one.body : one.kind))
  expect(new Set(bodies).size).toBe(1)
  expect((await shop.refundsOf(order.id)).length).toBe(1)
  expect((await shop.request(order, 701, { key })).kind).toBe('key_reused')
  const much = shop.box.ports.random.uuid()
  const first = await shop.request(order, 1281, { key: much })
  expect(await shop.request(order, 1281, { key: much })).toEqual({ ...first, replayed: true })
})

test('an unpaid order and one that is not there give nothing back and use up no key', async () => {
  const unpaid = await shop.order()
  const key = shop.box.ports.random.uuid()
  expect((await shop.request(unpaid, 1, { key })).kind).toBe('not_paid')
  expect((await shop.request({ id: 'ord_none' }, 1)).kind).toBe('not_found')
  await shop.pay(unpaid)
  expect((await shop.request(unpaid, 1, { key })).kind).toBe('accepted')
})

test('stock goes back once, with success, by the refund that says so', async () => {
  const before = await shop.stock()
  const id = await shop.wished(order, 100, true)
  expect(await shop.request(order, 100, { restock: true })).toMatchObject({
    kind: 'refused',
    why: 'restocked_already',
  })
  expect(await shop.stock()).toBe(before)
  await succeed(id)
  expect(await shop.stock()).toBe(before + 2)
  shop.box.script.refundQuery = [await shop.says(id, order, 'SUCCESS')]
  await resolveRefund(shop.box.ports, { refundId: id, decision: { action: 'ask' } })
  expect(await shop.stock()).toBe(before + 2)
})

test('a full refund leaves the order paid, with its sum, and books what it implies', async () => {
  const id = await shop.wished(order, 1980)
  await succeed(id)
  expect(await shop.orderRow(order.id)).toMatchObject({ status: 'paid', refunded_total_fen: 1980 })
  const subjects = [`payment:${order.paymentId}`, `refund:${id}`]
  const sums = ['wechat_receivable', 'sales', 'refunds'].map((a) => shop.booked(a, ...subjects))
  expect(await Promise.all(sums)).toEqual([0, -1980, 1980])
  const events = await shop.box.db
    .selectFrom('event')
    .select(['type', 'version'])
    .where('subject', '=', `refund:${id}`)
    .orderBy('version')
    .execute()
  expect(events.map(({ type }) => type)).toEqual(['refund.created', 'refund.succeeded'])
})

test('I-23 a closed refund gives its reservation back once, and a new one has a new number', async () => {
  const id = await shop.wished(order, 1980)
  shop.box.script.refund = [await shop.says(id, order, 'CLOSED')]
  expect(await shop.step(id)).toBe('done')
  expect(await receiptOf(order.id)).toMatchObject({ reserved_fen: 0, parts: 0 })
  shop.box.script.refundQuery = [await shop.says(id, order, 'CLOSED')]
  await resolveRefund(shop.box.ports, { refundId: id, decision: { action: 'ask' } })
  expect(await receiptOf(order.id)).toMatchObject({ reserved_fen: 0, parts: 0 })
  await shop.wished(order, 1980)
  const numbers = (await shop.refundsOf(order.id)).map((one) => one.out_refund_no)
  expect(new Set(numbers).size).toBe(2)
})

test('giving up frees the amount only after a quiet minute and a verified "no such refund"', async () => {
  const id = await shop.wished(order, 1980)
  shop.box.script.refund = [{ got: 'silence', why: 'timeout' }]
  shop.box.script.refundQuery = [{ got: 'silence', why: 'timeout' }]
  await shop.step(id)
  const giveUp = async () =>
    (await resolveRefund(shop.box.ports, { refundId: id, decision: { action: 'give_up' } })).kind
  expect(await giveUp()).toBe('not_now')
  shop.advance(60_000)
  expect(await giveUp()).toBe('unavailable')
  // Without a signature it may be anybody's word.
  shop.box.script.refundQuery = [refused(404, 'RESOURCE_NOT_EXISTS', false)]
  expect(await giveUp()).toBe('unavailable')
  expect(await receiptOf(order.id)).toMatchObject({ reserved_fen: 1980 })
  shop.box.script.refundQuery = [missing]
  expect(await giveUp()).toBe('done')
  expect(await shop.refund(id)).toMatchObject({ status: 'closed', problem: 'given_up' })
  expect(await receiptOf(order.id)).toMatchObject({ reserved_fen: 0 })
  expect(await giveUp()).toBe('not_now')
})

test('an abnormal refund goes to another card by a person, and ends its task', async () => {
  const id = await shop.wished(order, 1980)
  shop.box.script.refund = [await shop.says(id, order, 'ABNORMAL')]
  await shop.step(id)
  expect(await shop.openTasks(id)).toEqual(['refund_abnormal'])
  const card = {
    type: 'USER_BANK_CARD',
    bankType: 'CMB_DEBIT',
    bankAccount: '6225880000000000',
    realName: '张三',
  } as const
  const decision = { action: 'apply_abnormal_refund', ...card } as const
  shop.box.script.abnormalRefund = [{ got: 'silence', why: 'timeout' }]
  expect((await resolveRefund(shop.box.ports, { refundId: id, decision })).kind).toBe('unavailable')
  expect((await shop.refund(id)).status).toBe('abnormal')
  shop.advance(1_000)
  shop.box.script.abnormalRefund = [await shop.says(id, order, 'PROCESSING')]
  expect((await resolveRefund(shop.box.ports, { refundId: id, decision })).kind).toBe('done')
  expect((await shop.refund(id)).status).toBe('reapplied')
  expect(await shop.openTasks(id)).toEqual([])
  expect((await receiptOf(order.id)).reserved_fen).toBe(1980)
  // The card is nowhere in the database.
  const rows = await sql<{ text: string }>`SELECT r::text AS text FROM refund r`.execute(
    shop.box.db,
  )
  expect(JSON.stringify(rows.rows)).not.toMatch(/6225|张三/)
  shop.advance(1_000)
  shop.box.script.refundQuery = [await shop.says(id, order, 'SUCCESS')]
  expect(await shop.step(id)).toBe('done')
  expect((await shop.orderRow(order.id)).refunded_total_fen).toBe(1980)
})
