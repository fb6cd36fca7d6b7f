// The bytes of one notification attempt: sealed and signed anew each time (R52, R55).
import { instant, rfc3339Beijing } from '@minitill/protocol/model'
import { shuffledJson, signatureHeaders } from './api/pay-answer.ts'
import {
  newestCertificate,
  otherMerchantSigner,
  type Signer,
  signerOfNotification,
  unknownSigner,
} from './api/signer.ts'
import type { Json } from './api/wire.ts'
import type { KeyRing } from './crypto/keys.ts'
import { sealResource } from './crypto/seal.ts'
import type { Draw } from './draw.ts'
import { rotatePlatform } from './merchant.ts'
import { sealingKey, spoiledMessage, spoiledResource } from './mischief/spoil.ts'
import type { OutgoingMessage } from './ports.ts'
import type { Merchant, Notification } from './state.ts'
import { paidView } from './trade.ts'
import type { World } from './world.ts'

const TIMEOUT_MS = 5000

export interface Composed {
  readonly message: OutgoingMessage
  readonly plaintext: string
}

function content(world: World, notification: Notification, kind: string | undefined): Json | null {
  const trade = world.get('trades', notification.trade)
  if (trade === undefined || trade.payment === null) return null
  const view = paidView(trade, trade.payment, 'SUCCESS')
  switch (kind) {
    case 'wrong_amount': {
      const total = trade.total + 1
      const amount = { total, payer_total: total, currency: 'CNY', payer_currency: 'CNY' }
      return { ...view, amount }
    }
    case 'unknown_order':
      return { ...view, out_trade_no: `${trade.outTradeNo.slice(0, 20)}UNKNOWN` }
    case 'wrong_app':
      return { ...view, appid: `${trade.appid.slice(0, -1)}${trade.appid.endsWith('0') ? 1 : 0}` }
    case 'wrong_merchant':
      return { ...view, mchid: `${trade.mchid.slice(0, -1)}0` }
    default:
      return view
  }
}

function signer(
  world: World,
  merchant: Merchant,
  kind: string | undefined,
  draw: Draw,
): { readonly signer: Signer; readonly merchant: Merchant } {
  if (kind === 'unknown_serial') return { signer: unknownSigner(merchant, draw), merchant }
  if (kind === 'other_merchant_key')
    return { signer: otherMerchantSigner(world, merchant), merchant }
  if (kind === 'platform_rotation') {
    const rotated = rotatePlatform(world, merchant)
    return { signer: newestCertificate(rotated), merchant: rotated }
  }
  const now = world.nowMs()
  return { signer: signerOfNotification(world, merchant, now, draw), merchant }
}

/** Another base64 text of the same length: one byte of the ciphertext differs. */
function damaged(ciphertext: string): string {
  const bytes = Buffer.from(ciphertext, 'base64')
  bytes[0] = (bytes[0] ?? 0) ^ 1
  return bytes.toString('base64')
}

function envelope(
  world: World,
  notification: Notification,
  plaintext: string,
  apiv3Key: string,
  kind: string | undefined,
  draw: Draw,
): Json {
  const nonce = draw.word(12)
  const sealed = sealResource(plaintext, sealingKey(kind, apiv3Key), nonce, 'transaction')
  const resource = {
    original_type: kind === 'other_type' ? 'profitsharing' : 'transaction',
    algorithm: 'AEAD_AES_256_GCM',
    ciphertext: kind === 'damaged_ciphertext' ? damaged(sealed) : sealed,
    associated_data: 'transaction',
    nonce,
  }
  const fresh = world.switches.notification_id === 'new' && notification.attempts > 0
  const id = notification.copyOf ?? notification.id
  return {
    id: fresh ? `${id.slice(0, 24)}${draw.hex(12)}` : id,
    create_time: rfc3339Beijing(instant(notification.createdAtMs)),
    resource_type: 'encrypt-resource',
    event_type: 'TRANSACTION.SUCCESS',
    summary: '支付成功',
    resource: spoiledResource(kind, resource, draw),
  }
}

/** The message of this attempt; null when there is nothing to send or no key to seal it with. */
export function compose(
  world: World,
  keys: KeyRing,
  notification: Notification,
  kind: string | undefined,
): Composed | null {
  const merchant = world.get('merchants', notification.mchid)
  const told = content(world, notification, kind)
  if (merchant === undefined || merchant.apiv3Key === null || told === null) return null
  const draw = world.draw(`courier:${merchant.mchid}`)
  const plaintext = shuffledJson(told, draw)
  const chosen = signer(world, merchant, kind, draw)
  const outer = envelope(world, notification, plaintext, merchant.apiv3Key, kind, draw)
  const body = Buffer.from(shuffledJson(outer, draw), 'utf8')
  const context = { keys, nowMs: world.nowMs() }
  const signature =
    kind === 'missing_signature'
      ? {}
      : signatureHeaders(context, chosen.signer, body, kind, world.draw('courier-signature'))
  const headers = {
    'content-type': 'application/json',
    accept: '*/*',
    'user-agent': 'Mozilla/4.0',
    'request-id': `08${draw.hex(58).toUpperCase()}-0`,
    ...signature,
  }
  const message = { url: notification.url, headers, body, timeoutMs: TIMEOUT_MS }
  return { message: spoiledMessage(kind, message, draw), plaintext }
}
