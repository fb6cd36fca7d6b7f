// wx.login, wx.requestPayment and what follows a payment.
import type { PhoneHost, ReceiptOrder } from '../host.ts'
import { isRecord } from '../program.ts'
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
    checkSession: wxFunction('checkSession', async () => {
      if (!(await host.checkSession())) throw new WxFailure('session_key expired')
    }),
    openBusinessView: openBusinessView(host),
    requestPayment: requestPayment(host, gesture),
    requestSubscribeMessage: wxFunction('requestSubscribeMessage', async (options) => {
      const ids = options['tmplIds']
      if (!Array.isArray(ids) || ids.length === 0) {
        throw new WxFailure('TmplIds can not be empty', { errCode: 10001 })
      }
      if (ids.length > TEMPLATES_LIMIT) {
        throw new WxFailure('Templates count out of max bounds', { errCode: 20003 })
      }
      if (!gesture.allows()) throw new WxFailure('can only be invoked by user TAP gesture.')
      const answer = await host.subscribe(ids.map(String))
      if (answer !== null) return answer
      const reason = 'No template data return, verify the template id exist'
      throw new WxFailure(reason, { errCode: 20001 })
    }),
  }
}

const BUSINESS = 'weappOrderConfirm'

function orderOf(given: unknown): ReceiptOrder | null {
  const fields = isRecord(given) ? given : {}
  const { transaction_id: id, merchant_id: merchant, merchant_trade_no: number } = fields
  if (typeof id === 'string' && id !== '') return { transaction_id: id }
  if (typeof merchant !== 'string' || typeof number !== 'string') return null
  return merchant === '' || number === ''
    ? null
    : { merchant_id: merchant, merchant_trade_no: number }
}

/**
 * The confirm receipt component (确认收货组件). Success means that it opened; what the person did
 * comes with App.onShow, and only the server can know whether it is true.
 */
function openBusinessView(host: PhoneHost): WxFunction {
  return wxFunction('openBusinessView', async (options) => {
    requireTypes(options, { businessType: 'String', extraData: 'Object' })
    if (options['businessType'] !== BUSINESS) throw new WxFailure('businessType is not supported')
    const order = orderOf(options['extraData'])
    if (order === null) throw new WxFailure('extraData lacks the order', { errno: 1001 })
    await host.confirmReceipt(order)
  })
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
