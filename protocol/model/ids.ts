import { ModelError } from './model-error.ts'

type Id<Name extends string> = string & { readonly __brand: Name }

/** Id of a mini program. */
export type Appid = Id<'Appid'>
/** Id of a person within one mini program. Another program knows the same person by another one. */
export type Openid = Id<'Openid'>
/** Id of a person across the programs bound to one open platform account. */
export type Unionid = Id<'Unionid'>
/** Merchant number at WeChat Pay. */
export type Mchid = Id<'Mchid'>
/** Our number of a payment, unique per mchid for ever. */
export type OutTradeNo = Id<'OutTradeNo'>
/** WeChat Pay's number of a payment; exists once it is paid. */
export type TransactionId = Id<'TransactionId'>
/** The cashier's ticket for one order, good for two hours; opaque. */
export type PrepayId = Id<'PrepayId'>
/** Our number of a refund, unique per mchid: the idempotency key of the refund. */
export type OutRefundNo = Id<'OutRefundNo'>
/** WeChat Pay's number of a refund. */
export type RefundId = Id<'RefundId'>
/** Names a key: a certificate's serial (upper-case hex) or `PUB_KEY_ID_` and digits. */
export type SerialNo = Id<'SerialNo'>

interface Rule {
  readonly field: string
  readonly pattern: RegExp
  readonly says: string
}

function checked(value: unknown, rule: Rule): string {
  if (typeof value !== 'string') throw new ModelError(rule.field, 'must be a string')
  if (!rule.pattern.test(value)) throw new ModelError(rule.field, `must be ${rule.says}`)
  return value
}

const APPID: Rule = {
  field: 'appid',
  pattern: /^wx[0-9A-Za-z]{1,30}$/,
  says: '"wx" and 1 to 30 letters or digits',
}
const OPENID: Rule = {
  field: 'openid',
  pattern: /^[0-9A-Za-z_-]{1,128}$/,
  says: '1 to 128 letters, digits, "_" or "-"',
}
const UNIONID: Rule = { ...OPENID, field: 'unionid' }
const MCHID: Rule = { field: 'mchid', pattern: /^[0-9]{1,32}$/, says: '1 to 32 digits' }
const OUT_TRADE_NO: Rule = {
  field: 'out_trade_no',
  pattern: /^[0-9A-Za-z_\-|*]{6,32}$/,
  says: '6 to 32 letters, digits, "_", "-", "|" or "*"',
}
const TRANSACTION_ID: Rule = {
  field: 'transaction_id',
  pattern: /^[0-9A-Za-z]{1,32}$/,
  says: '1 to 32 letters or digits',
}
const PREPAY_ID: Rule = {
  field: 'prepay_id',
  pattern: /^[\x21-\x7e]{1,64}$/,
  says: '1 to 64 visible ASCII characters',
}
const OUT_REFUND_NO: Rule = {
  field: 'out_refund_no',
  pattern: /^[0-9A-Za-z_\-|*@]{1,64}$/,
  says: '1 to 64 letters, digits, "_", "-", "|", "*" or "@"',
}
const REFUND_ID: Rule = { ...TRANSACTION_ID, field: 'refund_id' }
const SERIAL_NO: Rule = {
  field: 'serial_no',
  pattern: /^(?:[0-9A-Fa-f]{1,40}|PUB_KEY_ID_[0-9]{1,64})$/,
  says: 'a certificate serial of 1 to 40 hex digits, or "PUB_KEY_ID_" and digits',
}

// Each parser throws ModelError naming the field and the rule. Lengths and alphabets are those of
// WeChat Pay's API pages (JSAPI 下单, 申请退款); where the pages give a length only, the alphabet is
// what is seen, widened so that a new form of WeChat's own ids does not stop a payment.

export const parseAppid = (value: unknown): Appid => checked(value, APPID) as Appid
export const parseOpenid = (value: unknown): Openid => checked(value, OPENID) as Openid
export const parseUnionid = (value: unknown): Unionid => checked(value, UNIONID) as Unionid
export const parseMchid = (value: unknown): Mchid => checked(value, MCHID) as Mchid
export const parsePrepayId = (value: unknown): PrepayId => checked(value, PREPAY_ID) as PrepayId
export const parseRefundId = (value: unknown): RefundId => checked(value, REFUND_ID) as RefundId
export const parseOutTradeNo = (value: unknown): OutTradeNo =>
  checked(value, OUT_TRADE_NO) as OutTradeNo
export const parseTransactionId = (value: unknown): TransactionId =>
  checked(value, TRANSACTION_ID) as TransactionId
export const parseOutRefundNo = (value: unknown): OutRefundNo =>
  checked(value, OUT_REFUND_NO) as OutRefundNo

/** Hex serials come back in upper case, as WeChat writes them; leading zeros are kept. */
export function parseSerialNo(value: unknown): SerialNo {
  return checked(value, SERIAL_NO).toUpperCase() as SerialNo
}

/** Whether the name belongs to a WeChat Pay public key (微信支付公钥) and not to a certificate. */
export function isPublicKeyId(serial: string): boolean {
  return serial.startsWith('PUB_KEY_ID_')
}
