import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Pair, startPair, until } from '../support/pair.ts'
import { Shopper } from '../support/shopper.ts'
import { counted, Wechat } from '../support/wechat.ts'

// Everything that can happen to an answer of WeChat Pay's, on each of the three calls: the person
// hears the truth or 503, nobody is ever paid wrongly, and all is well right after the fault.
let pair: Pair
let wechat: Wechat

beforeAll(async () => {
  pair = await startPair(1, { MINITILL_ORDER_TTL_MINUTES: '1000' })
  wechat = new Wechat(pair)
  await pair.db.query(`UPDATE product SET stock = 100000 WHERE id = 'tea'`)
})
afterAll(async () => {
  await pair.stop()
})

const tea = [{ product_id: 'tea', quantity: 1 }]

/** The kinds after which WeChat's side is as if the call had succeeded. */
const withEffect = new Set([
  'answer_lost',
  'error_500_with_effect',
  'wrong_signature',
  'missing_signature',
  'unknown_serial',
  'timestamp_old',
  'reset_mid_body',
  'truncated_body',
])

const kinds = [
  ...withEffect,
  'request_lost',
  'error_500_without_effect',
  'error_503_without_effect',
  'rate_limited',
  'rate_limited_legacy',
  'html_502',
  'redirect',
]

const stock = async () =>
  Number((await pair.db.query(`SELECT stock FROM product WHERE id = 'tea'`)).rows[0].stock)

async function paidEntries(id: string): Promise<number> {
  const sql = `SELECT count(*)::int AS n FROM entry WHERE transition = 'paid'
    AND subject IN (SELECT 'payment:' || id FROM payment WHERE order_id = $1)`
  return (await pair.db.query(sql, [id])).rows[0].n
}

async function atWechat(no: string): Promise<string | undefined> {
  const { data } = (await pair.simulator.get('/_sim/trades')).json
  const trade = data.find((one: { out_trade_no: string }) => one.out_trade_no === no)
  return trade?.trade_state
}

/** How many answers below that path this kind of fault has spoilt so far. */
async function struck(path: string, kind: string): Promise<number> {
  return (await wechat.seen('request', path)).filter((one) => one.fault === kind).length
}

test.each(kinds)('prepay, %s: pay is 503, and goes well right after', async (kind) => {
  const person = await Shopper.arrive(pair)
  const { id, out_trade_no: no } = (await person.order(tea)).json
  const fault = { point: 'pay.prepay', kind, probability: 1 }
  const refused = await wechat.during(fault, async () => await person.post(`/v1/orders/${id}/pay`))
  expect([refused.status, refused.json.code]).toEqual([503, 'wechat_unavailable'])
  expect(await atWechat(no)).toBe(withEffect.has(kind) ? 'NOTPAY' : undefined)
  expect(await person.status(id)).toBe('unpaid')
  const paying = await person.post(`/v1/orders/${id}/pay`)
  expect(paying.status).toBe(200)
  await person.cashier(paying.json.payment)
  expect(await person.untilStatus(id, 'paid')).toMatchObject({ out_trade_no: no })
  expect(await paidEntries(id)).toBe(1)
})

test.each(kinds)('query, %s: confirm is 200 unpaid, and paid right after', async (kind) => {
  const person = await Shopper.arrive(pair)
  const { id, no, payment } = await person.checkout(tea)
  await wechat.during({ preset: 'notify lost all day' }, async () => {
    await person.cashier(payment)
    const before = await struck(`/out-trade-no/${no}`, kind)
    const fault = { point: 'pay.query', kind, probability: 1 }
    const told = await wechat.during(
      fault,
      async () => await person.post(`/v1/orders/${id}/confirm`),
    )
    expect([told.status, told.json.status]).toEqual([200, 'unpaid'])
    expect(await struck(`/out-trade-no/${no}`, kind)).toBeGreaterThan(before)
    expect(await paidEntries(id)).toBe(0)
    await wechat.advance(1_000)
    const confirmed = await person.post(`/v1/orders/${id}/confirm`)
    expect(confirmed.json.status).toBe('paid')
  })
  expect(await paidEntries(id)).toBe(1)
})

