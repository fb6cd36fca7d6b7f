// A correctly signed and sealed notification for a unit test that has no server.
import { beijingDate, instant, rfc3339Beijing } from '@minitill/protocol/model'
import { realPorts } from '../adapters/real.ts'
import { signatureHeaders } from '../api/pay-answer.ts'
import type { Signer } from '../api/signer.ts'
import { KeyRing } from '../crypto/keys.ts'
import { sealResource } from '../crypto/seal.ts'
import { type Draw, drawOf } from '../draw.ts'
import { wechatPublicKey } from '../merchant.ts'
import type { KeyPairPem } from '../ports.ts'
import type { Merchant, Meta } from '../state.ts'
import type { WorldSnapshot } from './shapes.ts'

export type NotificationFault =
  | 'wrong_signature'
  | 'missing_signature'
  | 'unknown_serial'
  | 'timestamp_old'
  | 'timestamp_future'
  | 'signtest'
  | 'damaged_ciphertext'

export interface NotificationInput {
  /** `TRANSACTION.SUCCESS` unless given. */
  readonly event_type?: string
  /** Fields over those of a paid order; for another event the whole content. */
  readonly content?: Readonly<Record<string, unknown>>
  /** 32 letters or digits that seal the content; made when absent. */
  readonly apiv3_key?: string
  /** WeChat's key: the serial or public key id, and the private key as PEM; made when absent. */
  readonly sign?: { readonly serial_no: string; readonly private_key: string }
  /** Takes both keys from a world's snapshot instead, so that its merchants' servers accept it. */
  readonly from?: WorldSnapshot
  /** Epoch milliseconds of the message; now unless given. */
  readonly at?: number
  /** Makes it wrong in one way. */
  readonly fault?: NotificationFault
}

export interface SignedNotification {
  /** The raw bytes: verify these and not a text made again from the JSON. */
  readonly body: Uint8Array
  /** The same as text. */
  readonly text: string
  /** Names in lower case, the five of the signature among them. */
  readonly headers: Readonly<Record<string, string>>
  /** What is sealed in it. */
  readonly content: Readonly<Record<string, unknown>>
  /** What the receiver must know: configure your code with these. */
  readonly keys: {
    readonly serial_no: string
    readonly public_key: string
    readonly apiv3_key: string
  }
}

const APIV3_KEY = 'MinitillSimulatorNotification000'
const ring = new KeyRing()
const ports = realPorts('silent', { detached: true })
let madePair: Promise<KeyPairPem> | null = null

interface Keys {
  readonly signer: Signer
  readonly publicKey: string
  readonly apiv3Key: string
}

function ofSnapshot(from: WorldSnapshot): { apiv3Key: string | null; signer: Signer } {
  const tables = from.tables as { meta: [string, Meta][]; merchants: [string, Merchant][] }
  const mchid = new Map(tables.meta).get('world')?.defaultMchid
  const merchant = new Map(tables.merchants).get(mchid ?? '')
  if (merchant === undefined) throw new RangeError('from: give what snapshot() gave')
  const { apiv3Key, publicKey } = merchant
  return { apiv3Key, signer: { serialNo: publicKey.id, privateKey: publicKey.privateKey } }
}

async function signerOf(input: NotificationInput): Promise<Signer> {
  if (input.sign !== undefined) {
    return { serialNo: input.sign.serial_no, privateKey: input.sign.private_key }
  }
  if (input.from !== undefined) return ofSnapshot(input.from).signer
  madePair ??= ports.newKeyPair()
  const { id, privateKey } = wechatPublicKey(await madePair, '0000000000000000000001')
  return { serialNo: id, privateKey }
}

async function keysOf(input: NotificationInput): Promise<Keys> {
  const signer = await signerOf(input)
  const known = input.from === undefined ? null : ofSnapshot(input.from).apiv3Key
  const apiv3Key = input.apiv3_key ?? known ?? APIV3_KEY
  if (!/^[0-9A-Za-z]{32}$/.test(apiv3Key)) {
    throw new RangeError('apiv3_key: must be 32 letters or digits')
  }
  const publicKey = ring.publicKey(signer.privateKey).export({ type: 'spki', format: 'pem' })
  return { signer, publicKey: publicKey.toString(), apiv3Key }
}

