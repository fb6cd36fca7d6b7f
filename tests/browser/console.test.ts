// The operator's console, clicked through: against a stand-in, and once against a real pair.
import { join } from 'node:path'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { findChromium, launch, suiteName } from './chromium.ts'
import { KEY, type Stand, startStand, TOKEN } from './support/console-server.ts'
import { startPair } from './support/pair.ts'

const SHOTS = join(import.meta.dirname, 'shots')
let browser: Browser
let stand: Stand
let problems: string[]

/** A tab of one's own at the door; whatever the browser complains about is collected. */
async function openDoor(url: string, more: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width: 1280, height: 860 },
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
    reducedMotion: 'reduce',
    ...more,
  })
  await context.grantPermissions(['clipboard-read', 'clipboard-write'])
  const page = await context.newPage()
  page.setDefaultTimeout(8000)
  page.on('pageerror', (error) => problems.push(error.message))
  page.on('console', (message) => {
    const text = message.text()
    if (message.type() === 'error' && !text.startsWith('Failed to load')) problems.push(text)
  })
  await page.goto(`${url}/console/`)
  return page
}

async function signIn(page: Page, key: string): Promise<void> {
  await page.getByTestId('key').locator('input').fill(key)
  await page.getByTestId('sign-in').click()
}

async function openConsole(more: BrowserContextOptions = {}): Promise<Page> {
  const page = await openDoor(stand.url, more)
  await signIn(page, KEY)
  await page.getByTestId('go-orders').waitFor()
  return page
}

function shoot(page: Page, name: string): Promise<Buffer> {
  const path = join(SHOTS, `console-${name}.png`)
  return page.screenshot({ path, animations: 'disabled' })
}

describe.skipIf(findChromium() === null)(suiteName('the console'), () => {
  beforeAll(async () => {
    browser = await launch()
    stand = await startStand()
  })
  afterAll(async () => {
    await browser?.close()
    await stand?.stop()
  })
  beforeEach(() => {
    problems = []
    Object.assign(stand, { sessionStands: false, empty: false, notReady: [], changes: [] })
    stand.broken.clear()
    return () => expect(problems).toEqual([])
  })

  doorTests()
  orderTests()
  otherScreenTests()
  promiseTests()
  catalogueTests()
  troubleTests()
})

function doorTests(): void {
  test('only the right key opens, and the door says where the key is', async () => {
    const page = await openDoor(stand.url)
    await page.getByText('development.env').first().waitFor()
    await shoot(page, 'door')
    await signIn(page, 'not a key')
    await page.getByTestId('sign-in-error').getByText('以 sk_ 开头').waitFor()
    await signIn(page, 'sk_wrong')
    await page.getByTestId('sign-in-error').getByText('服务器不认这个密钥').waitFor()
    await signIn(page, KEY)
    await page.getByTestId('order-row').first().waitFor()
    await page.context().close()
  })
  test('the key is kept nowhere; the token in this tab only, and signing out ends the session', async () => {
    const page = await openConsole()
    await page.reload()
    await page.getByTestId('order-row').first().waitFor()
    const stored = () =>
      page.evaluate(() => [
        JSON.stringify({ ...localStorage }),
        JSON.stringify({ ...sessionStorage }),
      ])
    expect((await stored()).join()).not.toContain(KEY)
    expect((await stored())[0]).not.toContain(TOKEN)
    const ended = page.waitForResponse((answer) => answer.request().method() === 'DELETE')
    await page.getByTestId('sign-out').click()
    await page.getByTestId('sign-in').waitFor()
    expect((await stored()).join()).not.toContain(TOKEN)
    expect((await ended).status()).toBe(204)
    expect(stand.sessionStands).toBe(false)
    await page.context().close()
  })
  test('a session that the server has ended leads back to the door', async () => {
    const page = await openConsole()
    stand.sessionStands = false
    await page.getByTestId('go-money').click()
    await page.getByTestId('sign-in-error').getByText('登录已失效').waitFor()
    expect(await page.evaluate(() => JSON.stringify({ ...sessionStorage }))).not.toContain(TOKEN)
    await page.context().close()
  })
}

