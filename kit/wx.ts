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
  /** `success` has, by template id, what the person said. Old base libraries have no such function. */
  requestSubscribeMessage(options: {
    tmplIds: string[]
    success(said: Record<string, string>): void
    fail(failure: WxFailure): void
  }): unknown
  showActionSheet(options: {
    itemList: string[]
    success(result: { tapIndex: number }): void
    fail(): void
  }): unknown
  getStorageSync(key: string): unknown
  setStorageSync(key: string, value: unknown): void
  getAccountInfoSync(): { miniProgram: { appId: string; envVersion: string } }
}

/** What a network call came to; status 0 is silence, and `body` then WeChat's own failure text. */
export interface Reply {
  status: number
  body: unknown
  header?: object | undefined
}

/** One `wx.request`, by callbacks: it is not a Promise API. Never rejects. */
export function send(wx: Wx, call: Omit<WxRequest, 'success' | 'fail'>): Promise<Reply> {
  return new Promise((resolve) => {
    wx.request({
      ...call,
      success: ({ statusCode, data, header }) =>
        resolve({ status: statusCode, body: data, header }),
      fail: ({ errMsg }) => resolve({ status: 0, body: errMsg }),
    })
  })
}

/** How the cashier came back. It is a hint only: the truth is the order's. */
export interface Callback {
  kind: 'ok' | 'cancel' | 'fail' | 'none'
  errMsg: string | null
}

/** Reads an errMsg of requestPayment; null means that no callback came. */
export function callbackOf(errMsg: string | null): Callback {
  let kind: Callback['kind'] = 'fail'
  if (errMsg === null) kind = 'none'
  else if (/:ok$/.test(errMsg)) kind = 'ok'
  else if (/cancel/.test(errMsg)) kind = 'cancel'
  return { kind, errMsg }
}
