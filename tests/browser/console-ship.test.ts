// The shop ships a paid order from the console, against a real pair, and WeChat gets to know of it.
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Http } from '../support/http.ts'
import { until } from '../support/pair.ts'
import { findChromium, launch, suiteName } from './chromium.ts'
import { paidOrder } from './support/paid-order.ts'
import { type Pair, startPair } from './support/pair.ts'

const SHOTS = join(import.meta.dirname, 'shots')
let pair: Pair
let browser: Browser
let simulator: Http

/** The shop's only order. */
async function openOrder(page: Page): Promise<void> {
  await page.getByTestId('go-orders').click()
  await page.getByTestId('order-row').first().click()
  await page.getByTestId('shipments').waitFor()
}

describe.skipIf(findChromium() === null)(suiteName('shipping from the console'), () => {
  beforeAll(async () => {
    pair = await startPair()
    simulator = new Http(pair.simulatorUrl)
    browser = await launch()
  })
  afterAll(async () => {
    await browser?.close()
    await pair?.stop()
  })

  test('a paid order is shipped by courier, shown as waiting, and a minute later WeChat has it', async () => {
    await paidOrder(pair, 'ship-1')
    const page = await browser.newPage({ viewport: { width: 1280, height: 860 }, locale: 'zh-CN' })
    page.setDefaultTimeout(8000)
    await page.goto(`${pair.serverUrl}/console/`)
    await page.getByTestId('key').locator('input').fill(pair.adminKey)
    await page.getByTestId('sign-in').click()
    await page.getByTestId('go-orders').waitFor()
    await openOrder(page)
    await page.getByTestId('ship').click()
    // A courier without a number is no shipment.
    expect(await page.getByTestId('save-shipment').isDisabled()).toBe(true)
    await page.getByTestId('field-carrier').locator('input').fill('zto')
    await page.getByTestId('field-trackingNo').locator('input').fill('78120000123')
    await page.screenshot({ path: join(SHOTS, 'console-ship.png'), animations: 'disabled' })
    await page.getByTestId('save-shipment').click()
    await page.getByTestId('shipment').waitFor()
    expect(await page.getByTestId('shipment').textContent()).toContain('待上传微信')
    await simulator.post('/_sim/clock', { advance_ms: 61_000 })
    const there = async () => (await simulator.get('/_sim/shipments')).json.data[0]
    await until(there, (one) => one?.order_state === 2)
    await page.reload()
    await openOrder(page)
    const shown = page.getByTestId('shipment')
    await shown.filter({ hasText: '微信已收录' }).waitFor()
    expect(await shown.textContent()).toContain('78120000123')
    await page.screenshot({ path: join(SHOTS, 'console-shipped.png'), animations: 'disabled' })
  })
})
