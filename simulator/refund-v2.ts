// The old form of a refund notice (R59): XML to the address that is set on the merchant platform,
// for refunds without a notify_url of their own, those of the platform itself among them.
import { instant, rfc3339Beijing } from '@minitill/protocol/model'
import { sealOld } from './crypto/old-seal.ts'
import type { Draw } from './draw.ts'
import type { OutgoingMessage } from './ports.ts'
import type { PlatformRefunds, Refund, RefundStatus } from './refund-state.ts'
import type { Trade } from './state.ts'

const TIMEOUT_MS = 5000

/** What the first version of the interface calls them. */
const STATES: Readonly<Record<RefundStatus, string>> = {
  SUCCESS: 'SUCCESS',
  ABNORMAL: 'CHANGE',
  CLOSED: 'REFUNDCLOSE',
  PROCESSING: 'PROCESSING',
}

function xml(root: string, fields: Readonly<Record<string, string | number>>): string {
  const inner = Object.entries(fields).map(([key, value]) =>
    typeof value === 'number'
      ? `<${key}>${value}</${key}>`
      : `<${key}><![CDATA[${value}]]></${key}>`,
  )
  return `<${root}>${inner.join('')}</${root}>`
}

/** `2026-11-23 10:00:00`, Beijing time. */
function oldTime(ms: number): string {
  return rfc3339Beijing(instant(ms)).slice(0, 19).replace('T', ' ')
}

/** The notice and what is sealed in it. */
export function oldNotice(
  settings: PlatformRefunds,
  trade: Trade,
  refund: Refund,
  status: RefundStatus,
  draw: Draw,
): { readonly message: OutgoingMessage; readonly plaintext: string } {
  const done = status === 'SUCCESS' && refund.finishedAtMs !== null
  const plaintext = xml('root', {
    out_refund_no: refund.outRefundNo,
    out_trade_no: trade.outTradeNo,
    refund_account: 'REFUND_SOURCE_RECHARGE_FUNDS',
    refund_fee: refund.amountFen,
    refund_id: refund.refundId,
    refund_recv_accout: refund.userReceivedAccount,
    refund_request_source: refund.external ? 'VENDOR_PLATFORM' : 'API',
    refund_status: STATES[status],
    settlement_refund_fee: refund.payerRefundFen,
    settlement_total_fee: trade.payment?.payerTotal ?? 0,
    ...(done ? { success_time: oldTime(refund.finishedAtMs ?? 0) } : {}),
    total_fee: trade.total,
    transaction_id: trade.payment?.transactionId ?? '',
  })
  const body = xml('xml', {
    return_code: 'SUCCESS',
    appid: trade.appid,
    mch_id: trade.mchid,
    nonce_str: draw.word(32),
    req_info: sealOld(plaintext, settings.key),
  })
  const headers = { 'content-type': 'text/xml', accept: '*/*', 'user-agent': 'Mozilla/4.0' }
  const message = { url: settings.url, headers, body: Buffer.from(body), timeoutMs: TIMEOUT_MS }
  return { message, plaintext }
}

/** The old form is acknowledged by what the body says, not by the status alone. */
export function acknowledgesOld(status: number, body: string): boolean {
  return status === 200 && /<return_code>\s*(<!\[CDATA\[)?SUCCESS/.test(body)
}
