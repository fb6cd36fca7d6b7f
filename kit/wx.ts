import { TillError } from './error.ts'

/**
 * The few functions of WeChat's `wx` that the kit calls, as an interface, so that tests can give
 * their own. WeChat's own `wx` fits it. Source: developers.weixin.qq.com/miniprogram/dev/api.
 */

/** What a `fail` callback receives. `errMsg` differs by phone: never compare it as a whole. */
export interface WxFailure {
  errMsg: string
  errno?: number
}

/** What `wx.request` hands to `success`, whatever the HTTP status was. */
export interface WxAnswer {
  data: unknown
  statusCode: number
  header?: object
}

export type WxMethod = 'GET' | 'POST' | 'PUT' | 'DELETE'

export interface WxRequest {
  url: string
  method: WxMethod
  data?: string
  header: Record<string, string>
  timeout: number
  success(answer: WxAnswer): void
  fail(failure: WxFailure): void
}

/** The five strings of `wx.requestPayment`; `timeStamp` is in seconds, as a string. */
export interface CallUp {
  timeStamp: string
  nonceStr: string
  package: string
  signType: 'RSA'
  paySign: string
}

export interface Wx {
  login(options: {
    timeout?: number
    success(result: { code: string }): void
    fail(failure: WxFailure): void
  }): unknown
  request(options: WxRequest): unknown
  requestPayment(options: CallUp & { success(): void; fail(failure: WxFailure): void }): unknown
  showActionSheet(options: {
    itemList: string[]
    success(result: { tapIndex: number }): void
    fail(): void
  }): unknown
  getStorageSync(key: string): unknown
  setStorageSync(key: string, value: unknown): void
  getAccountInfoSync(): { miniProgram: { appId: string; envVersion: string } }
}

/**
 * A fresh login code. By callbacks, because WeChat's page for `wx.login` says that Promise style is
 * not supported. Rejects with `login_unavailable`.
 */
export function loginCode(wx: Wx): Promise<string> {
  return new Promise((resolve, reject) => {
    wx.login({
      timeout: 10_000,
      success: (result) => resolve(result.code),
      fail: ({ errMsg }) => reject(new TillError('login_unavailable', 0, errMsg)),
    })
  })
}

/** What a network call came to; status 0 is silence, and `body` then WeChat's own failure text. */
export interface Reply {
  status: number
  body: unknown
  header: object
}

/** One `wx.request`, by callbacks: it is not a Promise API. Never rejects. */
export function send(wx: Wx, call: Omit<WxRequest, 'success' | 'fail'>): Promise<Reply> {
  return new Promise((resolve) => {
    wx.request({
      ...call,
      success: ({ statusCode, data, header }) =>
        resolve({ status: statusCode, body: data, header: header || {} }),
      fail: ({ errMsg }) => resolve({ status: 0, body: errMsg, header: {} }),
    })
  })
}

/** How the cashier came back. It is a hint only: the truth is the order's. */
export interface Callback {
  kind: 'ok' | 'cancel' | 'fail' | 'none'
  errMsg: string | null
}

/** Opens WeChat's cashier. Resolves with its callback, whichever it is; never rejects. */
export function openCashier(wx: Wx, callUp: CallUp): Promise<Callback> {
  return new Promise((resolve) => {
    wx.requestPayment({
      ...callUp,
      success: () => resolve({ kind: 'ok', errMsg: 'requestPayment:ok' }),
      fail: ({ errMsg }) => resolve(callbackOf(errMsg)),
    })
  })
}

/** Reads an errMsg of requestPayment; null means that no callback came. */
export function callbackOf(errMsg: string | null): Callback {
  if (errMsg === null) return { kind: 'none', errMsg }
  if (/:ok$/.test(errMsg)) return { kind: 'ok', errMsg }
  return { kind: /cancel/.test(errMsg) ? 'cancel' : 'fail', errMsg }
}
