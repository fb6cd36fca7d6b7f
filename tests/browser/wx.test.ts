// The `wx` functions that ask nobody: network, storage, navigation, the calling convention.
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { FIXTURES } from '../phone/fake-world.ts'
import { findChromium, suiteName } from './chromium.ts'
import { openPhone, type PhoneDriver } from './phone-driver.ts'

let phone: PhoneDriver

/** Calls a wx function in the mini program and answers what success or fail got. */
const call = (name: string, options: object) =>
  phone.evaluate(`return new Promise((done) => wx[${JSON.stringify(name)}]({
    ...${JSON.stringify(options)},
    success: (answer) => done(answer), fail: (error) => done(error) }))`)
const request = (path: string, options: object = {}) =>
  call('request', { url: phone.world.url + path, ...options })

describe.skipIf(findChromium() === null)(suiteName('wx of the phone'), () => {
  beforeAll(async () => {
    phone = await openPhone(join(FIXTURES, 'matrix'), '?path=pages/wx/wx')
  })
  afterAll(() => phone?.stop())

  describe('the calling convention', convention)
  describe('request', network)
  describe('what a request may not reach', boundaries)
  describe('storage', storage)
  describe('navigation', navigation)
})

function convention() {
  test('M36 callbacks come later, complete comes last, a throw in one stops none', async () => {
    const order = await phone.evaluate(`const order = []
      wx.getNetworkType({
        success: () => { order.push('success'); throw new Error('mine') },
        complete: () => order.push('complete') })
      order.push('caller')
      await wx.getNetworkType()
      return order`)
    expect(order).toEqual(['caller', 'success', 'complete'])
    await expect.poll(() => phone.errors).toContain('mine')
  })
  test('without callbacks there is a Promise, with one there is nothing', async () => {
    const kinds = await phone.evaluate(`return [wx.getNetworkType() instanceof Promise,
      typeof wx.getNetworkType({ success() {} }), typeof wx.request({ url: 'x' }).abort]`)
    expect(kinds).toEqual([true, 'undefined', 'function'])
  })
  test('an unknown function fails and says so', async () => {
    const said = { errMsg: 'startSoterAuthentication:fail not supported by the simulator' }
    expect(await call('startSoterAuthentication', {})).toEqual(said)
  })
  test('a tab gets another text', async () => {
    await call('setTabBarItem', { index: 1, text: 'Me' })
    expect(await phone.page.getByTestId('tab-1').textContent()).toBe('Me')
    expect(await call('setTabBarItem', { index: 9 })).toEqual({
      errMsg: 'setTabBarItem:fail invalid index',
    })
  })
  test('login gives a fresh code each time', async () => {
    const codes = await phone.evaluate('return [(await wx.login()).code, (await wx.login()).code]')
    expect(new Set(codes as string[]).size).toBe(2)
  })
  test('the account is the one of the world, in envVersion develop', async () => {
    const account = await phone.evaluate('return wx.getAccountInfoSync().miniProgram')
    expect(account).toEqual({ appId: 'wx0000000000abcd', envVersion: 'develop', version: '' })
  })
  test('canIUse knows functions and components', async () => {
    const body =
      "return ['requestPayment', 'button.open-type', 'nothing'].map((x) => wx.canIUse(x))"
    expect(await phone.evaluate(body)).toEqual([true, true, false])
  })
}

function network() {
  test('M64 GET puts data into the query and carries the fixed Referer', async () => {
    const answer = await request('/backend/echo', {
      data: { q: '茶', n: 1 },
      header: { Referer: 'http://evil.example/', Authorization: 'Bearer t' },
    })
    expect(answer).toMatchObject({
      statusCode: 200,
      errMsg: 'request:ok',
      data: {
        query: { q: '茶', n: '1' },
        referer: 'https://servicewechat.com/wx0000000000abcd/0/page-frame.html',
        authorization: 'Bearer t',
      },
    })
  })
  test('M64 POST sends JSON', async () => {
    const answer = await request('/backend/echo', { method: 'POST', data: { a: [1] } })
    const data = { method: 'POST', body: { a: [1] }, contentType: 'application/json' }
    expect(answer).toMatchObject({ data })
  })
  test('M61 every status is a success, 401 and 500 too', async () => {
    const expected = { statusCode: 500, data: { code: 'broken' }, errMsg: 'request:ok' }
    expect(await request('/backend/broken')).toMatchObject(expected)
    const refused = { statusCode: 401, data: { code: 'no' }, errMsg: 'request:ok' }
    expect(await request('/backend/refused')).toMatchObject(refused)
  })
  test('M67 a cookie is handed to the program and never sent back by the client', async () => {
    expect(await request('/backend/cookie')).toMatchObject({ cookies: ['session=1; Path=/'] })
    expect(await request('/backend/echo')).toMatchObject({ data: { cookie: null } })
  })
  test('M65 what is no JSON stays a text', async () => {
    expect(await request('/backend/text')).toMatchObject({ data: 'plain text' })
  })
}

