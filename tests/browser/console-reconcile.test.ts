// An accountant's mornings at the console, against a real pair: a clean day, and one that is not.
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Http } from '../support/http.ts'
import { findChromium, launch, suiteName } from './chromium.ts'
import { paidOrder } from './support/paid-order.ts'
import { type Pair, startPair } from './support/pair.ts'

const SHOTS = join(import.meta.dirname, 'shots')
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const BEIJING_MS = 8 * HOUR_MS
/** The API bounds how often one address may ask. */
const SELDOM = { interval: 500, timeout: 30_000 }
let pair: Pair
let browser: Browser
let page: Page
let simulator: Http

/** Milliseconds at WeChat now, as a clock on a wall in Beijing shows them. */
async function beijingNow(): Promise<number> {
  return Date.parse((await simulator.get('/_sim/clock')).json.now) + BEIJING_MS
}

const dateOf = (beijingMs: number) => new Date(beijingMs).toISOString().slice(0, 10)

/** Lets time pass until the bills of today are there, and compared. */
async function untilCompared(date: string): Promise<void> {
  const now = await beijingNow()
  const next = (Math.floor(now / DAY_MS) + 1) * DAY_MS + 10.2 * HOUR_MS
  await simulator.post('/_sim/clock', { advance_ms: Math.round(next - now) })
  const server = new Http(pair.serverUrl)
  const authorization = `Bearer ${pair.adminKey}`
  const look = async () =>
    (await server.get(`/admin/v1/reconciliations/rec_${date}`, { authorization })).json.status
  await expect.poll(look, SELDOM).toBe('reconciled')
}

/** The screen in a session of its own: the one before it has idled out when a day has passed. */
async function openReconcile(): Promise<void> {
  await page.goto(`${pair.serverUrl}/console/#/reconcile`)
  await page.evaluate('sessionStorage.clear()')
  await page.reload()
  await page.getByTestId('key').locator('input').fill(pair.adminKey)
  await page.getByTestId('sign-in').click()
  await page.getByTestId('no-differences').or(page.getByTestId('difference')).first().waitFor()
}

const shoot = (name: string) =>
  page.screenshot({
    path: join(SHOTS, `console-reconcile-${name}.png`),
    animations: 'disabled',
    fullPage: true,
  })

const dayRow = (date: string) => page.locator(`[data-date="${date}"]`)

describe.skipIf(findChromium() === null)(suiteName('reconciling at the console'), () => {
  beforeAll(async () => {
    pair = await startPair()
    simulator = new Http(pair.simulatorUrl)
    browser = await launch()
    page = await browser.newPage({ viewport: { width: 1280, height: 860 }, locale: 'zh-CN' })
    page.setDefaultTimeout(8000)
  })
  afterAll(async () => {
    await browser?.close()
    await pair?.stop()
  })

  test('a day whose bills agree is shown as compared, with nothing open and nothing unexplained', async () => {
    await openReconcile()
    const date = dateOf(await beijingNow())
    // Before the bills are there, the server says so, and in the reader's language.
    await page.getByTestId('reconcile-date').fill(date)
    await page.getByTestId('reconcile-ask').click()
    await page.getByTestId('reconcile-said').getByText('次日 10:05 之后').waitFor()
    await paidOrder(pair, 'clean')
    await untilCompared(date)
    await openReconcile()
    await page.getByTestId('no-differences').waitFor()
    expect(await dayRow(date).getByTestId('status-tag').textContent()).toBe('已核对')
    const cells = await dayRow(date).locator('td').allTextContents()
    // One payment is one row of the trade bill and two movements: the money and the fee.
    expect(cells.slice(2, 6)).toEqual(['3', '0', '无', '¥0.00'])
    await shoot('clean')
  })

  test('a fen too much in the bill is open until a person explains it, and a second run counts it as explained', async () => {
    const date = dateOf(await beijingNow())
    await paidOrder(pair, 'one-fen')
    const fault = await simulator.post('/_sim/faults', { preset: 'bill with one altered fen' })
    expect(fault.status).toBe(201)
    await untilCompared(date)
    await openReconcile()
    const difference = page.getByTestId('difference')
    await difference.getByText('金额与订单不一致').waitFor()
    expect(await difference.count()).toBe(1)
    const sides = await Promise.all(
      ['there', 'here'].map((side) => difference.getByTestId(side).textContent()),
    )
    const [there = 0, here = 0] = sides.map((text) => Math.round(Number(text?.slice(1)) * 100))
    expect(here).toBeGreaterThan(0)
    expect(there - here).toBe(1)
    expect(await dayRow(date).textContent()).toContain('未处理 1')
    await shoot('open')
    await page.getByTestId('language-en').click()
    await difference.getByText('Another amount than the order').waitFor()
    await shoot('open-en')
    await difference.getByTestId('explain').click()
    const save = page.getByTestId('save-reason')
    expect(await save.isDisabled()).toBe(true)
    await page.getByTestId('field-reason').locator('textarea').fill('checked with WeChat Pay')
    await page.getByTestId('field-by').locator('input').fill('王会计')
    await shoot('explain')
    await save.click()
    await page.getByTestId('no-differences').waitFor()
    const authorization = `Bearer ${pair.adminKey}`
    const path = `/admin/v1/differences?date=${date}`
    const kept = (await new Http(pair.serverUrl).get(path, { authorization })).json.data
    expect(kept).toMatchObject([
      { status: 'explained', closed_by: '王会计', reason: 'checked with WeChat Pay' },
    ])
    // At once, and after another run as well.
    await dayRow(date).getByText('Explained 1').waitFor()
    await page.getByTestId('reconcile-date').fill(date)
    await page.getByTestId('reconcile-ask').click()
    await page.getByTestId('reconcile-said').getByText(`${date} has begun`).waitFor()
    const explained = dayRow(date).getByText('Explained 1')
    const look = async () => {
      await page.getByTestId('refresh').click()
      return await explained.count()
    }
    await expect.poll(look, SELDOM).toBe(1)
    await shoot('explained')
  })
})
