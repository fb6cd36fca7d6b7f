import { beijingDate, instant } from '@minitill/protocol/model'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { noticeBody, signed } from '../attacks/support/forge.ts'
import { settledInbox } from '../support/books.ts'
import { type Pair, startPair, until } from '../support/pair.ts'
import { Shopper } from '../support/shopper.ts'
import { bought, passUntil, Till } from '../support/till.ts'
import { Wechat } from '../support/wechat.ts'

interface Entry {
  readonly id: string
  readonly subject: string
  readonly transition: string
  readonly mchid: string
  readonly happened_at: string
  readonly booked_at: string
  readonly postings: ReadonlyArray<{ account: string; amount: number }>
}

let pair: Pair
let person: Shopper
let till: Till
let wechat: Wechat

beforeAll(async () => {
  pair = await startPair(2)
  person = await Shopper.arrive(pair)
  till = new Till(pair)
  wechat = new Wechat(pair)
})
afterAll(async () => {
  await pair.stop()
})

const read = async (path: string) => (await till.get(`/ledger/${path}`)).json
const query = (values: Record<string, string>) => new URLSearchParams(values).toString()
const byAccount = (sums: Array<{ account: string; amount: number }>) =>
  Object.fromEntries(sums.map(({ account, amount }) => [account, amount]))

/** Bought, and 700 fen of it given back. */
async function refunded(): Promise<{ id: string; refund: string }> {
  const { id } = await bought(person)
  const refund = await till.refund(id, 700)
  await passUntil(
    wechat,
    () => till.look(refund),
    ({ status }) => status === 'succeeded',
  )
  return { id, refund }
}

/** The owner's hand on the tables, with triggers off: what no application and no API can do. */
async function asOwner(statement: string): Promise<void> {
  const client = await pair.db.connect()
  await client.query(`BEGIN; SET LOCAL session_replication_role = replica; ${statement}; COMMIT`)
  client.release()
}

async function sealed(): Promise<void> {
  const waiting = async () =>
    (await pair.db.query('SELECT count(*)::int AS n FROM unsealed_entry')).rows[0].n as number
  await passUntil(wechat, waiting, (n) => n === 0)
}

test('the entries of an order, its refunds and its stray money are read together, with their sum', async () => {
  const { id, refund } = await refunded()
  const page = await read(`entries?${query({ subject: `order:${id}` })}`)
  expect(page.data.map((entry: Entry) => entry.transition)).toEqual(['paid', 'succeeded'])
  expect(page.data[1].subject).toBe(`refund:${refund}`)
  expect(page.data[0].mchid).toBe(pair.credentials.mchid)
  expect(byAccount(page.sums)).toEqual({ refunds: 700, sales: -2500, wechat_receivable: 1800 })
  expect((await read(`entries?${query({ subject: `refund:${refund}` })}`)).data.length).toBe(1)
  const nobody = await read(`entries?${query({ subject: 'order:ord_none' })}`)
  expect(nobody).toEqual({ data: [], sums: [], next_cursor: null })
  // Paid by a second transaction: no row of the order's own, but a task that names both.
  const { no } = (await till.get(`/orders/${id}`)).json.payments.map(
    (one: { out_trade_no: string }) => ({ no: one.out_trade_no }),
  )[0]
  await tellPaid(no, '4200000000000000000000000777')
  const after = await read(`entries?${query({ subject: `order:${id}` })}`)
  expect(after.data.map((entry: Entry) => entry.transition)).toEqual([
    ...['paid', 'succeeded', 'suspense:second_payment:2500'],
  ])
  expect(byAccount(after.sums)['suspense']).toBe(-2500)
})

/** A message of WeChat's own key that somebody paid 2500 fen. */
async function tellPaid(no: string, transactionId: string): Promise<void> {
  const { mchid, appid } = pair.credentials
  const content = {
    ...{ mchid, appid, out_trade_no: no, transaction_id: transactionId, trade_state: 'SUCCESS' },
    ...{ trade_state_desc: '', trade_type: 'JSAPI', success_time: '2026-11-23T12:00:00+08:00' },
    amount: { total: 2500, payer_total: 2500, currency: 'CNY', payer_currency: 'CNY' },
  }
  const body = noticeBody(pair, {
    plaintext: JSON.stringify(content),
    envelope: { event_type: 'TRANSACTION.SUCCESS' },
    resource: { original_type: 'transaction' },
  })
  const headers = signed(pair, body) as Record<string, string>
  const path = `/wechat/pay/notify/${mchid}`
  expect((await pair.server.send('POST', path, body.toString('utf8'), headers)).status).toBe(200)
  await settledInbox(pair)
}