/** A paid order of 0.01 yuan as a notification tells it (§6.3). */
function paidOrder(draw: Draw, nowMs: number): Readonly<Record<string, unknown>> {
  const day = beijingDate(instant(nowMs)).replaceAll('-', '')
  return {
    mchid: '1999900000',
    appid: 'wx0000000000000000',
    out_trade_no: `TEST${draw.digits(20)}`,
    transaction_id: `4200${draw.digits(6)}${day}${draw.digits(10)}`,
    trade_type: 'JSAPI',
    trade_state: 'SUCCESS',
    trade_state_desc: '支付成功',
    bank_type: 'OTHERS',
    attach: '',
    success_time: rfc3339Beijing(instant(nowMs)),
    payer: { openid: `o${draw.base64url(27)}` },
    amount: { total: 1, payer_total: 1, currency: 'CNY', payer_currency: 'CNY' },
  }
}

const SUMMARIES: Readonly<Record<string, string>> = {
  'TRANSACTION.SUCCESS': '支付成功',
  'REFUND.SUCCESS': '退款成功',
  'REFUND.ABNORMAL': '退款异常',
  'REFUND.CLOSED': '退款关闭',
}

function envelope(
  event: string,
  content: Readonly<Record<string, unknown>>,
  keys: Keys,
  input: NotificationInput,
  draw: Draw,
) {
  const type = event.startsWith('REFUND.') ? 'refund' : 'transaction'
  const nonce = draw.word(12)
  const sealed = sealResource(JSON.stringify(content), keys.apiv3Key, nonce, type)
  const damaged = `${sealed.startsWith('A') ? 'B' : 'A'}${sealed.slice(1)}`
  const id = draw.hex(32)
  return {
    id: [id.slice(0, 8), id.slice(8, 12), id.slice(12, 16), id.slice(16, 20), id.slice(20)].join(
      '-',
    ),
    create_time: rfc3339Beijing(instant(input.at ?? ports.realNowMs())),
    resource_type: 'encrypt-resource',
    event_type: event,
    summary: SUMMARIES[event] ?? event,
    resource: {
      original_type: type,
      algorithm: 'AEAD_AES_256_GCM',
      ciphertext: input.fault === 'damaged_ciphertext' ? damaged : sealed,
      associated_data: type,
      nonce,
    },
  }
}

/**
 * Makes one notification: raw body, headers and the keys that verify and open it. The key pair is
 * made once in a process. RangeError for an unusable key.
 */
export async function signedNotification(
  input: NotificationInput = {},
): Promise<SignedNotification> {
  const keys = await keysOf(input)
  const nowMs = input.at ?? ports.realNowMs()
  const draw = drawOf(ports.newSeed(), 'signed-notification', 0)
  const event = input.event_type ?? 'TRANSACTION.SUCCESS'
  const base = event === 'TRANSACTION.SUCCESS' ? paidOrder(draw, nowMs) : {}
  const content = { ...base, ...input.content }
  const body = Buffer.from(JSON.stringify(envelope(event, content, keys, input, draw)), 'utf8')
  const unknown = { ...keys.signer, serialNo: `7${draw.hex(39).toUpperCase()}` }
  const signer = input.fault === 'unknown_serial' ? unknown : keys.signer
  const signed = signatureHeaders({ keys: ring, nowMs }, signer, body, input.fault, draw)
  return {
    body,
    text: body.toString('utf8'),
    headers: {
      'content-type': 'application/json',
      accept: '*/*',
      'user-agent': 'Mozilla/4.0',
      ...(input.fault === 'missing_signature' ? {} : signed),
    },
    content,
    keys: {
      serial_no: keys.signer.serialNo,
      public_key: keys.publicKey,
      apiv3_key: keys.apiv3Key,
    },
  }
}
