// The person's whole path through the example shop, clicked in Chromium against the real pair.
import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { findChromium, launch, suiteName } from './chromium.ts'
import { type Pair, startPair } from './support/pair.ts'
import { Shopper } from './support/shopper.ts'
import { balanceOf, newPerson } from './support/world.ts'

const present = findChromium() !== null
const RICH_FEN = 500_000
let pair: Pair
let browser: Browser
let shopper: Shopper | null = null
let personId = ''

/** A new person, logged in, with this much money. */
async function someone(name: string, balance = RICH_FEN): Promise<Shopper> {
  personId = (await newPerson(pair, name, balance)).id
  shopper = await Shopper.open(browser, pair, personId, name)
  return shopper
}

const money = () => balanceOf(pair, personId)

describe.skipIf(!present)(suiteName('the example shop in the phone'), () => {
  beforeAll(async () => {
    pair = await startPair()
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

  describe('paying', paying)
  describe('not paying', notPaying)
  describe('leaving', leaving)
  describe('the person', person)
})

function paying() {
  test('log in, bind the phone number, browse, order two of something, pay, see it paid', async () => {
    const me = await someone('whole-path')
    await me.seen('product-tea-jasmine-silver').waitFor()
    await me.shoot('menu')
    await me.login()
    await me.tap('bind-phone')
    await me.shoot('phone-number')
    await me.tapPhone('phone-number-allow')
    await me.seen('account-phone').getByText('****').waitFor()
    await me.shoot('mine')
    await me.tab('home')
    await me.tap('add-tea-jasmine-silver', 'add-tea-jasmine-silver', 'cart-open')
    await me.shoot('bag')
    await me.tap('cart-checkout')
    expect(await me.seen('checkout-total').textContent()).toBe('¥36.00')
    await me.shoot('checkout')
    await me.tap('checkout-pay')
    await me.phone('cashier-sheet').waitFor()
    expect(await me.phone('cashier-amount').textContent()).toContain('36.00')
    await me.shoot('cashier')
    await me.tapPhone('cashier-confirm')
    await me.shoot('password')
    await me.password('123456')
    await me.tapPhone('cashier-done', 'subscribe-deny')
    await me.seen('result-total').waitFor()
    await me.shoot('result')
    await me.tap('result-order')
    await me.orderSays('paid')
    await me.shoot('order')
    expect(await money()).toBe(RICH_FEN - 3600)
  })

  test('an order kept unpaid is paid later from its own page', async () => {
    const me = await someone('pay-later')
    await me.orderAndOpenCashier('tea-white-peach')
    await me.tapPhone('cashier-close')
    expect(await me.newestOrderAfterBack()).toBe('unpaid')
    await me.tap('order-pay')
    await me.pay()
    await me.tap('result-order')
    await me.orderSays('paid')
    expect(await money()).toBe(RICH_FEN - 2000)
  })
}

function notPaying() {
  test('closing the cashier leaves the order unpaid and the money where it was', async () => {
    const me = await someone('cancel')
    await me.orderAndOpenCashier('tea-matcha-latte')
    await me.tapPhone('cashier-close')
    await me.phone('toast').getByText('未完成支付').waitFor()
    await me.shoot('cancelled')
    expect(await me.newestOrderAfterBack()).toBe('unpaid')
    await me.shoot('order')
    expect(await money()).toBe(RICH_FEN)
  })

  test('a wrong password pays nothing', async () => {
    const me = await someone('wrong-password')
    await me.orderAndOpenCashier('tea-matcha-latte')
    await me.tapPhone('cashier-confirm')
    await me.password('000000')
    await me.phone('cashier-dialog-forgot').waitFor()
    await me.shoot('dialog')
    await me.tapPhone('cashier-dialog-forgot')
    expect(await me.newestOrderAfterBack()).toBe('unpaid')
    expect(await money()).toBe(RICH_FEN)
  })

  test('without enough money nothing is paid', async () => {
    const me = await someone('poor', 100)
    await me.orderAndOpenCashier('tea-gift-box')
    await me.tapPhone('cashier-confirm')
    await me.password('123456')
    await me.phone('cashier-dialog-ok').waitFor()
    await me.shoot('dialog')
    await me.tapPhone('cashier-dialog-ok')
    expect(await me.newestOrderAfterBack()).toBe('unpaid')
    expect(await money()).toBe(100)
  })

  test('a cancelled order is closed and gives its last piece back', async () => {
    const me = await someone('last-piece')
    await me.orderAndOpenCashier('tea-longjing-first')
    await me.tapPhone('cashier-close')
    expect(await me.newestOrderAfterBack()).toBe('unpaid')
    await me.tap('order-cancel')
    await me.shoot('ask')
    await me.tapPhone('modal-confirm')
    await me.orderSays('closed')
    await me.shoot('closed')
    await me.back()
    await me.orderAndOpenCashier('tea-longjing-first')
    await me.tapPhone('cashier-close')
    expect(await me.newestOrderAfterBack(2)).toBe('unpaid')
    await me.tap('order-cancel')
    await me.tapPhone('modal-confirm')
    await me.orderSays('closed')
  })
}

function leaving() {
  test('gone before paying: after coming back the order is unpaid, and says so', async () => {
    const me = await someone('leave')
    await me.orderAndOpenCashier('tea-osmanthus-oolong')
    await me.tapPhone('home-indicator', 'reopen')
    await me.seen('product-tea-jasmine-silver').waitFor()
    expect(await me.newestOrder()).toBe('unpaid')
    await me.shoot('order')
    expect(await money()).toBe(RICH_FEN)
  })

  test('paid and gone without a callback: the next start knows that it is paid', async () => {
    const me = await someone('pay-and-leave')
    await me.orderAndOpenCashier('tea-osmanthus-oolong')
    await me.tapPhone('cashier-confirm')
    await me.password('123456')
    await me.phone('cashier-success').waitFor()
    await me.tapPhone('home-indicator')
    await me.shoot('left')
    await me.tapPhone('reopen')
    await me.phone('toast').getByText('支付已到账').waitFor()
    await me.shoot('back')
    expect(await me.newestOrder()).toBe('paid')
    await me.shoot('order')
    expect(await money()).toBe(RICH_FEN - 2200)
  })
}

function person() {
  test('logging out hides the orders; logging in again shows them', async () => {
    const me = await someone('log-out')
    await me.orderAndOpenCashier('tea-hojicha-financier')
    await me.tapPhone('cashier-close')
    await me.back()
    await me.tab('mine')
    await me.tap('logout')
    await me.seen('login').waitFor()
    await me.tab('orders')
    await me.seen('state-action').waitFor()
    await me.shoot('orders-hidden')
    await me.tap('state-action')
    await me.firstRow().waitFor()
    await me.tab('mine')
    await me.tap('logout-everywhere')
    await me.tapPhone('modal-confirm')
    await me.seen('login').waitFor()
  })

  test('without network the shop says so, and goes on when it is back', async () => {
    const me = await someone('offline')
    await me.seen('product-tea-jasmine-silver').waitFor()
    const network = '**/_phone/request'
    await me.page.route(network, (route) => route.abort())
    await me.page.reload()
    await me.seen('state-action').waitFor()
    await me.shoot('offline')
    await me.page.unroute(network)
    await me.tap('state-action')
    await me.seen('product-tea-jasmine-silver').waitFor()
  })

  test('the shop speaks English when asked to, and still after a restart', async () => {
    const me = await someone('english')
    await me.tab('mine')
    await me.tap('language-en')
    await me.seen('login').getByText('Log in with WeChat').waitFor()
    await me.shoot('mine')
    await me.tapPhone('restart')
    await me.seen('product-tea-matcha-latte').getByText('Stone-milled').waitFor()
    await me.shoot('menu')
  })
}
