// The world under the inspector: clock, faults and their banner, trades, people, export and import;
// and how the page looks at every size, in light and dark.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startSimulator } from '../../simulator/index.ts'
import { FIXTURES } from '../phone/fake-world.ts'
import { findChromium, suiteName } from './chromium.ts'
import { type Inspected, inspect, SHOTS } from './support/inspected.ts'

let box: Inspected

const at = (testId: string) => box.page.getByTestId(testId)
const shot = (name: string) => box.page.screenshot({ path: join(SHOTS, `world-${name}.png`) })

describe.skipIf(findChromium() === null)(suiteName('the inspector’s world'), () => {
  beforeAll(async () => {
    box = await inspect()
  })
  afterAll(async () => {
    expect(box?.errors ?? []).toEqual([])
    await box?.stop()
  })

  describe('the clock', clock)
  describe('faults', faults)
  describe('refunds', refunds)
  describe('people', people)
  describe('sizes and colours', looks)
  describe('the world as a file', file)
  describe('a simulator that goes away', away)
})

function clock() {
  test('chips move it, and say what was delivered on the way', async () => {
    box.receiver.status = 500
    await box.order('MT-clock', 100)
    await expect.poll(() => box.receiver.received.length).toBe(1)
    await at('notice').or(at('trade').getByText('失败 1 次')).first().waitFor()
    await at('advance-1d').click()
    await at('clock-delivered').getByText('失败 14').waitFor()
    // What was delivered is told by the answer, how far it is by the next look.
    await at('clock-ahead').getByText('1 d').waitFor()
    box.receiver.status = 204
  })
  test('to ten o’clock tomorrow, in Beijing', async () => {
    await at('advance-ten').click()
    await expect.poll(() => at('clock-now').textContent()).toMatch(/^10:00:\d\d$/)
  })
}

function faults() {
  test('a story is armed by a button, and the banner is over the whole page', async () => {
    expect(await at('armed-faults').count()).toBe(0)
    await at('view-faults').click()
    await at('arm-notify lost all day').click()
    await at('armed-faults').getByText('通知丢了一整天').waitFor()
    await shot('faults')
    const banner = await at('armed-faults').boundingBox()
    expect(banner?.width).toBe(1280)
    await box.order('MT-lost', 100)
    await at('armed-faults').getByText('已发生 1 次').waitFor()
    await at('exchange').first().getByText('丢失').waitFor()
  })
  test('any fault of the menu, and all away again', async () => {
    await at('fault-point').selectOption('pay.query')
    await at('fault-kind').selectOption('error_500_without_effect')
    await at('fault-dose').selectOption('three')
    await at('arm-one').click()
    await at('armed-faults').getByText('还剩 3 次').waitFor()
    expect((await box.merchant.query('MT-lost')).status).toBe(500)
    await at('armed-faults').getByText('还剩 2 次').waitFor()
    await at('disarm-all').click()
    await at('armed-faults').waitFor({ state: 'detached' })
    expect((await box.merchant.query('MT-lost')).status).toBe(200)
  })
}

function refunds() {
  const path = '/v3/refund/domestic/refunds'
  const about = (outRefundNo: string) => ({
    out_trade_no: 'MT-refund',
    out_refund_no: outRefundNo,
    notify_url: box.receiver.url,
    amount: { refund: 300, total: 1000, currency: 'CNY' },
  })
  const row = (text: string) => at('refund').filter({ hasText: text })

  test('one under way is forced to its end, and its notification is replayed', async () => {
    await box.order('MT-refund', 1000)
    expect((await box.merchant.call('POST', path, about('RF-1'))).status).toBe(200)
    await at('view-refunds').click()
    await row('RF-1').getByText('PROCESSING').waitFor()
    await row('RF-1').getByTestId('refund-to-ABNORMAL').click()
    await row('RF-1').getByText('ABNORMAL', { exact: true }).waitFor()
    await row('RF-1').getByTestId('refund-to-SUCCESS').click()
    await row('RF-1').getByText('SUCCESS', { exact: true }).waitFor()
    await row('RF-1').getByText('已送达').first().waitFor()
    await shot('refunds')
    const before = box.receiver.received.length
    await row('RF-1').getByTestId('replay-same').click()
    await expect.poll(() => box.receiver.received.length).toBe(before + 1)
    await at('exchange').first().getByText('退款结果通知').waitFor()
  })
  test('the rest goes back as from the merchant platform', async () => {
    await at('view-trades').click()
    const trade = at('trade').filter({ hasText: 'MT-refund' })
    await trade.getByText('−¥3.00').waitFor()
    await trade.getByTestId('refund-rest').click()
    await trade.getByText('−¥10.00').waitFor()
    expect(await trade.getByTestId('refund-rest').count()).toBe(0)
    await at('view-refunds').click()
    expect(await at('refund').count()).toBe(2)
  })
}

