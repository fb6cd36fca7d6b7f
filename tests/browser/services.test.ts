// What the phone asks WeChat's services for: templates, the receipt of an order, the session.
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { FIXTURES } from '../phone/fake-world.ts'
import { findChromium, suiteName } from './chromium.ts'
import { openPhone, type PhoneDriver } from './phone-driver.ts'

const SHOTS = join(import.meta.dirname, 'shots')
let phone: PhoneDriver

const tap = (testId: string) => phone.page.getByTestId(testId).click()
const seen = (testId: string) => phone.page.getByTestId(testId).waitFor()
const gone = (testId: string) => phone.page.getByTestId(testId).waitFor({ state: 'detached' })
const shot = (name: string) =>
  phone.page.getByTestId('phone').screenshot({ path: join(SHOTS, `phone-${name}.png`) })
const out = () => phone.screen.locator('#out').textContent()
const callsOf = (path: string) =>
  phone.world.calls.filter((call) => call.path === path).map((call) => call.body)

/** Opens the confirm receipt component; what onShow hears lands in `window.entered`. */
const openReceipt = (extraData: object) =>
  phone.evaluate(`window.entered = []
    wx.offAppShow()
    wx.onAppShow((options) => window.entered.push(options))
    return new Promise((done) => wx.openBusinessView({ businessType: 'weappOrderConfirm',
      extraData: ${JSON.stringify(extraData)}, complete: done }))`)
const entered = () => phone.evaluate('return window.entered')

describe.skipIf(findChromium() === null)(suiteName('WeChat’s services on the phone'), () => {
  beforeAll(async () => {
    phone = await openPhone(join(FIXTURES, 'matrix'), '?path=pages/wx/wx')
  })
  beforeEach(async () => {
    Object.assign(phone.world, {
      cards: [],
      templates: [],
      session: 'checkSession:ok',
      receiptTrouble: '',
    })
    await phone.restart()
    await phone.screen.locator('#tap').waitFor()
  })
  afterAll(() => phone?.stop())

  describe('messages', messages)
  describe('cards', cards)
  describe('the receipt of an order', receipts)
  test('M7 checkSession asks whether the key of the latest code is alive', async () => {
    const check = () => phone.evaluate('return wx.checkSession().catch((error) => error)')
    expect(await check()).toEqual({ errMsg: 'checkSession:ok' })
    phone.world.session = 'checkSession:fail session_key expired'
    expect(await check()).toEqual({ errMsg: 'checkSession:fail session_key expired' })
  })
})

function messages() {
  const T1 = { template_id: 'T1', title: '支付成功通知', subscription: { banned: false } }

  test('M60 an allowed template is told to WeChat, by its title', async () => {
    phone.world.templates = [T1]
    await phone.screen.locator('#tap').click()
    await seen('subscribe-sheet')
    expect(await phone.page.getByTestId('subscribe-sheet').textContent()).toContain('支付成功通知')
    await tap('subscribe-allow')
    await expect.poll(out).toContain('"T1":"accept"')
    const [told] = callsOf('/_sim/subscriptions')
    expect(told).toMatchObject({ person: 'p1', results: { T1: 'accept' } })
  })
  test('a refusal is told too', async () => {
    phone.world.templates = [T1]
    await phone.screen.locator('#tap').click()
    await tap('subscribe-deny')
    await expect.poll(out).toContain('"T1":"reject"')
    expect(callsOf('/_sim/subscriptions')).toMatchObject([{ results: { T1: 'reject' } }])
  })
  test('an unknown template fails with 20001, a banned one is never shown', async () => {
    phone.world.templates = [{ ...T1, template_id: 'T2' }]
    await phone.screen.locator('#tap').click()
    await expect.poll(out).toContain('"errCode":20001')
    phone.world.templates = [{ ...T1, subscription: { banned: true } }]
    await phone.screen.locator('#tap').click()
    await expect.poll(out).toContain('"T1":"ban"')
    expect(callsOf('/_sim/subscriptions')).toEqual([])
  })
}

