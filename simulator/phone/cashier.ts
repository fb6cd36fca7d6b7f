// wx.requestPayment: what the client checks before the cashier opens, and what the person does in
// it. The callback is a hint only; what counts is the trade.
import { type Fen, fen } from '@minitill/protocol/model'
import type { Diagnosis } from '../api/wire.ts'
import type { KeyRing } from '../crypto/keys.ts'
import { rsaVerify, signedLines } from '../crypto/sign.ts'
import {
  explainApp,
  explainPackage,
  explainParameters,
  explainPaySign,
} from '../explain/cashier.ts'
import type { Fault } from '../fault-state.ts'
import type { Person, Trade } from '../state.ts'
import { PREPAY_LIFE_MS, payable, payTrade, tradeAt } from '../trade.ts'
import type { World } from '../world.ts'

export const ACTIONS = [
  'pay',
  'cancel',
  'wrong_password',
  'insufficient_balance',
  'leave',
  'pay_and_leave',
] as const

export type CashierAction = (typeof ACTIONS)[number]

export interface CashierCall {
  readonly appid: string
  readonly person: string
  readonly timeStamp: unknown
  readonly nonceStr: unknown
  readonly package: unknown
  readonly signType: unknown
  readonly paySign: unknown
}

/** errMsg null: no callback ever came. dialog null: none was shown. */
export interface CashierResult {
  readonly errMsg: string | null
  readonly trade_state: string | null
  readonly dialog: string | null
  /** Why the call was refused, when the call itself was wrong. */
  readonly diagnosis?: Diagnosis
}

export interface CashierPreview {
  readonly ok: boolean
  readonly errMsg: string | null
  readonly dialog: string | null
  readonly merchant_name: string | null
  readonly description: string | null
  readonly total: Fen | null
  readonly balance: Fen
  /** Why the call was refused, when the call itself was wrong. */
  readonly diagnosis?: Diagnosis
}

const OK = 'requestPayment:ok'
const CANCEL = 'requestPayment:fail cancel'

type Opened =
  | { readonly ok: true; readonly key: string; readonly trade: Trade; readonly person: Person }
  | {
      readonly ok: false
      readonly errMsg: string
      readonly dialog: string | null
      readonly key: string | null
      readonly diagnosis: Diagnosis | null
    }

function stopped(
  errMsg: string,
  dialog: string | null,
  key: string | null = null,
  diagnosis: Diagnosis | null = null,
): Opened {
  return { ok: false, errMsg, dialog, key, diagnosis }
}

function typeName(value: unknown): string {
  if (value === undefined) return 'Undefined'
  if (value === null) return 'Null'
  if (Array.isArray(value)) return 'Array'
  const name = typeof value
  return name.charAt(0).toUpperCase() + name.slice(1)
}

/** M27: one clause for each parameter that is no string; the client asks nobody about these. */
export function parameterClauses(call: CashierCall): string {
  const given: readonly (readonly [string, unknown])[] = [
    ['timeStamp', call.timeStamp],
    ['nonceStr', call.nonceStr],
    ['package', call.package],
    ['paySign', call.paySign],
    ...(call.signType === undefined ? [] : [['signType', call.signType] as const]),
  ]
  return given
    .filter(([, value]) => typeof value !== 'string')
    .map(([name, value]) => `parameter.${name} should be String instead of ${typeName(value)};`)
    .join('')
}

function withoutCapability(world: World, appid: string): Opened | null {
  const form = world.switches.payment_capability
  const dialog = '由于小程序违规，支付功能暂时无法使用'
  const detail =
    'event=requestPayment, runningState=foreground, permissionMsg=permission got, detail=jsapi has been banned'
  // M55: no payments until the trade management of a managed mini program is confirmed.
  const managed = world.get('apps', appid)?.tradeManaged === true
  const unconfirmed = managed && world.switches.trade_management === 'pending'
  if (form === 'banned' || unconfirmed) return stopped('requestPayment:fail banned', dialog)
  if (form === 'no_permission') {
    return stopped(`requestPayment:fail no permission; appId=${appid}`, dialog)
  }
  if (form === 'errno_102') {
    return stopped(`requestPayment:fail jsapi has no permission, ${detail}`, dialog)
  }
  return null
}

/** M29: the prepay_id can't be resolved; the text never means that an amount is missing. */
function unresolved(world: World, call: CashierCall): Opened {
  const why = explainPackage(String(call.package))
  const text = '调用支付JSAPI缺少参数: total_fee'
  switch (world.switches.total_fee_form) {
    case 'android':
      return stopped(`requestPayment:fail:${text}`, null, null, why)
    case 'ios':
      return stopped('requestPayment:fail', null, null, why)
    case 'dialog':
      return stopped(CANCEL, 'JSAPI缺少参数total_fee', null, why)
  }
}

function findTrade(world: World, call: CashierCall): { key: string; trade: Trade } | null {
  const match = /^prepay_id=(.+)$/.exec(String(call.package))
  const prepay = match === null ? undefined : world.get('prepays', match[1] ?? '')
  if (prepay === undefined) return null
  const trade = tradeAt(world, prepay.trade)
  if (trade === undefined) return null
  if (world.nowMs() >= prepay.createdAtMs + PREPAY_LIFE_MS) return null
  return { key: prepay.trade, trade }
}

