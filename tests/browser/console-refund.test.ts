// Two people in the console, against a real pair: one asked for a large refund, the other answers.
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Http } from '../support/http.ts'
import { approverKey, until } from '../support/pair.ts'
import { findChromium, launch, suiteName } from './chromium.ts'
import { paidOrder } from './support/paid-order.ts'
import { type Pair, startPair } from './support/pair.ts'

const SHOTS = join(import.meta.dirname, 'shots')
let pair: Pair
let browser: Browser
let server: Http

async function signedIn(key: string, locale: string): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 860 }, locale })
  page.setDefaultTimeout(8000)
  await page.goto(`${pair.serverUrl}/console/`)
  await page.getByTestId('key').locator('input').fill(key)
  await page.getByTestId('sign-in').click()
  await page.getByTestId('go-orders').waitFor()
  return page
}

/** All of the newest order, asked for in its drawer, which is left open; the refund's id. */
async function askInDrawer(page: Page): Promise<string> {
  await page.getByTestId('order-row').first().click()
  await page.getByTestId('refund-money').click()
  const [amount, save] = [
    page.getByTestId('field-amount').locator('input'),
    page.getByTestId('save-refund'),
  ]
  const whole = await amount.inputValue()
  // Without a reason, or above what is left, nothing is sent.
  expect(await save.isDisabled()).toBe(true)
  await page.getByTestId('field-reason').locator('input').fill('不合适')
  await amount.fill(`${Number(whole) + 0.01}`)
  expect(await save.isDisabled()).toBe(true)
  await amount.fill(whole)
  await page.screenshot({ path: join(SHOTS, 'console-refund.png'), animations: 'disabled' })
  await save.click()
  await page.getByTestId('refund').waitFor()
  expect(await page.getByTestId('refund-money').count()).toBe(0)
  const headers = { authorization: `Bearer ${pair.adminKey}` }
  const order = (await server.get('/admin/v1/orders?limit=1', headers)).json.data[0]
  const refunds = (await server.get(`/admin/v1/orders/${order.id}/refunds`, headers)).json.data
  expect(refunds).toMatchObject([{ amount: order.total, reason: '不合适', approval: 'awaiting' }])
  return refunds[0].id
}

/** All of the newest order, asked for with the first operator's key; the refund's id. */
async function askForAll(): Promise<string> {
  const headers = { authorization: `Bearer ${pair.adminKey}` }
  const { id, total } = (await server.get('/admin/v1/orders?limit=1', headers)).json.data[0]
  const more = { ...headers, 'idempotency-key': randomUUID() }
  const body = { amount: total, reason: '不合适' }
  const reply = await server.post(`/admin/v1/orders/${id}/refunds`, body, more)
  expect(reply.json.approval).toBe('awaiting')
  return reply.json.id
}

async function statusOf(id: string): Promise<string> {
  const headers = { authorization: `Bearer ${pair.adminKey}` }
  return (await server.get(`/admin/v1/refunds/${id}`, headers)).json.status
}

// Without a browser the suite's name says so, and `npm test` names the lane as not run.
describe.skipIf(findChromium() === null)(suiteName('a second person in the console'), () => {
  beforeAll(async () => {
    const limit = { MINITILL_APPROVE_REFUNDS_FROM: '1', MINITILL_APPROVER_KEY: approverKey }
    pair = await startPair(limit)
    server = new Http(pair.serverUrl)
    browser = await launch()
  })
  afterAll(async () => {
    await browser?.close()
    await pair?.stop()
  })

  test('who asked is refused in words, the other approves from the order, and the money arrives', async () => {
    await paidOrder(pair, 'approve-1')
    const own = await signedIn(pair.adminKey, 'zh-CN')
    const refund = await askInDrawer(own)
    const shown = own.getByTestId('refund')
    await shown.filter({ hasText: '等待另一位操作员批准' }).waitFor()
    await own.screenshot({ path: join(SHOTS, 'console-refund-waits.png'), animations: 'disabled' })
    await own.getByTestId('approve').click()
    await own.getByTestId('refund-failure').waitFor()
    expect(await own.getByTestId('refund-failure').textContent()).toContain('另一位操作员')
    expect(await statusOf(refund)).toBe('processing')
    const other = await signedIn(approverKey, 'en-GB')
    await other.getByTestId('order-row').first().click()
    await other.getByTestId('refund').filter({ hasText: 'Waiting for a second person' }).waitFor()
    await other.getByTestId('approve').click()
    await other.getByTestId('refund').filter({ hasText: 'On its way' }).waitFor()
    const simulator = new Http(pair.simulatorUrl)
    await until(
      async () => {
        await simulator.post('/_sim/clock', { advance_ms: 61_000 })
        return await statusOf(refund)
      },
      (status) => status === 'succeeded',
    )
    await own.close()
    await other.close()
  })

  test('a waiting refund is declined from the tasks, with a reason, and its card is gone', async () => {
    await paidOrder(pair, 'approve-2')
    const refund = await askForAll()
    const page = await signedIn(approverKey, 'en-GB')
    await page.getByTestId('go-tasks').click()
    await page.getByTestId('task').filter({ hasText: refund }).waitFor()
    // Without a reason it is not declined.
    expect(await page.getByTestId('decline').isDisabled()).toBe(true)
    await page.getByTestId('decline-reason').locator('input').fill('wrong amount')
    await page.getByTestId('decline').click()
    await page.getByTestId('task').filter({ hasText: refund }).waitFor({ state: 'detached' })
    expect(await statusOf(refund)).toBe('closed')
    await page.getByTestId('go-orders').click()
    await page.getByTestId('order-row').first().click()
    await page.getByTestId('refund').filter({ hasText: 'wrong amount' }).waitFor()
    await page.close()
  })
})
