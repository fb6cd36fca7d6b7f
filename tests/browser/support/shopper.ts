// A person with a phone: opens the example shop in the drawn phone and taps what is on its screen.
import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Browser, Locator, Page } from 'playwright-core'
import type { Pair } from './pair.ts'

const SHOTS = resolve('tests/browser/shots')
const TABS = ['home', 'orders', 'mine'] as const

export type Tab = (typeof TABS)[number]

export class Shopper {
  readonly page: Page
  readonly #name: string
  #shot = 0

  private constructor(page: Page, name: string) {
    this.page = page
    this.#name = name
  }

  /** A phone of one's own, with empty storage, in the hand of this person of the simulator. */
  static async open(browser: Browser, pair: Pair, person: string, name: string): Promise<Shopper> {
    const context = await browser.newContext({
      viewport: { width: 1280, height: 1080 },
      locale: 'zh-CN',
    })
    await context.addInitScript((id) => localStorage.setItem('minitill-page:person', id), person)
    const page = await context.newPage()
    page.setDefaultTimeout(10_000)
    const start = `pages/home/home?server=${encodeURIComponent(pair.serverUrl)}`
    await page.goto(`${pair.simulatorUrl}/?path=${encodeURIComponent(start)}`)
    return new Shopper(page, name)
  }

  /** Something on the page of the mini program that is in front, by its id in the WXML. */
  seen(id: string): Locator {
    return this.#front(`#${id}`)
  }

  #front(selector: string): Locator {
    const all = this.page.frameLocator('#screen').locator(selector)
    return all.filter({ visible: true }).first()
  }

  /** Something that WeChat draws: cashier, dialogs, bars. */
  phone(testId: string): Locator {
    return this.page.getByTestId(testId)
  }

  async tap(...ids: string[]): Promise<void> {
    for (const id of ids) await this.seen(id).click()
  }

  async tapPhone(...testIds: string[]): Promise<void> {
    for (const testId of testIds) await this.phone(testId).click()
  }

  tab(tab: Tab): Promise<void> {
    return this.tapPhone(`tab-${TABS.indexOf(tab)}`)
  }

  /** Six digits in the cashier. */
  async password(digits: string): Promise<void> {
    for (const digit of digits) await this.tapPhone(`digit-${digit}`)
  }

  /**
   * Pays in the open cashier, up to the mini program again: by the right password, and with this
   * answer on the sheet for messages, which the shop asks for once it is paid.
   */
  async pay(messages: 'allow' | 'deny' = 'deny'): Promise<void> {
    await this.tapPhone('cashier-confirm')
    await this.password('123456')
    await this.tapPhone('cashier-done', `subscribe-${messages}`)
  }

  async login(): Promise<void> {
    await this.tab('mine')
    await this.tap('login')
    await this.seen('account-name').waitFor()
  }

  /** Orders from the menu and opens the cashier, up to its sheet. */
  async orderAndOpenCashier(...productIds: string[]): Promise<void> {
    await this.tab('home')
    for (const id of productIds) await this.tap(`add-${id}`)
    await this.tap('cart-checkout', 'checkout-pay')
    await this.phone('cashier-sheet').waitFor()
  }

  /**
   * The newest order's own page, from the list of orders, and what it says. The list is there at
   * once, as it was left: only when it has all `count` orders is its first one the newest.
   */
  async newestOrder(count = 1): Promise<string | null> {
    await this.tab('orders')
    const rows = this.page.frameLocator('#screen').locator('.order').filter({ visible: true })
    await rows.nth(count - 1).waitFor()
    await this.firstRow().click()
    return this.orderStatus()
  }

  /** The same, back from the checkout. */
  async newestOrderAfterBack(count = 1): Promise<string | null> {
    await this.back()
    return this.newestOrder(count)
  }

  /** The newest order in the list of orders. */
  firstRow(): Locator {
    return this.#front('.order')
  }

  /** What the order page in front says: unpaid, paid or closed. */
  async orderStatus(): Promise<string | null> {
    const classes = (await this.seen('order-status').getAttribute('class')) ?? ''
    return /head-(\w+)/.exec(classes)?.[1] ?? null
  }

  /** Waits for the order page in front to say this. */
  async orderSays(status: 'unpaid' | 'paid' | 'closed'): Promise<void> {
    await this.#front(`#order-status.head-${status}`).waitFor()
  }

  back(): Promise<void> {
    return this.tapPhone('nav-back')
  }

  /** Keeps a picture of the phone under tests/browser/shots. */
  async shoot(what: string): Promise<void> {
    mkdirSync(SHOTS, { recursive: true })
    this.#shot += 1
    const file = `shop-${this.#name}-${String(this.#shot).padStart(2, '0')}-${what}.png`
    await this.phone('phone').screenshot({ path: join(SHOTS, file), animations: 'disabled' })
  }

  close(): Promise<void> {
    return this.page.context().close()
  }
}