function boundaries() {
  test('M62 a server that is not in the list is refused: another port, WeChat itself, or by a redirect', async () => {
    const refused = { errno: 600002, errMsg: expect.stringContaining('url not in domain list') }
    for (const url of ['http://127.0.0.1:1/', 'https://api.weixin.qq.com/sns/jscode2session']) {
      expect(await call('request', { url })).toMatchObject(refused)
    }
    expect(await request('/backend/away')).toMatchObject(refused)
  })
  test('a time-out and an abort fail', async () => {
    const late = await request('/backend/slow', { timeout: 200 })
    expect(late).toEqual({ errMsg: 'request:fail timeout', errno: 5 })
    const aborted = await phone.evaluate(`return new Promise((done) => {
      const task = wx.request({ url: '${phone.world.url}/backend/slow', fail: done })
      task.abort() })`)
    expect(aborted).toMatchObject({ errMsg: 'request:fail abort' })
  })
  test('the proxy serves the page of this machine only', async () => {
    const headers = {
      'minitill-url': encodeURIComponent(`${phone.world.url}/backend/echo`),
      'minitill-method': 'GET',
      'minitill-header': encodeURIComponent('{}'),
    }
    for (const origin of ['http://evil.example', undefined]) {
      const answer = await fetch(`${phone.world.url}/_phone/request`, {
        method: 'POST',
        headers: origin === undefined ? headers : { ...headers, origin },
      })
      expect(answer.status).toBe(403)
    }
  })
}

function storage() {
  test('M66 a missing key is an empty text, or a failure', async () => {
    expect(await phone.evaluate("return wx.getStorageSync('nothing')")).toBe('')
    const missing = { errMsg: 'getStorage:fail data not found' }
    expect(await call('getStorage', { key: 'nothing' })).toEqual(missing)
  })
  test('values are copies, dates stay dates', async () => {
    const body = `const value = { list: [1] }
      wx.setStorageSync('v', value); value.list.push(2); wx.setStorageSync('d', new Date(5))
      return [wx.getStorageSync('v'), wx.getStorageSync('d').getTime()]`
    expect(await phone.evaluate(body)).toEqual([{ list: [1] }, 5])
  })
  test('M66 more than 1 MB under one key is refused', async () => {
    const body = `try { wx.setStorageSync('big', 'x'.repeat(1100000)) } catch (error) {
      return error.message }`
    expect(await phone.evaluate(body)).toBe('setStorageSync:fail entry size limit reached')
  })
}

function navigation() {
  test('a tab page cannot be navigated to, another page not be switched to', async () => {
    const tab = await call('navigateTo', { url: '/pages/tab/tab' })
    expect(tab).toEqual({ errMsg: 'navigateTo:fail can not navigateTo a tabbar page' })
    const page = await call('switchTab', { url: '/pages/n/n' })
    expect(page).toEqual({ errMsg: 'switchTab:fail can not switch to no-tabBar page' })
  })
  test('an unknown page is not found', async () => {
    const missing = await call('navigateTo', { url: '/pages/x/x' })
    expect(missing).toEqual({ errMsg: 'navigateTo:fail page "pages/x/x" is not found' })
  })
  test('ten pages are the limit, and one can go back further than they reach', async () => {
    const body = `let last = ''
      for (let n = 0; n < 10; n += 1) {
        last = await wx.navigateTo({ url: '/pages/n/n' }).then((a) => a.errMsg, (e) => e.errMsg)
      }
      const depth = life.stack.pages.length
      await wx.navigateBack({ delta: 99 })
      return [last, depth, life.stack.pages.length]`
    const limit = 'navigateTo:fail webview count limit exceed'
    expect(await phone.evaluate(body)).toEqual([limit, 10, 1])
  })
}
