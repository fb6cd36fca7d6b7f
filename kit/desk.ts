import { TillError } from './error.ts'
import type { Ports } from './ports.ts'
import { type Callback, type CallUp, callbackOf } from './wx.ts'

/** `detail` of the event of `<button open-type="getPhoneNumber">`. */
export interface PhoneDetail {
  code?: string
  errMsg?: string
  errno?: number
}

/** Where WeChat asks the person something. */
export interface Desk {
  loginCode(): Promise<string>
  phoneCode(detail: PhoneDetail): Promise<string>
  /**
   * Resolves with the callback of the cashier, whichever it is; never rejects. `onPaid` runs inside
   * the success callback, the one place without a tap where WeChat lets messages be asked for.
   */
  cashier(callUp: CallUp, onPaid: () => void): Promise<Callback>
  /**
   * Shows the sheet for subscribe messages (订阅消息). Resolves with the templates that the person
   * allowed: none after a no, without tap or payment just before, where WeChat lacks the function,
   * or when no answer came in a minute. Never rejects.
   */
  ask(templateIds: string[]): Promise<string[]>
}

const longestSheetMs = 60_000

/** WeChat's own. By callbacks, because its page for `wx.login` says that Promises are not supported. */
export function wechatDesk({ wx, wait }: Ports): Desk {
  return {
    loginCode: () =>
      new Promise((resolve, reject) => {
        wx.login({
          timeout: 10_000,
          success: (result) => resolve(result.code),
          fail: ({ errMsg }) => reject(new TillError('login_unavailable', 0, errMsg)),
        })
      }),
    async phoneCode({ code, errMsg, errno }) {
      if (code) return code
      const detail = `${errMsg} ${errno}`
      throw new TillError(/deny/.test(detail) ? 'phone_refused' : 'phone_unavailable', 0, detail)
    },
    cashier: (callUp, onPaid) =>
      new Promise((resolve) => {
        wx.requestPayment({
          ...callUp,
          success: () => {
            resolve(callbackOf('requestPayment:ok'))
            onPaid()
          },
          fail: ({ errMsg }) => resolve(callbackOf(errMsg)),
        })
      }),
    ask: (tmplIds) =>
      new Promise<string[]>((resolve, reject) => {
        void wait(longestSheetMs).then(reject)
        // Throws, too, where the function is missing.
        wx.requestSubscribeMessage({
          tmplIds,
          success: (said) => resolve(tmplIds.filter((id) => /^accept/.test(said[id] ?? ''))),
          fail: reject,
        })
      }).catch(() => []),
  }
}