function orderTests(): void {
  test('orders come by page, by status and by number', async () => {
    const page = await openConsole()
    const rows = page.getByTestId('order-row')
    await expect.poll(() => rows.count()).toBe(50)
    await shoot(page, 'orders')
    await page.getByTestId('load-more').click()
    await expect.poll(() => rows.count()).toBe(58)
    await page.getByTestId('filter-unpaid').click()
    await expect.poll(() => rows.count()).toBe(10)
    expect(await rows.getByTestId('status-tag').allTextContents()).toEqual(Array(10).fill('待支付'))
    await page.getByTestId('filter-all').click()
    await page.getByTestId('search').locator('input').fill('4200002026112300000000000001')
    await expect.poll(() => rows.count()).toBe(1)
    expect(await rows.first().textContent()).toContain('¥1,234.56')
    await page.getByTestId('search').locator('input').fill('nothing has this number')
    await page.getByTestId('empty').waitFor()
    await page.context().close()
  })
  test('an order shows items, payment attempts and numbers to copy', async () => {
    const page = await openConsole()
    await page.getByTestId('order-row').nth(1).click()
    const drawer = page.getByTestId('order-drawer')
    await drawer.getByText('手冲壶 Kettle').waitFor()
    expect(await drawer.getByTestId('order-items').textContent()).toContain('¥98.00 × 12')
    expect(await drawer.getByTestId('payment-attempt').count()).toBe(2)
    await drawer.getByTestId('copy-transaction-id').click()
    const copied = await page.evaluate<string>('navigator.clipboard.readText()')
    expect(copied).toBe('4200002026112300000000000001')
    const time = drawer.locator('time[datetime="2026-11-23T12:41:03+08:00"]').first()
    expect(await time.getAttribute('title')).toBe('2026-11-23T12:41:03+08:00')
    expect(await time.textContent()).toContain('12:41:03')
    await shoot(page, 'order')
    await page.context().close()
  })
}

function otherScreenTests(): void {
  test('a task speaks the reader’s language and tells its detail', async () => {
    const page = await openConsole()
    await page.getByTestId('go-tasks').click()
    const task = page.getByTestId('task').first()
    await task.getByText('订单关闭之后收到了钱：¥12.80').waitFor()
    expect(await task.getByTestId('task-detail').textContent()).toContain('¥12.80')
    const foreign = page.getByTestId('task-detail').nth(1)
    expect(await foreign.textContent()).toContain('expected_fen¥12.80received1180currencyHKD')
    await shoot(page, 'tasks')
    await page.getByTestId('language-en').click()
    await task.getByText('Money came for an order that was closed: ¥12.80').waitFor()
    await shoot(page, 'tasks-en')
    await page.context().close()
  })
  test('balances add up in whole fen, however big', async () => {
    const page = await openConsole()
    await page.getByTestId('go-money').click()
    await page.getByTestId('zero-sum').waitFor()
    const rows = await page.getByTestId('balance-row').allTextContents()
    expect(rows).toEqual([
      '微信待结算wechat_receivable¥12,345,678,901,234.56',
      '销售收入sales−¥12,345,678,901,221.76',
      '待查款suspense−¥12.80',
    ])
    await shoot(page, 'money')
    stand.balances = stand.balances.slice(0, 2)
    await page.getByTestId('refresh').click()
    await page.getByTestId('not-zero-sum').waitFor()
    await page.context().close()
  })
  test('health tells why the server is not ready', async () => {
    const page = await openConsole()
    await page.getByTestId('go-health').click()
    await page.getByTestId('health').getByText('正常', { exact: true }).waitFor()
    await shoot(page, 'health')
    stand.notReady = ['jobs are not running']
    await page.getByTestId('refresh').click()
    await page.getByTestId('health').getByText('jobs are not running').waitFor()
    await page.context().close()
  })
  test('an English browser gets English, and a narrow one a page that fits', async () => {
    const page = await openConsole({ locale: 'en-US', viewport: { width: 400, height: 800 } })
    await page.getByTestId('screen-title').getByText('Orders').waitFor()
    await page.getByTestId('order-row').first().waitFor()
    const width = await page.evaluate<number>('document.documentElement.scrollWidth')
    expect(width).toBe(400)
    await shoot(page, 'narrow')
    await page.context().close()
  })
}

