import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import {
  missing,
  type PaidOrder,
  RefundBox,
  refused,
  silent,
} from '../../tests/support/refund-box.ts'
import { StaleVersion } from '../ports/stale-version.ts'
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
  const { script, asked, jobs } = shop.box
  script.refund = [silent]
  script.refundQuery = [silent]
  asked.length = 0
  jobs.length = 0
  order = await shop.paid()
})

const asked = () => shop.box.asked.map(({ api }) => api)
const minute = 60_000

test('A-68 a silent request is asked about first, then repeated with the same bytes', async () => {
  const id = await shop.wished(order, 500)
  expect(await shop.step(id)).toEqual({ again: shop.now + minute })
  expect(asked()).toEqual(['refund', 'refundQuery'])
  shop.advance(minute)
  shop.box.script.refundQuery = [missing]
  shop.box.script.refund = [await shop.says(id, order, 'PROCESSING')]
  expect(await shop.step(id)).toEqual({ again: shop.now + minute })
  expect(asked()).toEqual(['refund', 'refundQuery', 'refundQuery', 'refund'])
  const sent = shop.box.asked.filter(({ api }) => api === 'refund').map(({ what }) => what)
  expect(new Set(sent).size).toBe(1)
  expect(await shop.refund(id)).toMatchObject({ status: 'accepted', sent_count: 2 })
})

test('a refund whose answer was lost is found by its number and never sent again', async () => {
  const id = await shop.wished(order, 500)
  shop.box.script.refundQuery = [await shop.says(id, order, 'SUCCESS')]
  expect(await shop.step(id)).toBe('done')
  expect(asked()).toEqual(['refund', 'refundQuery'])
  expect((await shop.orderRow(order.id)).refunded_total_fen).toBe(500)
  expect(await shop.booked('refunds', `refund:${id}`)).toBe(500)
})

// Every code of WeChat's table for refunds (§7.7).
const waits: ReadonlyArray<[number, string]> = [
  [403, 'NOT_ENOUGH'],
  [429, 'FREQUENCY_LIMITED'],
  [500, 'SYSTEM_ERROR'],
  [400, 'BIZ_ERR_NEED_RETRY'],
  [418, 'A_CODE_OF_TOMORROW'],
]

test.each(waits)('R69 after %i %s WeChat is asked before anything else', async (status, code) => {
  for (const authentic of [true, false]) {
    const id = await shop.wished(order, 100)
    shop.box.script.refund = [refused(status, code, authentic)]
    shop.box.script.refundQuery = [await shop.says(id, order, 'PROCESSING')]
    shop.box.asked.length = 0
    await shop.step(id)
    expect(asked()).toEqual(['refund', 'refundQuery'])
    expect((await shop.refund(id)).status).toBe('accepted')
    shop.advance(minute)
  }
})

test.each(waits)('R63 %i %s waits and goes on with the same number', async (status, code) => {
  const id = await shop.wished(order, 500)
  shop.box.script.refund = [refused(status, code)]
  shop.box.script.refundQuery = [missing]
  for (const gap of [1, 5, 10]) {
    expect(await shop.step(id)).toEqual({ again: shop.now + gap * minute })
    expect(await shop.refund(id)).toMatchObject({ status: 'frozen', problem: code })
    shop.advance(gap * minute)
  }
  expect(await shop.openTasks(id)).toEqual(code === 'NOT_ENOUGH' ? ['refund_top_up'] : [])
  shop.box.script.refund = [await shop.says(id, order, 'SUCCESS')]
  expect(await shop.step(id)).toBe('done')
  expect(await shop.refund(id)).toMatchObject({ status: 'succeeded', sent_count: 4 })
  expect(await shop.openTasks(id)).toEqual([])
})

test.each([
  [400, 'PARAM_ERROR', 1],
  [403, 'USER_ACCOUNT_ABNORMAL', 1],
  [403, 'NO_AUTH', 1],
  [400, 'TRADE_OVERDUE', 1],
  [400, 'INVALID_REQUEST', 3],
  [404, 'RESOURCE_NOT_EXISTS', 3],
])('%i %s is believed after %i tries, and waits for a person', async (status, code, tries) => {
  const id = await shop.wished(order, 500)
  shop.box.script.refund = [refused(status, code)]
  shop.box.script.refundQuery = [missing]
  for (let count = 1; count < tries; count += 1) {
    expect(await shop.step(id)).toHaveProperty('again')
    shop.advance(10 * minute)
  }
  expect(await shop.step(id)).toBe('done')
  expect(await shop.refund(id)).toMatchObject({ status: 'refused', problem: code })
  expect(await shop.openTasks(id)).toEqual(['refund_refused'])
  // It keeps its reservation until somebody decides.
  expect((await shop.request(order, 1980)).kind).toBe('refused')
})

test('I-13 an unsigned "no such refund" does not stop the same request from being repeated', async () => {
  const id = await shop.wished(order, 500)
  await shop.step(id)
  expect((await shop.refund(id)).status).toBe('frozen')
  shop.box.script.refundQuery = [refused(404, 'RESOURCE_NOT_EXISTS', false)]
  shop.box.script.refund = [await shop.says(id, order, 'SUCCESS')]
  shop.advance(minute)
  shop.box.asked.length = 0
  expect(await shop.step(id)).toBe('done')
  expect(asked()).toEqual(['refundQuery', 'refund'])
  expect((await shop.refund(id)).status).toBe('succeeded')
})

