import { fen, instant } from '@minitill/protocol/model'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type FlowBox, flowBox, mchid } from '../../tests/support/flow-ports.ts'
import { movement } from '../domain/ledger.ts'
import { StaleVersion } from '../ports/stale-version.ts'

// What the database itself refuses, whatever the code above it does.
let box: FlowBox
const at = instant(1_800_000_000_000)
const when = { atMs: at, happenedAtMs: at, mchid }

beforeAll(async () => {
  box = await flowBox()
})
afterAll(async () => {
  await box.close()
})

async function payment() {
  const [first] = await box.ports.store.read.payments.ofOrder(await box.order())
  if (first === undefined) throw new Error('an order without a payment')
  return first
}

test('I-27 an entry can be neither changed nor deleted, nor can its postings', async () => {
  const postings = movement('wechat_receivable', 'sales', fen(5))
  const entry = { id: 'e1', subject: 's', transition: 't', ...when, postings }
  await box.ports.store.transaction(async (tx) => await tx.ledger.append(entry))
  for (const table of ['entry', 'posting']) {
    const change = table === 'entry' ? sql`transition = 'x'` : sql`account = 'fees'`
    await expect(sql`UPDATE ${sql.table(table)} SET ${change}`.execute(box.db)).rejects.toThrow(
      'append-only',
    )
    await expect(sql`DELETE FROM ${sql.table(table)}`.execute(box.db)).rejects.toThrow(
      'append-only',
    )
  }
})

test('I-28 the same transition of a subject is booked once; an unbalanced entry never', async () => {
  const postings = movement('wechat_receivable', 'sales', fen(7))
  const book = async (id: string, lines = postings) =>
    await box.ports.store.transaction(
      async (tx) =>
        await tx.ledger.append({ id, subject: 'once', transition: 't', ...when, postings: lines }),
    )
  expect([await book('a'), await book('b')]).toEqual([true, false])
  await expect(book('c', postings.slice(1))).rejects.toThrow('does not balance')
  const [entry] = await box.ports.store.read.ledger.ofSubject('once')
  expect(entry).toMatchObject({ id: 'a', postings })
})

test('I-37 who loaded an older version cannot commit, and nothing of theirs is left', async () => {
  const loaded = await payment()
  const { store } = box.ports
  await store.transaction(async (tx) => await tx.payments.update(loaded, { prepayAskedAtMs: at }))
  const late = store.transaction(async (tx) => {
    await tx.tasks.open({
      id: 't1',
      kind: 'late_money',
      subject: 'zombie',
      reason: '',
      detail: {},
      status: 'open',
      createdAtMs: at,
      resolvedAtMs: null,
      resolution: null,
    })
    await tx.payments.update(loaded, { status: 'closing' })
  })
  await expect(late).rejects.toThrow(StaleVersion)
  expect((await store.read.tasks.page({}, null, 10)).map((task) => task.subject)).toEqual([])
})

test('I-37 an order that was loaded before another change cannot be changed by it', async () => {
  const { orderId } = await payment()
  const { store } = box.ports
  const loaded = await store.transaction(async (tx) => await tx.orders.lock(orderId))
  if (!loaded) throw new Error('no order')
  const change = async () =>
    await store.transaction(
      async (tx) => await tx.orders.update(loaded, { closeReason: 'cancelled' }),
    )
  expect((await change()).version).toBe(loaded.version + 1)
  await expect(change()).rejects.toThrow(StaleVersion)
})

test('I-12 a settled payment and order stay as they are, and a frozen request stays frozen', async () => {
  const one = await payment()
  const set = async (change: ReturnType<typeof sql>) =>
    await sql`UPDATE payment SET ${change} WHERE id = ${one.id}`.execute(box.db)
  for (const change of [sql`amount_fen = 1`, sql`out_trade_no = 'x'`, sql`request_body = '{}'`]) {
    await expect(set(change)).rejects.toThrow('frozen payment')
  }
  await set(sql`status = 'closed', closed_at_ms = 1`)
  await expect(set(sql`status = 'frozen', closed_at_ms = NULL`)).rejects.toThrow('never changes')
  const order = sql`UPDATE customer_order SET status = 'closed', stock_held = false
    WHERE id = ${one.orderId}`
  await order.execute(box.db)
  const reopen = sql`UPDATE customer_order SET status = 'unpaid' WHERE id = ${one.orderId}`
  await expect(reopen.execute(box.db)).rejects.toThrow('never changes')
})

test('an order has at most one open payment and at most one paid one', async () => {
  const one = await payment()
  const again = {
    ...one,
    id: 'p2',
    attempt: 2,
    outTradeNo: `${one.outTradeNo}`.replace('MT', 'MU'),
  }
  const insert = box.ports.store.transaction(
    async (tx) => await tx.payments.insert(again as typeof one),
  )
  await expect(insert).rejects.toThrow('payment_open')
})

test('I-8 a key is free again after 24 hours, and not a moment before', async () => {
  const claim = async (ms: number) =>
    await box.ports.store.transaction(async (tx) => {
      const key = { scope: 'a', key: 'k', requestHash: 'h', waitMs: 100 }
      const stored = await tx.idempotency.claim({ ...key, at: instant(at + ms) })
      if (stored === null) await tx.idempotency.keep('a', 'k', 201, `made at ${ms}`)
      return stored?.body ?? null
    })
  const day = 24 * 3_600_000
  expect(await claim(0)).toBeNull()
  expect(await claim(day - 1)).toBe('made at 0')
  expect(await claim(day)).toBeNull()
  expect(await claim(day + 1)).toBe(`made at ${day}`)
})

test('I-8 a twin waits for the first no longer than it may', async () => {
  const { store } = box.ports
  const key = { scope: 'twin', key: 'k', requestHash: 'h', at, waitMs: 150 }
  let release = () => {}
  const held = new Promise<void>((resolve) => {
    release = resolve
  })
  let claimed = () => {}
  const isClaimed = new Promise<void>((resolve) => {
    claimed = resolve
  })
  const first = store.transaction(async (tx) => {
    await tx.idempotency.claim(key)
    claimed()
    await held
  })
  await isClaimed
  const twin = store.transaction(async (tx) => await tx.idempotency.claim(key))
  await expect(twin).rejects.toThrow('still at work')
  release()
  await first
})
