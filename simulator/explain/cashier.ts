// Why the cashier did not open: the call of wx.requestPayment (wechat-pay.md §3.2).
import type { Diagnosis } from '../api/wire.ts'
import type { KeyRing } from '../crypto/keys.ts'
import type { Trade } from '../state.ts'
import type { World } from '../world.ts'
import { diagnosed } from './diagnosed.ts'
import type { Candidate } from './parts.ts'
import { knownKeys } from './request.ts'
import { explainSignature } from './signature.ts'
import type { Code } from './words.ts'

const MOST_APPS = 20
const MOST_SHOWN = 512

/** The four lines that are signed for the cashier. */
export interface CashierParts {
  readonly appid: string
  readonly timeStamp: string
  readonly nonceStr: string
  readonly package: string
}

function textOf(parts: CashierParts): string {
  return `${parts.appid}\n${parts.timeStamp}\n${parts.nonceStr}\n${parts.package}\n`
}

/** Parameters of another type than string: what the client itself says. */
export function explainParameters(clauses: string): Diagnosis {
  return diagnosed(['cashier_parameter_type'], 'String', clauses.slice(0, MOST_SHOWN))
}

/** A `package` that names no order; null when its form is right. */
export function explainPackage(bag: string): Diagnosis | null {
  const number = bag.replace(/^(?:prepay_id=)+/, '')
  const code: Code | null = bag.startsWith('prepay_id=prepay_id=')
    ? 'package_prefix_doubled'
    : bag.startsWith('prepay_id=') || bag === ''
      ? null
      : 'package_prefix_missing'
  if (code === null) return null
  return diagnosed([code], `prepay_id=${number}`.slice(0, MOST_SHOWN), bag.slice(0, MOST_SHOWN))
}

export function explainApp(expected: string, received: string): Diagnosis {
  return diagnosed(['app_other'], expected, received)
}

function variants(parts: CashierParts, appids: readonly string[]): readonly Candidate[] {
  const number = parts.package.replace(/^prepay_id=/, '')
  const { timeStamp } = parts
  const near = [1, -1, 2, -2, 3, -3].map((by) => String(Number(timeStamp) + by))
  const changed: readonly (readonly [Code, Partial<CashierParts>])[] = [
    ['package_unsigned_prefix', { package: number }],
    ['package_signed_prefix', { package: `prepay_id=${parts.package}` }],
    ...appids.map((appid) => ['appid_other', { appid }] as const),
    ['timestamp_milliseconds', { timeStamp: `${timeStamp}000` }],
    ['timestamp_milliseconds', { timeStamp: timeStamp.slice(0, 10) }],
    ...near.map((one) => ['timestamp_differs', { timeStamp: one }] as const),
    ['nonce_case', { nonceStr: parts.nonceStr.toLowerCase() }],
    ['nonce_case', { nonceStr: parts.nonceStr.toUpperCase() }],
    ['nonce_dashes', { nonceStr: parts.nonceStr.replaceAll('-', '') }],
    ['nonce_empty', { nonceStr: '' }],
  ]
  return changed.map(([code, more]) => ({ codes: [code], text: textOf({ ...parts, ...more }) }))
}

function frames(parts: CashierParts): readonly Candidate[] {
  const { appid, timeStamp: time, nonceStr: nonce, package: bag } = parts
  const right = textOf(parts)
  const rest = `nonceStr=${nonce}&package=${bag}`
  const v2 = `appId=${appid}&${rest}&signType=RSA&timeStamp=${time}`
  const orders = [
    [appid, nonce, time, bag],
    [time, nonce, bag, appid],
    [appid, time, bag, nonce],
    [bag, nonce, time, appid],
  ]
  const made: readonly (readonly [Code, string])[] = [
    ['missing_last_newline', right.slice(0, -1)],
    ['crlf', right.replaceAll('\n', '\r\n')],
    ['extra_last_newline', `${right}\n`],
    ['newline_literal', right.replaceAll('\n', '\\n')],
    ['newlines_missing', right.replaceAll('\n', '')],
    ['cashier_sign_type_line', `${right}RSA\n`],
    ['cashier_pairs', v2],
    ['cashier_pairs', `appId=${appid}&timeStamp=${time}&${rest}&signType=RSA`],
    ...orders.map((lines) => ['lines_reordered', `${lines.join('\n')}\n`] as const),
  ]
  return made.map(([code, text]) => ({ codes: [code], text }))
}

function candidates(parts: CashierParts, appids: readonly string[]): readonly Candidate[] {
  const single = variants(parts, appids)
  const right = textOf(parts)
  const both = single.map(({ codes, text }) => ({
    codes: [...codes, 'missing_last_newline' as const],
    text: text.slice(0, -1),
  }))
  const wrong = [...single, ...frames(parts), ...both].filter(({ text }) => text !== right)
  return [{ codes: [], text: right }, ...wrong]
}

/** A call whose signType or paySign does not fit the order. */
export function explainPaySign(
  world: World,
  keys: KeyRing,
  trade: Trade,
  parts: CashierParts,
  signType: string,
  paySign: string,
): Diagnosis {
  if (signType !== 'RSA') {
    const v2 = ['MD5', 'HMAC-SHA256'].includes(signType.toUpperCase())
    return diagnosed(
      [v2 ? 'sign_type_v2' : 'sign_type_wrong'],
      'RSA',
      signType.slice(0, MOST_SHOWN),
    )
  }
  const merchant = world.get('merchants', trade.mchid)
  if (merchant === undefined) return diagnosed(['signature_mismatch'], textOf(parts), '')
  const apps = world.values('apps').slice(0, MOST_APPS)
  const appids = apps.map(({ appid }) => appid).filter((appid) => appid !== parts.appid)
  const valid = merchant.certificates.find(({ condition }) => condition === 'valid')
  const known = knownKeys(world, keys, merchant, valid?.serialNo ?? '')
  // Any usable certificate may sign a call of the cashier; no serial names one.
  const own = known.map((one) =>
    one.code === 'another_certificate' ? { ...one, code: null } : one,
  )
  const texts = candidates(parts, appids)
  return explainSignature(paySign, textOf(parts), own, () => texts, merchant.apiv3Key)
}