test('a refund that is refused again after a person had it tried anew is shown again', async () => {
  const id = await shop.wished(order, 500)
  shop.box.script.refund = [refused(403, 'NO_AUTH')]
  shop.box.script.refundQuery = [missing]
  await shop.step(id)
  for (const round of [2, 3]) {
    const decision = { action: 'retry' } as const
    const resolved = await resolveRefund(shop.box.ports, { refundId: id, decision })
    expect(resolved.kind).toBe('done')
    expect(await shop.openTasks(id)).toEqual([])
    shop.advance(minute)
    await shop.step(id)
    expect(await shop.refund(id)).toMatchObject({ status: 'refused', chain: round })
    expect(await shop.openTasks(id)).toEqual(['refund_refused'])
  }
})

test('A-60 an unsigned refusal decides nothing, however final it sounds', async () => {
  const id = await shop.wished(order, 500)
  shop.box.script.refund = [refused(403, 'USER_ACCOUNT_ABNORMAL', false)]
  shop.box.script.refundQuery = [missing]
  expect(await shop.step(id)).toEqual({ again: shop.now + minute })
  shop.box.script.refundQuery = [refused(404, 'RESOURCE_NOT_EXISTS', false)]
  shop.box.asked.length = 0
  expect(await shop.step(id)).toHaveProperty('again')
  // An unsigned "no such refund" is no leave to send it again.
  expect(asked()).toEqual(['refundQuery'])
  expect((await shop.refund(id)).status).toBe('frozen')
})

test('R62 requests of one order are a minute apart, and those of others do not wait', async () => {
  const ids = [
    await shop.wished(order, 1),
    await shop.wished(order, 2),
    await shop.wished(order, 3),
  ]
  const [first = '', second = '', third = ''] = ids
  const other = await shop.paid()
  const elsewhere = await shop.wished(other, 1)
  shop.box.script.refund = [
    await shop.says(first, order, 'PROCESSING'),
    await shop.says(elsewhere, other, 'PROCESSING'),
    await shop.says(second, order, 'PROCESSING'),
    await shop.says(third, order, 'PROCESSING'),
  ]
  const start = shop.now
  await shop.step(first)
  expect(await shop.step(second)).toEqual({ again: start + minute })
  expect(await shop.step(third)).toEqual({ again: start + minute })
  await shop.step(elsewhere)
  expect((await shop.refund(elsewhere)).status).toBe('accepted')
  shop.advance(minute)
  await shop.step(second)
  expect(await shop.step(third)).toEqual({ again: start + 2 * minute })
  shop.advance(minute)
  await shop.step(third)
  const all = await shop.refundsOf(order.id)
  expect(all.map(({ status }) => status)).toEqual(['accepted', 'accepted', 'accepted'])
})

test('I-37 a refund that was loaded before another change cannot be changed by it', async () => {
  const id = await shop.wished(order, 500)
  const { store } = shop.box.ports
  const loaded = await store.read.refunds.byId(id)
  if (!loaded) throw new Error('no refund')
  const change = async () =>
    await store.transaction(async (tx) => await tx.refunds.update(loaded, { problem: 'A' }))
  expect((await change()).version).toBe(loaded.version + 1)
  await expect(change()).rejects.toThrow(StaleVersion)
})

test('two workers with the same step send it once', async () => {
  const id = await shop.wished(order, 500)
  shop.box.script.refund = [await shop.says(id, order, 'PROCESSING')]
  await Promise.all([shop.step(id), shop.step(id), shop.step(id)])
  expect(asked().filter((api) => api === 'refund')).toEqual(['refund'])
})

test('PROCESSING for days is asked about, shown once, and still ends', async () => {
  const id = await shop.wished(order, 500)
  shop.box.script.refund = [await shop.says(id, order, 'PROCESSING')]
  await shop.step(id)
  shop.box.script.refundQuery = [await shop.says(id, order, 'PROCESSING')]
  shop.advance(4 * 24 * 60 * minute)
  expect(await shop.step(id)).toEqual({ again: shop.now + 360 * minute })
  expect(await shop.openTasks(id)).toEqual(['refund_slow'])
  shop.box.script.refundQuery = [await shop.says(id, order, 'SUCCESS')]
  expect(await shop.step(id)).toBe('done')
  expect(await shop.openTasks(id)).toEqual([])
})

test('I-38 a refund that WeChat never answers is given to a person after two months', async () => {
  const id = await shop.wished(order, 500)
  await shop.step(id)
  shop.advance(61 * 24 * 60 * minute)
  expect(await shop.step(id)).toEqual({ park: 'refund_unsent' })
})

test('an answer about another amount is shown and moves nothing', async () => {
  const id = await shop.wished(order, 500)
  const lie = { amount: { total: 1980, refund: 501, currency: 'CNY' } }
  shop.box.script.refund = [await shop.says(id, order, 'SUCCESS', lie)]
  expect(await shop.step(id)).toHaveProperty('again')
  expect(await shop.openTasks(id)).toEqual(['refund_unclear'])
  expect(await shop.refund(id)).toMatchObject({ status: 'frozen' })
  expect((await shop.orderRow(order.id)).refunded_total_fen).toBe(0)
})
