// Every path of the simulated WeChat, by method and host. A new interface is one line here.

import { applyAbnormalRefund } from './abnormal-refund.ts'
import { fundFlowBillLink, tradeBillLink } from './bill.ts'
import { downloadBill } from './bill-download.ts'
import { certificates } from './certificates.ts'
import { close } from './close.ts'
import { code2session } from './code2session.ts'
import type { MiniAnswer } from './mini-answer.ts'
import { miniReply } from './mini-answer.ts'
import { miniPost } from './mini-post.ts'
import { paidUnionid } from './paid-unionid.ts'
import type { PayAnswer } from './pay-answer.ts'
import { signedReply } from './pay-answer.ts'
import { type Gateway, passGate } from './pay-gate.ts'
import { phoneNumber } from './phone-number.ts'
import { prepay } from './prepay.ts'
import { queryByOutTradeNo, queryByTransactionId } from './query.ts'
import { clearQuota, clearQuotaBySecret, quotaGet, SEND_PATH } from './quota.ts'
import { applyRefund, queryRefund } from './refund.ts'
import { checkSessionKey, resetSessionKey } from './session-key.ts'
import { SHIPPING } from './shipping.ts'
import { subscribeSend, templateList } from './subscribe.ts'
import { stableToken, token } from './token.ts'
import { type Context, type MerchantContext, pathOf, type WireReply } from './wire.ts'

export type Family = 'pay' | 'mini'

export interface Route {
  readonly family: Family
  /** null: the handler itself has something to say about the method. */
  readonly method: string | null
  readonly path: string
  /** The name under which faults are armed. */
  readonly point: string
  readonly handle: (context: Context) => WireReply
}

type Endpoint = (context: MerchantContext) => PayAnswer

function pay(
  method: string,
  path: string,
  point: string,
  gateway: Gateway,
  endpoint: Endpoint,
): Route {
  const handle = (context: Context): WireReply => {
    const passed = passGate(context, gateway)
    if (!passed.ok) return passed.reply
    const answer = endpoint({ ...context, merchant: passed.merchant })
    // Read again: the endpoint or a fault may have changed the merchant's keys.
    const merchant = context.world.get('merchants', passed.merchant.mchid) ?? passed.merchant
    return signedReply(context, merchant, answer)
  }
  return { family: 'pay', method, path, point, handle }
}

/** A download: its request is signed like any other, its answer is not (R14). */
function download(
  path: string,
  point: string,
  endpoint: (context: MerchantContext) => WireReply,
): Route {
  const handle = (context: Context): WireReply => {
    const passed = passGate(context, 'generic')
    return passed.ok ? endpoint({ ...context, merchant: passed.merchant }) : passed.reply
  }
  return { family: 'pay', method: 'GET', path, point, handle }
}

function mini(
  method: string | null,
  path: string,
  point: string,
  endpoint: (context: Context) => MiniAnswer,
): Route {
  const handle = (context: Context) => miniReply(pathOf(context.request.url), endpoint(context))
  return { family: 'mini', method, path, point, handle }
}

const OUT_TRADE_NO = '/v3/pay/transactions/out-trade-no/{out_trade_no}'
const REFUNDS = '/v3/refund/domestic/refunds'

export const ROUTES: readonly Route[] = [
  pay('GET', '/v3/certificates', 'pay.certificates', 'generic', certificates),
  pay('POST', '/v3/pay/transactions/jsapi', 'pay.prepay', 'transactions', prepay),
  pay('GET', OUT_TRADE_NO, 'pay.query', 'transactions', queryByOutTradeNo),
  pay(
    'GET',
    '/v3/pay/transactions/id/{transaction_id}',
    'pay.query',
    'transactions',
    queryByTransactionId,
  ),
  pay('POST', `${OUT_TRADE_NO}/close`, 'pay.close', 'transactions', close),
  pay('GET', '/v3/bill/tradebill', 'pay.tradebill', 'generic', tradeBillLink),
  pay('GET', '/v3/bill/fundflowbill', 'pay.fundflowbill', 'generic', fundFlowBillLink),
  download('/v3/billdownload/file', 'pay.billdownload', downloadBill),
  download('/v3/bill/downloadurl', 'pay.billdownload', downloadBill),
  pay('POST', REFUNDS, 'pay.refund', 'generic', applyRefund),
  pay('GET', `${REFUNDS}/{out_refund_no}`, 'pay.refund_query', 'generic', queryRefund),
  pay(
    'POST',
    `${REFUNDS}/{refund_id}/apply-abnormal-refund`,
    'pay.abnormal_refund',
    'generic',
    applyAbnormalRefund,
  ),
  mini('GET', '/sns/jscode2session', 'mini.code2session', code2session),
  mini('GET', '/cgi-bin/token', 'mini.token', token),
  mini(null, '/cgi-bin/stable_token', 'mini.stable_token', stableToken),
  mini('GET', '/wxa/checksession', 'mini.checksession', checkSessionKey),
  mini('GET', '/wxa/resetusersessionkey', 'mini.resetusersessionkey', resetSessionKey),
  mini(null, '/wxa/business/getuserphonenumber', 'mini.getuserphonenumber', phoneNumber),
  mini('GET', '/wxa/getpaidunionid', 'mini.getpaidunionid', paidUnionid),
  mini(null, SEND_PATH, 'mini.subscribe_send', miniPost(subscribeSend)),
  mini('GET', '/wxaapi/newtmpl/gettemplate', 'mini.template_list', templateList),
  mini(null, '/cgi-bin/openapi/quota/get', 'mini.quota', miniPost(quotaGet)),
  mini(null, '/cgi-bin/clear_quota', 'mini.quota', miniPost(clearQuota)),
  mini(null, '/cgi-bin/clear_quota/v2', 'mini.quota', clearQuotaBySecret),
  ...SHIPPING.map(([path, point, endpoint]) => mini(null, path, point, endpoint)),
]

function matched(pattern: string, path: string): Record<string, string> | null {
  const wanted = pattern.split('/')
  const given = path.split('/')
  if (wanted.length !== given.length) return null
  const params: Record<string, string> = {}
  for (const [index, part] of wanted.entries()) {
    const value = given[index] ?? ''
    if (!part.startsWith('{')) {
      if (part !== value) return null
      continue
    }
    if (value === '') return null
    try {
      params[part.slice(1, -1)] = decodeURIComponent(value)
    } catch {
      return null
    }
  }
  return params
}

export type Found =
  | { readonly route: Route; readonly params: Readonly<Record<string, string>> }
  | { readonly status: 404 | 405 }

/** The route of a request: 404 for a path that nobody has, 405 for another method of one (R1). */
export function findRoute(family: Family, method: string, path: string): Found {
  let known = false
  for (const route of ROUTES) {
    if (route.family !== family) continue
    const params = matched(route.path, path)
    if (params === null) continue
    if (route.method === null || route.method === method) return { route, params }
    known = true
  }
  return { status: known ? 405 : 404 }
}

const PAY_HOST = /^(api2?\.mch\.weixin\.qq\.com|api2?\.wechatpay\.cn)(:\d+)?$/
const MINI_HOST = /^api\.weixin\.qq\.com(:\d+)?$/

/** Which of WeChat's hosts is meant: by Host when it names one, else by path. */
export function familyOf(host: string, path: string): Family | null {
  if (PAY_HOST.test(host)) return 'pay'
  if (MINI_HOST.test(host)) return 'mini'
  if (path.startsWith('/v3/')) return 'pay'
  return /^\/(sns|cgi-bin|wxa|wxaapi)\//.test(path) ? 'mini' : null
}
