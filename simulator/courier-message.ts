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
import { oldNotice } from './refund-v2.ts'
import { refundNotice } from './refund-view.ts'
import type { Merchant, Notification } from './state.ts'
import { paidView } from './trade.ts'
import type { World } from './world.ts'

const TIMEOUT_MS = 5000

export interface Composed {
  readonly message: OutgoingMessage
  readonly plaintext: string
}

/** What a fault makes of the content: another amount, order or merchant than the true one. */
function twisted(view: Json & object, no: string, kind: string | undefined): Json {
  const fields = view as { readonly [key: string]: Json }
  const number = String(fields[no])
  switch (kind) {
    case 'wrong_amount': {
      const amount = fields['amount'] as { readonly [key: string]: number }
      // Of a refund its own amount alone: what was paid is told as it is.
      const isWrong = (key: string) => !('refund' in amount) || key.endsWith('refund')
      const more = Object.entries(amount).map(([key, value]) =>
        typeof value === 'number' && isWrong(key) ? [key, value + 1] : [key, value],
      )
      return { ...fields, amount: Object.fromEntries(more) }
    }
    case 'unknown_order':
      return { ...fields, [no]: `${number.slice(0, 20)}UNKNOWN` }
    case 'wrong_app': {
      const appid = String(fields['appid'] ?? '')
      return { ...fields, appid: `${appid.slice(0, -1)}${appid.endsWith('0') ? 1 : 0}` }
    }
    case 'wrong_merchant':
      return { ...fields, mchid: `${String(fields['mchid']).slice(0, -1)}0` }
    default:
      return fields
  }
}

/** The names that an envelope has for its content (§6.2, §7.6). */
interface Kind {
  readonly eventType: string
  readonly originalType: 'transaction' | 'refund'
  readonly summary: string
}

const PAYMENT: Kind = {
  eventType: 'TRANSACTION.SUCCESS',
  originalType: 'transaction',
  summary: '支付成功',
}

/** Texts of the last two are guesses: no document shows them. */
const SUMMARIES = { SUCCESS: '退款成功', ABNORMAL: '退款异常', CLOSED: '退款关闭', PROCESSING: '' }

function kindOf({ refund }: Notification): Kind {
  if (refund === undefined) return PAYMENT
  const eventType = `REFUND.${refund.status}`
  return { eventType, originalType: 'refund', summary: SUMMARIES[refund.status] }
}

function content(world: World, notification: Notification, kind: string | undefined): Json | null {
  const trade = world.get('trades', notification.trade)
  if (trade === undefined || trade.payment === null) return null
  const about = notification.refund
  if (about === undefined) {
    return twisted(paidView(trade, trade.payment, 'SUCCESS'), 'out_trade_no', kind)
  }
  const refund = world.get('refunds', about.key)
  if (refund === undefined) return null
  return twisted(refundNotice(trade, refund, about.status), 'out_refund_no', kind)
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
  const { eventType, originalType, summary } = kindOf(notification)
  const sealed = sealResource(plaintext, sealingKey(kind, apiv3Key), nonce, originalType)
  const resource = {
    original_type: kind === 'other_type' ? 'profitsharing' : originalType,
    algorithm: 'AEAD_AES_256_GCM',
    ciphertext: kind === 'damaged_ciphertext' ? damaged(sealed) : sealed,
    associated_data: originalType,
    nonce,
  }
  const fresh = world.switches.notification_id === 'new' && notification.attempts > 0
  const id = notification.copyOf ?? notification.id
  return {
    id: fresh ? `${id.slice(0, 24)}${draw.hex(12)}` : id,
    create_time: rfc3339Beijing(instant(notification.createdAtMs)),
    resource_type: 'encrypt-resource',
    event_type: eventType,
    summary,
    resource: spoiledResource(kind, resource, draw),
  }
}

function oldForm(world: World, merchant: Merchant, notification: Notification): Composed | null {
  const { refund: about, trade: key } = notification
  const [trade, refund] = [world.get('trades', key), world.get('refunds', about?.key ?? '')]
  const settings = merchant.platformRefunds
  if (!trade || !refund || !about || !settings) return null
  const draw = world.draw(`courier:${merchant.mchid}`)
  return oldNotice(settings, trade, refund, about.status, draw)
}

/** The message of this attempt; null when there is nothing to send or no key to seal it with. */
export function compose(
  world: World,
  keys: KeyRing,
  notification: Notification,
  kind: string | undefined,
): Composed | null {
  const merchant = world.get('merchants', notification.mchid)
  if (merchant !== undefined && notification.old === true)
    return oldForm(world, merchant, notification)
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