function cards() {
  const card = (more: object = {}) => ({
    ...{ id: '1', at: '2026-11-23T10:24:00+08:00', appid: 'wx0000000000abcd', person: 'p1' },
    ...{ title: '支付成功通知', fields: [{ label: '金额', value: '¥56.00' }] },
    page: 'pages/wx/wx?from=card',
    ...more,
  })
  const front = () => phone.evaluate('return life.currentPath()')

  /** A phone on whose home screen these cards lie. */
  async function landed(...all: object[]): Promise<void> {
    phone.world.cards = all
    await phone.page.reload()
    await phone.screen.locator('#tap').waitFor()
    await phone.evaluate(`window.entered = []
      wx.onAppShow((options) => window.entered.push(options))`)
    await tap('home-indicator')
    await seen('cards')
  }

  test('a card opens its page in the mini program that rests, which hears where it came from', async () => {
    await landed(card(), card({ id: '2', person: 'p2', title: '不是我的' }))
    expect(await phone.page.getByTestId('card').allTextContents()).toEqual([
      expect.stringContaining('支付成功通知'),
    ])
    await tap('card')
    await gone('home')
    await expect.poll(front).toBe('pages/wx/wx?from=card')
    expect(await entered()).toMatchObject([{ scene: 1107 }])
  })
  test('a mini program that has ended starts on the card’s page', async () => {
    await landed(card())
    await tap('reopen')
    await phone.evaluate(`wx.requestPayment({ timeStamp: '1700000000', nonceStr: 'n',
      package: 'prepay_id=wx1', signType: 'RSA', paySign: 's', complete: () => {} })`)
    await seen('cashier-sheet')
    await tap('home-indicator')
    await gone('mini-program')
    await tap('card')
    await phone.screen.locator('#tap').waitFor()
    await expect.poll(front).toBe('pages/wx/wx?from=card')
  })
  test('a card without a page, or of another mini program, opens nothing', async () => {
    await landed(card({ page: null }), card({ id: '2', appid: 'wxother' }))
    for (const nth of [0, 1]) await phone.page.getByTestId('card').nth(nth).click()
    await seen('home')
  })
}

function receipts() {
  const COMPONENT = 'wx1183b055aeec94d1'
  const ids = { transaction_id: '4200001', merchant_id: '1999900001', merchant_trade_no: 'MT1' }

  test('M42 success says only that it opened; onShow brings what the person did', async () => {
    expect(await openReceipt({ transaction_id: '4200001' })).toEqual({
      errMsg: 'openBusinessView:ok',
    })
    await seen('receipt-sheet')
    await shot('receipt')
    expect(await entered()).toEqual([])
    await tap('receipt-confirm')
    await gone('receipt-sheet')
    const extraData = { status: 'success', req_extradata: ids }
    await expect
      .poll(entered)
      .toMatchObject([{ scene: 1038, referrerInfo: { appId: COMPONENT, extraData } }])
    expect(callsOf('/_sim/receipts').map(({ action }) => action)).toEqual(['look', 'confirm'])
  })
  test('M42 cancelled, or not possible, it confirms nothing', async () => {
    await openReceipt({ merchant_id: '1999900001', merchant_trade_no: 'MT1' })
    await tap('receipt-cancel')
    await expect
      .poll(entered)
      .toMatchObject([{ referrerInfo: { extraData: { status: 'cancel' } } }])
    phone.world.receiptTrouble = '订单不存在'
    await openReceipt({ transaction_id: '4200009' })
    expect(await phone.page.getByTestId('receipt-why').textContent()).toBe('订单不存在')
    await tap('receipt-cancel')
    const extraData = {
      status: 'fail',
      errormsg: '订单不存在',
      req_extradata: { transaction_id: '4200009' },
    }
    await expect.poll(entered).toMatchObject([{ referrerInfo: { extraData } }])
    expect(callsOf('/_sim/receipts').map(({ action }) => action)).toEqual(['look', 'look'])
  })
  test('without an order, or for other business, it does not open', async () => {
    expect(await openReceipt({ merchant_id: '1' })).toMatchObject({
      errMsg: 'openBusinessView:fail extraData lacks the order',
    })
    const other = await phone.evaluate(
      "return wx.openBusinessView({ businessType: 'x', extraData: {} }).catch((error) => error)",
    )
    expect(other).toEqual({ errMsg: 'openBusinessView:fail businessType is not supported' })
  })
  test('who leaves by the home bar comes back without a result', async () => {
    await openReceipt({ transaction_id: '4200001' })
    await tap('home-indicator')
    await gone('receipt-sheet')
    await tap('reopen')
    await expect.poll(entered).toMatchObject([{ scene: 1001 }])
    expect(callsOf('/_sim/receipts').map(({ action }) => action)).toEqual(['look'])
  })
}