function stateTrouble(world: World, trade: Trade): string | null {
  if (trade.state === 'CLOSED') return '订单已关闭'
  if (trade.state !== 'NOTPAY') return '该订单已支付'
  const late = trade.timeExpireMs !== null && world.nowMs() >= trade.timeExpireMs
  return late ? '订单已超过商户设置的最晚支付成功时间，请重新发起支付' : null
}

/** Any usable certificate of the order's merchant; signType must say RSA (M28, R41). */
function signatureFits(world: World, keys: KeyRing, call: CashierCall, trade: Trade): boolean {
  if (call.signType !== 'RSA') return false
  const message = signedLines(
    trade.appid,
    String(call.timeStamp),
    String(call.nonceStr),
    String(call.package),
  )
  const certificates = world.get('merchants', trade.mchid)?.certificates ?? []
  return certificates
    .filter(({ condition }) => condition === 'valid')
    .some(({ publicKey }) => rsaVerify(message, String(call.paySign), keys.publicKey(publicKey)))
}

function wrongSignature(
  world: World,
  keys: KeyRing,
  call: CashierCall,
  found: { readonly key: string; readonly trade: Trade },
): Opened {
  const { key, trade } = found
  const parts = {
    appid: trade.appid,
    timeStamp: String(call.timeStamp),
    nonceStr: String(call.nonceStr),
    package: String(call.package),
  }
  const [signType, paySign] = [String(call.signType), String(call.paySign)]
  const why = explainPaySign(world, keys, trade, parts, signType, paySign)
  const errMsg = world.switches.pay_sign_form === 'dialog' ? CANCEL : 'requestPayment:fail'
  return stopped(errMsg, '支付验证签名失败', key, why)
}

/** The client's checks in its order (mini-program.md §6.1, "loading" phase). */
export function openCashier(world: World, keys: KeyRing, call: CashierCall): Opened {
  const clauses = parameterClauses(call)
  if (clauses !== '') {
    const errMsg = `requestPayment:fail parameter error: ${clauses}`
    return stopped(errMsg, null, null, explainParameters(clauses))
  }
  const banned = withoutCapability(world, call.appid)
  if (banned !== null) return banned
  const found = findTrade(world, call)
  if (found === null) return unresolved(world, call)
  const { key, trade } = found
  const trouble = stateTrouble(world, trade)
  if (trouble !== null) return stopped(CANCEL, trouble, key)
  if (trade.appid !== call.appid) {
    const why = explainApp(trade.appid, call.appid)
    return stopped(CANCEL, '商户传入的appid参数不正确', key, why)
  }
  if (!signatureFits(world, keys, call, trade)) return wrongSignature(world, keys, call, found)
  if (world.get('openids', `${trade.appid}/${trade.openid}`) !== call.person) {
    return stopped(CANCEL, '下单账号与支付账号不一致，请核实后再支付', key)
  }
  return { ok: true, key, trade, person: world.must('people', call.person) }
}

/** The sheet as the person sees it before deciding. Changes nothing. */
export function previewCashier(world: World, keys: KeyRing, call: CashierCall): CashierPreview {
  const opened = openCashier(world, keys, call)
  const balance = world.get('people', call.person)?.balance ?? fen(0)
  const nothing = { merchant_name: null, description: null, total: null, balance }
  if (!opened.ok) {
    const { errMsg, dialog, diagnosis } = opened
    const why = diagnosis === null ? {} : { diagnosis }
    return { ok: false, errMsg, dialog, ...nothing, ...why }
  }
  const { trade } = opened
  const merchant = world.get('merchants', trade.mchid)
  return {
    ok: true,
    errMsg: null,
    dialog: null,
    merchant_name: merchant?.name ?? trade.mchid,
    description: trade.description,
    total: trade.total,
    balance,
  }
}

function told(world: World, key: string | null, errMsg: string | null, dialog: string | null) {
  const trade = key === null ? undefined : tradeAt(world, key)
  return { errMsg, trade_state: trade?.state ?? null, dialog }
}

function paid(
  world: World,
  opened: Opened & { ok: true },
  action: CashierAction,
  fault: Fault | null,
): CashierResult {
  const { key, trade, person } = opened
  if (person.balance < payable(world, trade)) return told(world, key, CANCEL, '零钱余额不足')
  payTrade(world, key, trade, person.id, fault?.kind === 'query_lags' ? fault.delayMs : 0)
  if (action === 'pay_and_leave' || fault?.kind === 'no_callback') {
    return told(world, key, null, null)
  }
  return told(world, key, fault?.kind === 'cancel_although_paid' ? CANCEL : OK, null)
}

/**
 * The person meets the cashier and does something. A failed attempt leaves the order NOTPAY and
 * notifies nobody (R39); a payment moves the money at once.
 */
export function actInCashier(
  world: World,
  keys: KeyRing,
  call: CashierCall,
  action: CashierAction,
  fault: Fault | null,
): CashierResult {
  const opened = openCashier(world, keys, call)
  if (!opened.ok) {
    const result = told(world, opened.key, opened.errMsg, opened.dialog)
    return opened.diagnosis === null ? result : { ...result, diagnosis: opened.diagnosis }
  }
  switch (action) {
    case 'pay':
    case 'pay_and_leave':
      return paid(world, opened, action, fault)
    case 'cancel':
      return told(world, opened.key, CANCEL, null)
    case 'wrong_password':
      return told(world, opened.key, CANCEL, '支付密码错误，请重试')
    case 'insufficient_balance':
      return told(world, opened.key, CANCEL, '零钱余额不足')
    case 'leave':
      return told(world, opened.key, null, null)
  }
}
