// wx.login, wx.requestPayment and what follows a payment.
import type { PhoneHost } from '../host.ts'
import { requireTypes, WxFailure, type WxFunction, wxFunction } from './convention.ts'
import type { Gesture } from './gesture.ts'

const TEMPLATES_LIMIT = 5

/** Functions in which WeChat itself asks the person, or its server. */
export function paymentFunctions(host: PhoneHost, gesture: Gesture): Record<string, WxFunction> {
  return {
    // The official page says that wx.login has no Promise; in practice it gives one.
    login: wxFunction('login', async () => {
      const code = await host.login().catch((error: unknown) => {
        throw new WxFailure(error instanceof Error ? error.message : String(error), { errno: 1003 })
      })
      return { code }
    }),
    checkSession: wxFunction('checkSession', () => undefined),
    requestPayment: requestPayment(host, gesture),
    requestSubscribeMessage: wxFunction('requestSubscribeMessage', (options) => {
      const ids = options['tmplIds']
      if (!Array.isArray(ids) || ids.length === 0) {
        throw new WxFailure('TmplIds can not be empty', { errCode: 10001 })
      }
      if (ids.length > TEMPLATES_LIMIT) {
        throw new WxFailure('Templates count out of max bounds', { errCode: 20003 })
      }
      if (!gesture.allows()) throw new WxFailure('can only be invoked by user TAP gesture.')
      return host.subscribe(ids.map(String))
    }),
  }
}

/**
 * The callback is a hint only: whether money moved is known to the server alone. The phone hands
 * on the cashier's errMsg as it is.
 * Source: developers.weixin.qq.com/miniprogram/dev/api/payment/wx.requestPayment.html
 */
function requestPayment(host: PhoneHost, gesture: Gesture): WxFunction {
  return wxFunction('requestPayment', async (options) => {
    const strings = ['timeStamp', 'nonceStr', 'package', 'paySign']
    if (options['signType'] !== undefined) strings.push('signType')
    requireTypes(options, Object.fromEntries(strings.map((name) => [name, 'String'])))
    const errMsg = await host.cashier({
      timeStamp: String(options['timeStamp']),
      nonceStr: String(options['nonceStr']),
      package: String(options['package']),
      signType: String(options['signType'] ?? 'MD5'),
      paySign: String(options['paySign']),
    })
    if (errMsg !== 'requestPayment:ok') throw new WxFailure('', { errMsg })
    gesture.grant()
    return {}
  })
}
