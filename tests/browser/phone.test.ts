// The person's side of the phone: cashier, consent, dialogs, leaving and coming back.
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
const actions = () =>
  phone.world.calls
    .filter((call) => call.path === '/_sim/cashier')
    .map((call) => call.body['action'])

/** Opens the cashier as a mini program does; what it answers lands in `window.paid`. */
async function pay(): Promise<void> {
  await phone.evaluate(`window.paid = null
    wx.requestPayment({ timeStamp: '1700000000', nonceStr: 'n', package: 'prepay_id=wx1',
      signType: 'RSA', paySign: 's', complete: (answer) => { window.paid = answer.errMsg } })`)
}
const paid = () => phone.evaluate('return window.paid')

async function type(digits: string): Promise<void> {
  for (const digit of digits) await tap(`digit-${digit}`)
}

describe.skipIf(findChromium() === null)(suiteName('the phone and its cashier'), () => {
  beforeAll(async () => {
    phone = await openPhone(join(FIXTURES, 'matrix'), '?path=pages/wx/wx')
  })
  beforeEach(async () => {
    await phone.restart()
    await phone.screen.locator('#tap').waitFor()
  })
  afterAll(() => phone?.stop())

  describe('cashier', cashier)
  describe('a payment that does not come about', unpaid)
  describe('leaving', leaving)
  describe('dialogs', dialogs)
  describe('consent', consent)
})

function cashier() {
  test('paying asks for the password, then shows success, then calls back', async () => {
    await pay()
    await seen('cashier-sheet')
    expect(await phone.page.getByTestId('cashier-amount').textContent()).toBe('¥56.00')
    await shot('cashier')
    await tap('cashier-confirm')
    await type('12345')
    await shot('password')
    await type('6')
    await seen('cashier-success')
    expect(await paid()).toBeNull()
    await shot('paid')
    await tap('cashier-done')
    await expect.poll(paid).toBe('requestPayment:ok')
    expect(actions()).toEqual(['pay'])
  })
}

function unpaid() {
  test('closing the sheet is a cancel', async () => {
    await pay()
    await tap('cashier-close')
    await expect.poll(paid).toBe('requestPayment:fail cancel')
    expect(actions()).toEqual(['cancel'])
  })
  test('a wrong password may be tried again', async () => {
    await pay()
    await tap('cashier-confirm')
    await type('000000')
    await seen('cashier-dialog')
    await shot('wrong-password')
    await tap('cashier-dialog-retry')
    await type('123456')
    await tap('cashier-done')
    await expect.poll(paid).toBe('requestPayment:ok')
  })
  test('a forgotten password ends as a cancel', async () => {
    await pay()
    await tap('cashier-confirm')
    await type('000000')
    await tap('cashier-dialog-forgot')
    await expect.poll(paid).toBe('requestPayment:fail cancel')
    expect(actions()).toEqual(['wrong_password'])
  })
  test('too little balance is said, then it is a cancel', async () => {
    phone.world.bill.balance = 100
    await pay()
    await tap('cashier-confirm')
    await type('123456')
    expect(await phone.page.getByTestId('cashier-dialog-text').textContent()).toBe('零钱余额不足')
    await tap('cashier-dialog-ok')
    await expect.poll(paid).toBe('requestPayment:fail cancel')
    expect(actions()).toEqual(['insufficient_balance'])
  })
  test('the errMsg of a refused call-up arrives unchanged', async () => {
    const errMsg = 'requestPayment:fail:调用支付JSAPI缺少参数: total_fee'
    Object.assign(phone.world.bill, { ok: false, errMsg })
    await pay()
    await expect.poll(paid).toBe(errMsg)
    Object.assign(phone.world.bill, { errMsg: null, dialog: '支付验证签名失败' })
    await pay()
    await tap('cashier-dialog-ok')
    await expect.poll(paid).toBe('requestPayment:fail cancel')
  })
  test('wrong parameter types never reach the cashier', async () => {
    const answer = await phone.evaluate(`return wx.requestPayment({ timeStamp: 1, nonceStr: 'n',
      package: 'p', paySign: 's' }).catch((error) => error.errMsg)`)
    expect(answer).toBe(
      'requestPayment:fail parameter error: parameter.timeStamp should be String instead of Number;',
    )
  })
}