test('all entries come page by page, oldest first, each once', async () => {
  await refunded()
  const seen: Entry[] = []
  let cursor: string | null = null
  do {
    const more: Record<string, string> = cursor === null ? {} : { cursor }
    const page = await read(`entries?${query({ limit: '2', ...more })}`)
    expect([page.sums, page.data.length <= 2]).toEqual([null, true])
    seen.push(...page.data)
    cursor = page.next_cursor
  } while (cursor !== null)
  const { rows } = await pair.db.query('SELECT id FROM entry ORDER BY at_ms, id')
  expect(seen.map(({ id }) => id)).toEqual(rows.map(({ id }) => id))
  for (const { postings } of seen) {
    expect(postings.reduce((sum, { amount }) => sum + amount, 0)).toBe(0)
  }
})

test("a merchant's balances at a day's end in Beijing are those of WeChat's day", async () => {
  const { id } = await refunded()
  const [first, last] = (await read(`entries?${query({ subject: `order:${id}` })}`)).data as Entry[]
  const today = beijingDate(instant(Date.parse(last?.happened_at ?? '')))
  const now = await read('balances')
  expect(await read(`balances?at=${today}`)).toEqual(now)
  expect(new Set(now.merchants.map(({ mchid }: Entry) => mchid))).toEqual(
    new Set([pair.credentials.mchid]),
  )
  const between = await read(`balances?${query({ at: first?.happened_at ?? '' })}`)
  const change = (account: string) =>
    (byAccount(now.data)[account] ?? 0) - (byAccount(between.data)[account] ?? 0)
  expect([change('sales'), change('refunds'), change('wechat_receivable')]).toEqual([0, 700, -700])
  expect((await read('balances?at=2020-01-01')).data).toEqual([])
})

test('the export has a line for each posting, and adds up to the balances', async () => {
  await refunded()
  const reply = await till.get('/ledger/export')
  expect(reply.status).toBe(200)
  expect(reply.headers.get('content-type')).toBe('text/csv; charset=utf-8')
  const [head, ...lines] = reply.text.trimEnd().split('\r\n')
  expect(head).toBe(
    'entry_id,booked_at,happened_at,mchid,subject,transition,line,account,amount_fen,amount_yuan',
  )
  const sums: Record<string, number> = {}
  for (const line of lines) {
    const [, , , , , , , account = '', fen = '', yuan = ''] = line.split(',')
    sums[account] = (sums[account] ?? 0) + Number(fen)
    expect(yuan.replace('.', '').replace(/^(-?)0+(?=\d)/, '$1')).toBe(fen)
  }
  expect(sums).toEqual(byAccount((await read('balances')).data))
  const none = await till.get('/ledger/export?from=2020-01-01&to=2020-01-02')
  expect(none.text.trimEnd()).toBe(head)
})

test('within a minute all is sealed; who changes an entry behind our back is named', async () => {
  await refunded()
  await sealed()
  const whole = await read('verification?limit=100')
  expect(whole).toMatchObject({ data: [], next_cursor: null })
  const { rows } = await pair.db.query('SELECT count(*)::int AS n FROM entry')
  expect(whole.entries).toBe(rows[0].n)
  const [newest] = (await read('seals?limit=1')).data
  expect(newest).toEqual(whole.last)
  const [entry] = (await read('entries?limit=1')).data
  const times = (sign: string) =>
    asOwner(`UPDATE posting SET amount_fen = amount_fen ${sign} 2 WHERE entry_id = '${entry.id}'`)
  await times('*')
  const { data } = await read('verification?limit=100')
  expect(data).toEqual([{ seq: expect.any(Number), entry_id: entry.id, what: 'changed' }])
  await times('/')
  expect((await read('verification?limit=100')).data).toEqual([])
})

test('promises are looked at every hour, and a broken one is a task until it is kept again', async () => {
  const { id } = await refunded()
  const promise = async () =>
    (await till.get('/promises')).json.data.find((one: { id: string }) => one.id === 'I-29')
  await until(promise, ({ status }) => status === 'kept')
  const { data } = (await till.get('/promises')).json
  expect(data.length).toBeGreaterThanOrEqual(10)
  const totals = (amount: string) =>
    asOwner(`UPDATE customer_order SET refunded_total_fen = ${amount} WHERE id = '${id}'`)
  await totals('1')
  await wechat.advance(3_600_000)
  const broken = await until(promise, ({ status }) => status === 'broken')
  expect(broken).toMatchObject({
    ...{ broken_count: 1, broken: [{ subject: `customer_order:${id}` }] },
  })
  await till.untilTask('I-29', 'promise_broken')
  const page = await pair.server.send('GET', '/metrics', undefined, {})
  expect(page.text).toMatch(/minitill_promise_broken\{promise="I-29"\} 1\n/)
  expect(page.text).toMatch(/minitill_promise_broken\{promise="I-26"\} 0\n/)
  expect(page.text).toMatch(/minitill_promise_rows_checked\{promise="I-29"\} [1-9]/)
  await totals('700')
  // Who mended it need not wait for the hour.
  expect((await till.post('/promises/check', {})).status).toBe(202)
  await until(promise, ({ status }) => status === 'kept')
  expect(await till.tasks('I-29')).toEqual([])
})
