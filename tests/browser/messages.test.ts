// The shop asks for messages once it is paid; what was allowed lands on the phone as cards.
import { randomUUID } from 'node:crypto'
import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { parcel } from '../support/carrier.ts'
import { Http } from '../support/http.ts'
import { until } from '../support/pair.ts'
import { findChromium, launch, suiteName } from './chromium.ts'
import { type Pair, startPair } from './support/pair.ts'
import { Shopper } from './support/shopper.ts'
import { balanceOf, newPerson } from './support/world.ts'

const RICH_FEN = 500_000
let pair: Pair
let browser: Browser
let server: Http
let simulator: Http
let shopper: Shopper | null = null
let personId = ''

async function someone(name: string): Promise<Shopper> {
  personId = (await newPerson(pair, name, RICH_FEN)).id
  shopper = await Shopper.open(browser, pair, personId, name)
  return shopper
}

/** The business API: something is asked for the newest order. */
async function ask(what: 'shipments' | 'refunds', body: object): Promise<void> {
  const mine = { authorization: `Bearer ${pair.adminKey}` }
  const [newest] = (await server.get('/admin/v1/orders?limit=1', mine)).json.data
  const headers = { ...mine, 'idempotency-key': randomUUID() }
  const { status, text } = await server.post(`/admin/v1/orders/${newest.id}/${what}`, body, headers)
  if (status !== 202) throw new Error(text)
}

/** Titles of the cards that the person has, newest first. */
async function landed(): Promise<string[]> {
  const { data } = (await simulator.get(`/_sim/messages?person=${personId}`)).json
  return data.map(({ title }: { title: string }) => title)
}

/** A simulated minute, in which WeChat takes shipments and refunds. */
const aMinute = () => simulator.post('/_sim/clock', { advance_ms: 61_000 })

// Without a browser the suite's name says so, and `npm test` names the lane as not run.
describe.skipIf(findChromium() === null)(suiteName('messages about an order'), () => {
  beforeAll(async () => {
    pair = await startPair()
    server = new Http(pair.serverUrl)
    simulator = new Http(pair.simulatorUrl)
    browser = await launch()
  })
  afterAll(async () => {
    await browser?.close()
    await pair?.stop()
  })
  afterEach(async () => {
    await shopper?.close()
    shopper = null
  })

  test('M40 paid, shipped and refunded land on the phone of whoever allowed it, and open the order', async () => {
    const me = await someone('messages')
    await me.orderAndOpenCashier('tea-jasmine-silver')
    await me.tapPhone('cashier-confirm')
    await me.password('123456')
    await me.tapPhone('cashier-done')
    const sheet = me.phone('subscribe-sheet')
    await sheet.waitFor()
    for (const title of ['支付成功通知', '订单发货提醒', '退款成功通知']) {
      expect(await sheet.textContent()).toContain(title)
    }
    await me.shoot('sheet')
    await me.tapPhone('subscribe-allow')
    await me.seen('result-total').waitFor()
    await me.phone('toast').getByText('会发消息通知您').waitFor()
    const banner = me.phone('banner')
    await banner.getByText('支付成功通知').waitFor({ timeout: 20_000 })
    expect(await banner.textContent()).toContain('¥18.00')
    await me.shoot('banner')

    await ask('shipments', { logistics_type: 1, items: [parcel()] })
    await aMinute()
    await until(landed, (titles) => titles.includes('订单发货提醒'))
    await ask('refunds', { amount: 500, reason: '少了一包' })
    const refunds = async () => (await simulator.get('/_sim/refunds')).json.data
    await until(refunds, ({ length }) => length === 1)
    await aMinute()
    await until(landed, (titles) => titles.includes('退款成功通知'))
    await me.tapPhone('home-indicator')
    const card = (title: string) => me.phone('card').filter({ hasText: title })
    expect(await card('退款成功通知').textContent()).toContain('¥5.00')
    expect(await card('订单发货提醒').textContent()).toContain('ZTO')
    await me.shoot('cards')
    await card('支付成功通知').click()
    await me.orderSays('paid')
    await me.shoot('opened')
  })

  test('a no changes nothing but that: paid, shown as paid, and nothing lands', async () => {
    const me = await someone('no-messages')
    await me.orderAndOpenCashier('tea-white-peach')
    await me.pay('deny')
    await me.seen('result-total').waitFor()
    expect(await me.phone('toast').count()).toBe(0)
    await me.tap('result-order')
    await me.orderSays('paid')
    expect(await balanceOf(pair, personId)).toBe(RICH_FEN - 2000)
    // Longer than the server waits for an answer on the sheet.
    for (let minutes = 0; minutes < 3; minutes += 1) await aMinute()
    expect(await landed()).toEqual([])
    await me.tapPhone('home-indicator')
    expect(await me.phone('card').count()).toBe(0)
  })
})