function leaving() {
  test('leaving the open cashier ends the mini program without a callback', async () => {
    await pay()
    await seen('cashier-sheet')
    await tap('home-indicator')
    await seen('home')
    await shot('home')
    await gone('mini-program')
    await expect.poll(actions).toEqual(['leave'])
    await tap('reopen')
    await phone.screen.locator('#tap').waitFor()
    expect(await paid()).toBeUndefined()
  })
  test('leaving the success page: paid, and no callback', async () => {
    await pay()
    await tap('cashier-confirm')
    await type('123456')
    await seen('cashier-success')
    await tap('home-indicator')
    await seen('home')
    expect(actions()).toEqual(['pay'])
  })
  test('M39 without a cashier the mini program rests and comes back as it was', async () => {
    await phone.evaluate("caller.setData({ out: 'kept' })")
    await tap('capsule-close')
    await seen('home')
    await tap('reopen')
    await gone('home')
    expect(await out()).toBe('kept')
  })
}

function dialogs() {
  test('toast and loading share one place and go away', async () => {
    await phone.evaluate("wx.showLoading({ title: '加载中', mask: true })")
    await seen('toast')
    await shot('loading')
    await phone.evaluate("wx.showToast({ title: '已加入', duration: 300 })")
    await phone.page.getByTestId('toast').getByText('已加入').waitFor()
    await gone('toast')
  })
  test('refusing a modal is a success with cancel', async () => {
    await phone.evaluate(`wx.showModal({ title: '取消订单', content: '确定要取消这个订单吗？',
      success: (answer) => caller.setData({ out: JSON.stringify(answer) }) })`)
    await seen('modal')
    await shot('modal')
    await tap('modal-cancel')
    const answer = { confirm: false, cancel: true, content: null, errMsg: 'showModal:ok' }
    await expect.poll(async () => JSON.parse((await out()) ?? '')).toEqual(answer)
  })
  test('refusing an action sheet is a failure', async () => {
    await phone.evaluate(`wx.showActionSheet({ itemList: ['退款', '联系客服'],
      fail: (error) => caller.setData({ out: error.errMsg }) })`)
    await shot('actions')
    await tap('action-cancel')
    await expect.poll(out).toBe('showActionSheet:fail cancel')
  })
  test('the picker answers the place of what was picked', async () => {
    await phone.screen.locator('#picker').click()
    await tap('picker-item-1')
    await tap('picker-confirm')
    await expect.poll(out).toBe('"1"')
  })
  test('tabs keep their pages alive', async () => {
    await tap('tab-1')
    await phone.screen.locator('#shows').waitFor()
    await shot('tab')
    await tap('tab-0')
    await tap('tab-1')
    await expect.poll(() => phone.screen.locator('#shows').textContent()).toBe('2')
  })
  test('pulling down refreshes', async () => {
    await phone.evaluate('life.pullDown()')
    await expect.poll(() => phone.screen.locator('#refreshes').textContent()).toBe('1')
  })
}

function consent() {
  test('the phone number comes as a code, after consent', async () => {
    await phone.screen.locator('#phone').click()
    await seen('phone-number-sheet')
    await shot('phone-number')
    await tap('phone-number-allow')
    await expect.poll(out).toMatch(/^getPhoneNumber:ok\|code\d/)
  })
  test('refused, it has the text of an iPhone or of an Android phone, and no code', async () => {
    await phone.screen.locator('#phone').click()
    await tap('phone-number-deny')
    await expect.poll(out).toBe('getPhoneNumber:fail user deny|')
    await tap('password-hint')
    await phone.page.getByTestId('refusal').selectOption('android')
    await phone.screen.locator('#phone').click()
    await tap('phone-number-deny')
    await expect.poll(out).toBe('getPhoneNumber:fail:user deny|')
  })
  test('M40 messages may be asked for after a tap only', async () => {
    const refused = await phone.evaluate(
      "return wx.requestSubscribeMessage({ tmplIds: ['T1'] }).catch((error) => error.errMsg)",
    )
    expect(refused).toContain('can only be invoked by user TAP gesture')
    await phone.screen.locator('#tap').click()
    await shot('subscribe')
    await tap('subscribe-allow')
    await expect.poll(out).toContain('"T1":"accept"')
  })
}
