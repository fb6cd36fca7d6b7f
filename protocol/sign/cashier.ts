import type { KeyObject } from 'node:crypto'
import { type Appid, epochSeconds, type Instant, type PrepayId } from '../model/index.ts'
import { signBytes } from './rsa.ts'

/** The five strings for `wx.requestPayment` (小程序调起支付). All of them are strings, always. */
export interface CashierFields {
  /** Seconds since the epoch. */
  readonly timeStamp: string
  readonly nonceStr: string
  /** `prepay_id=` and the prepay_id. */
  readonly package: string
  /** Must be passed: WeChat assumes MD5, the old interface's way, when it is absent. */
  readonly signType: 'RSA'
  readonly paySign: string
}

/** The four lines of a call-up signature, each ended by a line feed. signType is not signed. */
export function cashierMessage(call: {
  readonly appid: string
  readonly timeStamp: string
  readonly nonceStr: string
  readonly package: string
}): Buffer {
  return Buffer.from(`${call.appid}\n${call.timeStamp}\n${call.nonceStr}\n${call.package}\n`)
}

/**
 * Makes the five fields for a prepay_id. The key must be that of the mchid which asked for the
 * prepay_id, the appid that of the order; `nonce` is random, 1 to 32 letters and digits.
 */
export async function cashierFields(
  call: {
    readonly appid: Appid
    readonly prepay_id: PrepayId
    readonly at: Instant
    readonly nonce: string
  },
  privateKey: KeyObject,
): Promise<CashierFields> {
  if (!/^[0-9A-Za-z]{1,32}$/.test(call.nonce)) {
    throw new RangeError('a nonce must be 1 to 32 letters and digits')
  }
  const timeStamp = String(epochSeconds(call.at))
  const fields = { timeStamp, nonceStr: call.nonce, package: `prepay_id=${call.prepay_id}` }
  const paySign = await signBytes(privateKey, cashierMessage({ appid: call.appid, ...fields }))
  return { ...fields, signType: 'RSA', paySign }
}