test.each(kinds)(
  'close, %s: cancel tells the truth, and it is closed right after',
  async (kind) => {
    const before = await stock()
    const person = await Shopper.arrive(pair)
    const { id, no } = await person.checkout(tea)
    const fault = { point: 'pay.close', kind, probability: 1 }
    const told = await wechat.during(
      fault,
      async () => await person.post(`/v1/orders/${id}/cancel`),
    )
    // Asked at once, WeChat says whether the close that nobody can believe had its effect.
    const now = withEffect.has(kind) ? 'closed' : 'unpaid'
    expect([told.status, told.json.status]).toEqual([200, now])
    expect(await stock()).toBe(now === 'closed' ? before : before - 1)
    expect(await atWechat(no)).toBe(now === 'closed' ? 'CLOSED' : 'NOTPAY')
    if (now === 'unpaid') {
      expect((await person.post(`/v1/orders/${id}/cancel`)).json.status).toBe('closed')
    }
    expect(await atWechat(no)).toBe('CLOSED')
    expect(await stock()).toBe(before)
    expect(await paidEntries(id)).toBe(0)
  },
)

test('a close that WeChat could not confirm is taken up by itself, without the person', async () => {
  const before = await stock()
  const person = await Shopper.arrive(pair)
  const { id } = await person.checkout(tea)
  const close = { point: 'pay.close', kind: 'wrong_signature', probability: 1 }
  await wechat.withoutAsking(async () => {
    await wechat.during(close, async () => await person.post(`/v1/orders/${id}/cancel`))
    expect(await person.status(id)).toBe('unpaid')
    expect(await stock()).toBe(before - 1)
    // The rhythm of asking would find it closed too: without it, the close has to be repeated.
    await wechat.advance(30_000)
    await person.untilStatus(id, 'closed', 4_000)
  })
  expect(await stock()).toBe(before)
})

test('the validly signed answer about another order that was paid pays nothing here', async () => {
  const person = await Shopper.arrive(pair)
  const paid = await person.checkout(tea)
  await person.cashier(paid.payment)
  await person.untilStatus(paid.id, 'paid')
  const { id } = await person.checkout(tea)
  const other = { point: 'pay.query', kind: 'other_order', probability: 1 }
  await wechat.during(other, async () => {
    const told = await person.post(`/v1/orders/${id}/confirm`)
    expect([told.status, told.json.status]).toEqual([200, 'unpaid'])
    await wechat.advance(60_000)
    const path = '/v3/pay/transactions/out-trade-no/'
    await until(
      async () => await struck(path, 'other_order'),
      (answers) => answers > 1,
    )
  })
  expect(await person.status(id)).toBe('unpaid')
  expect([await paidEntries(id), await paidEntries(paid.id)]).toEqual([0, 1])
})

test('a query that never answers keeps nobody waiting for more than five seconds', async () => {
  const person = await Shopper.arrive(pair)
  const { id } = await person.checkout(tea)
  const slow = { point: 'pay.query', kind: 'answer_delayed', next: true }
  await wechat.during(slow, async () => {
    const begun = performance.now()
    const told = await person.post(`/v1/orders/${id}/confirm`)
    expect([told.status, told.json.status]).toEqual([200, 'unpaid'])
    expect(performance.now() - begun).toBeLessThan(5_000)
  })
})

test.each(['minimal', 'with_amount', 'full'])(
  'an unpaid order that WeChat describes in the form %s is understood as unpaid',
  async (form) => {
    await wechat.switch({ unpaid_query: form })
    const person = await Shopper.arrive(pair)
    const { id, payment } = await person.checkout(tea)
    const answers = async () =>
      await counted(pair.server, 'wechat_call_total', { api: 'query', got: 'answer' })
    const before = await answers()
    expect((await person.post(`/v1/orders/${id}/confirm`)).json.status).toBe('unpaid')
    expect(await answers()).toBe(before + 1)
    await wechat.during({ preset: 'notify lost all day' }, async () => {
      await person.cashier(payment)
      const confirm = async () => await person.post(`/v1/orders/${id}/confirm`)
      await until(confirm, ({ json }) => json.status === 'paid', 4_000)
    })
    await wechat.switch({ unpaid_query: 'minimal' })
  },
)