function people() {
  test('somebody new, with another balance, in the phone too', async () => {
    await at('view-people').click()
    await at('new-person-name').fill('阿福')
    await at('new-person-balance').fill('12.5')
    await at('add-person').click()
    const row = at('person').filter({ hasText: '阿福' })
    await row.waitFor()
    await row.getByRole('textbox').fill('88.80')
    await row.getByRole('button').click()
    await expect
      .poll(() => at('person-select').locator('option').allTextContents())
      .toContain('阿福 · ¥88.80')
    await row.getByRole('textbox').fill('free')
    expect(await row.getByRole('textbox').getAttribute('aria-invalid')).toBe('true')
    expect(await row.getByRole('button').isDisabled()).toBe(true)
    await shot('people')
  })
}

function looks() {
  const SIZES = [
    [1280, 800],
    [1440, 900],
    [1024, 768],
    [820, 1100],
    [420, 900],
  ] as const
  const overflow = 'document.documentElement.scrollWidth - document.documentElement.clientWidth'

  test('phone, list, detail and world at every size, nothing beyond the edge', async () => {
    await at('view-trades').click()
    await at('exchange').first().click()
    for (const [width, height] of SIZES) {
      await box.page.setViewportSize({ width, height })
      for (const part of ['phone', 'timeline', 'detail', 'dock']) await at(part).waitFor()
      expect([width, await box.page.evaluate(overflow)]).toEqual([width, 0])
      await shot(`${width}-light`)
      await box.page.emulateMedia({ colorScheme: 'dark' })
      await shot(`${width}-dark`)
      await box.page.emulateMedia({ colorScheme: 'light' })
    }
  })
  test('side by side the whole phone is in sight; stacked it has its real size', async () => {
    const bottom = async () => {
      const seen = await at('phone').boundingBox()
      return (seen?.y ?? 0) + (seen?.height ?? 0)
    }
    await box.page.setViewportSize({ width: 1280, height: 800 })
    await expect.poll(bottom).toBeLessThanOrEqual(800)
    await box.page.setViewportSize({ width: 820, height: 1100 })
    await expect.poll(async () => (await at('phone').boundingBox())?.height).toBe(834)
    await at('go-inspector').click()
    await expect.poll(async () => (await at('inspector').boundingBox())?.y).toBeLessThan(200)
  })
  test('all of it speaks English', async () => {
    await box.page.setViewportSize({ width: 1440, height: 900 })
    await at('language-en').click()
    for (const view of ['trades', 'refunds', 'people', 'faults', 'world']) {
      await at(`view-${view}`).click()
      const texts = await at('dock').evaluate((dock) =>
        [...dock.querySelectorAll('button, th, p, dt, small')]
          .filter((one) => one.children.length === 0 && one.closest('tbody') === null)
          .map((one) => one.textContent ?? ''),
      )
      expect(texts.filter((text) => /[\u4e00-\u9fff]/.test(text))).toEqual([])
    }
    await at('view-faults').click()
    await shot('english')
    await at('language-zh').click()
    await box.page.setViewportSize({ width: 1280, height: 800 })
  })
}

function file() {
  test('a merchant’s account is topped up', async () => {
    await at('view-world').click()
    const balance = () => at('merchant-balance').first().textContent()
    const before = Number((await balance())?.replace(/[^\d]/g, ''))
    await at('top-up').first().click()
    const yuan = (fen: number) => `¥${String(fen).slice(0, -2)}.${String(fen).slice(-2)}`
    await expect.poll(balance).toBe(yuan(before + 10_000))
  })
  test('exported, emptied and imported, the trades are back', async () => {
    await at('view-world').click()
    const download = box.page.waitForEvent('download')
    await at('export-world').click()
    const path = await (await download).path()
    expect(readFileSync(path, 'utf8')).toContain('MT-clock')
    await at('reset-world').click()
    await at('reset-world').click()
    await at('view-trades').click()
    await expect.poll(() => at('trade').count()).toBe(0)
    await at('view-world').click()
    await at('world-file').setInputFiles(path)
    await at('view-trades').click()
    await expect.poll(() => at('trade').count()).toBe(3)
  })
  test('a file that is no world is refused in words, and changes nothing', async () => {
    await at('view-world').click()
    const bytes = Buffer.from('{"trades":1}')
    const given = { name: 'x.json', mimeType: 'application/json', buffer: bytes }
    await at('world-file').setInputFiles(given)
    await at('world').getByTestId('failure').waitFor()
    await at('view-trades').click()
    expect(await at('trade').count()).toBe(3)
  })
}

function away() {
  test('the page says so, and comes back with it', async () => {
    const { port } = box.simulator
    await box.simulator.stop()
    await expect.poll(() => at('live').getAttribute('data-state')).toBe('off')
    const appFolder = join(FIXTURES, 'matrix')
    box.simulator = await startSimulator({ port, dataDir: null, appFolder, seed: 'another' })
    await expect.poll(() => at('live').getAttribute('data-state'), { timeout: 20_000 }).toBe('on')
    // Another process counts from one: what the page knew is gone, what happens now is seen.
    await expect.poll(() => at('trade').count()).toBe(0)
    await fetch(`${box.simulator.url}/v3/certificates`)
    await expect.poll(() => at('exchange').count()).toBe(1)
  })
}