function promiseTests(): void {
  test('promises say how many are kept, name what breaks one, and can be checked now', async () => {
    const page = await openConsole()
    await page.getByTestId('go-promises').click()
    const sum = page.getByTestId('promises-sum')
    await sum.getByText('2 项实时承诺，1 项成立').waitFor()
    const broken = page.locator('[data-promise="I-29"]')
    expect(await broken.textContent()).toContain('账目与记录一致未成立3 行不符')
    expect(await broken.getByTestId('breaches').textContent()).toContain('customer_order:ord_1')
    await shoot(page, 'promises')
    await page.getByTestId('language-en').click()
    await sum.getByText('2 live promises, 1 kept, last checked').waitFor()
    await page.getByTestId('check-promises').click()
    await page.getByTestId('check-said').getByText('Asked for').waitFor()
    await page.getByTestId('refresh').click()
    await sum.getByText('2 live promises, 2 kept').waitFor()
    await page.context().close()
  })
}

function catalogueTests(): void {
  test('a price that is no price cannot be saved, a right one is sent as fen', async () => {
    const page = await openConsole()
    await page.getByTestId('go-catalogue').click()
    await page.getByTestId('product-row').first().waitFor()
    await shoot(page, 'catalogue')
    await page.getByTestId('edit-latte').click()
    const price = page.getByTestId('price').locator('input')
    for (const wrong of ['', '0', '-1', '1.234', '1e3', '12,80', '100000.01']) {
      await price.fill(wrong)
      await page.getByTestId('field-error').waitFor()
      // The footer of the dialog is drawn after its form.
      await page.getByTestId('save-product').and(page.locator(':disabled')).waitFor()
    }
    await shoot(page, 'product-wrong')
    await price.fill('1.1')
    await page.getByTestId('stock-unlimited').click()
    await page.getByTestId('save-product').click()
    await expect.poll(() => stand.changes.length).toBe(1)
    expect(stand.changes[0]?.id).toBe('latte')
    expect(stand.changes[0]?.body).toMatchObject({ price: 110, stock: null, active: true })
    const row = page.getByTestId('product-row').first()
    await row.getByText('¥1.10').waitFor()
    await row.getByText('不限').waitFor()
    await page.getByText('已保存').waitFor()
    await page.context().close()
  })
}

function troubleTests(): void {
  test('every list says so when it is empty', async () => {
    stand.empty = true
    const page = await openConsole()
    for (const screen of ['orders', 'tasks', 'catalogue', 'money']) {
      await page.getByTestId(`go-${screen}`).click()
      await page.getByTestId('empty').waitFor()
      if (screen === 'tasks') await shoot(page, 'tasks-empty')
    }
    await page.context().close()
  })
  test('what the server refuses is told in its words and can be tried again', async () => {
    stand.broken.add('/admin/v1/orders')
    const page = await openConsole()
    await page.getByTestId('failure').getByText('It broke on purpose. (internal_error)').waitFor()
    await shoot(page, 'failure')
    stand.broken.clear()
    await page.getByTestId('retry').click()
    await page.getByTestId('order-row').first().waitFor()
    expect(await page.getByTestId('failure').count()).toBe(0)
    await page.context().close()
  })
}

describe.skipIf(findChromium() === null)(suiteName('the console of a real pair'), () => {
  test('signs in and shows every screen without a failure', async () => {
    problems = []
    const pair = await startPair()
    browser = await launch()
    const page = await openDoor(pair.serverUrl)
    await signIn(page, pair.adminKey)
    const screens = 'orders tasks catalogue money reconcile promises events health'
    for (const screen of screens.split(' ')) {
      await page.getByTestId(`go-${screen}`).click()
      await page.getByTestId('screen-title').waitFor()
      await page.getByTestId('loading').waitFor({ state: 'hidden' })
      expect(await page.getByTestId('failure').count(), screen).toBe(0)
      await shoot(page, `pair-${screen}`)
    }
    await page.getByTestId('health').waitFor()
    await browser.close()
    await pair.stop()
    expect(problems).toEqual([])
  })
})
