// Beside the phone: messages with why they were refused, trades, faults, clock, both languages.
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { FIXTURES } from '../phone/fake-world.ts'
import { findChromium, suiteName } from './chromium.ts'
import { openPhone, type PhoneDriver } from './phone-driver.ts'

const SHOTS = join(import.meta.dirname, 'shots')
let phone: PhoneDriver

describe.skipIf(findChromium() === null)(suiteName('the inspector'), () => {
  beforeAll(async () => {
    phone = await openPhone(join(FIXTURES, 'matrix'))
  })
  afterAll(() => phone?.stop())

  test('a refused message says why', async () => {
    const { page } = phone
    await page.getByTestId('exchange').first().waitFor()
    expect(await page.getByTestId('exchange').count()).toBe(2)
    await page.getByTestId('exchange').last().click()
    const text = '签名所用的报文主体与收到的不一致'
    await page.getByTestId('diagnosis').getByText(text).waitFor()
    await page.screenshot({ path: join(SHOTS, 'inspector.png') })
  })
  test('trades, faults and the world have views of their own', async () => {
    const { page } = phone
    await page.getByTestId('view-trades').click()
    expect(await page.getByTestId('trade').textContent()).toContain('¥56.00')
    await page.getByTestId('view-faults').click()
    await page.getByTestId('arm-paid during close').click()
    await expect
      .poll(() => phone.world.calls.filter((call) => call.path === '/_sim/faults'))
      .toEqual([{ path: '/_sim/faults', body: { preset: 'paid during close' } }])
    await page.getByTestId('view-world').click()
    expect(await page.getByTestId('person').count()).toBe(2)
  })
  test('the clock goes forward by an hour', async () => {
    await phone.page.getByTestId('advance-hour').click()
    await expect
      .poll(() => phone.world.calls.filter((call) => call.path === '/_sim/clock'))
      .toEqual([{ path: '/_sim/clock', body: { advance_ms: 3_600_000 } }])
  })
  test('the page speaks English too, and a narrow one shows one half', async () => {
    const { page } = phone
    await page.getByText('English', { exact: true }).click()
    await page.getByText('WeChat in a box').waitFor()
    await page.setViewportSize({ width: 420, height: 900 })
    await page.getByTestId('inspector').waitFor({ state: 'hidden' })
    await page.getByTestId('go-inspector').click()
    await page.getByTestId('inspector').waitFor()
    await page.getByTestId('phone').waitFor({ state: 'hidden' })
  })
})

describe.skipIf(findChromium() === null)(suiteName('a mini program with mistakes'), () => {
  test('the phone shows file and line, and what can run runs', async () => {
    const broken = await openPhone(join(FIXTURES, 'broken'))
    const problems = broken.page.getByTestId('problems')
    await problems.getByText('pages/a/a.wxss:2').waitFor()
    expect(await problems.textContent()).toContain('pages/a/b.ts:2')
    await broken.page.getByTestId('phone').screenshot({ path: join(SHOTS, 'phone-problems.png') })
    await broken.screen.getByText('still here').waitFor()
    await broken.stop()
  })
})
