import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import {
  type Headers,
  type Instant,
  instant,
  KeyRing,
  loadApiV3Key,
  type PlatformKey,
  parseMchid,
  parseSerialNo,
  platformCertificate,
  platformPublicKey,
  type RequestSigner,
  sealResource,
  signMessage,
} from '../index.ts'
import { issueCertificate } from './certificate.ts'

/** Both sides of a conversation with WeChat Pay, for tests: fresh keys, no clock, no network. */
export interface World {
  readonly now: Instant
  readonly signer: RequestSigner
  readonly apiv3Key: KeyObject
  /** WeChat's private key behind the certificate. */
  readonly platformPrivateKey: KeyObject
  readonly certificatePem: string
  readonly certificate: PlatformKey
  readonly publicKeyPrivate: KeyObject
  readonly publicKey: PlatformKey
  readonly ring: KeyRing
}

const rsa = () => generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey

export const NOW = instant(1_790_000_000_000)

/** Makes a world with one platform certificate and one public key in the ring. */
export function makeWorld(): World {
  const [merchantKey, platformPrivateKey, publicKeyPrivate] = [rsa(), rsa(), rsa()]
  const certificatePem = issueCertificate({
    privateKey: platformPrivateKey,
    serial: '5157F09EFDC096DE15EBE81A47057A7232F1B8E1',
    name: 'Tenpay.com sign',
    from: '2026-01-01T00:00:00',
    until: '2031-01-01T00:00:00',
  })
  const signer = {
    mchid: parseMchid('1900007291'),
    serial: parseSerialNo('408B07E79B8269FEC3D5D3E6AB8ED163A6A380DB'),
    privateKey: merchantKey,
  }
  const certificate = platformCertificate(certificatePem)
  const publicText = createPublicKey(publicKeyPrivate).export({ type: 'spki', format: 'pem' })
  const publicKey = platformPublicKey('PUB_KEY_ID_0114232134912410000000000000', String(publicText))
  return {
    now: NOW,
    signer,
    apiv3Key: loadApiV3Key('0123456789abcdef0123456789ABCDEF'),
    platformPrivateKey,
    certificatePem,
    certificate,
    publicKeyPrivate,
    publicKey,
    ring: new KeyRing(signer.serial, [certificate, publicKey]),
  }
}

/** The four headers by which WeChat signs a body, at `at` and with one of its two keys. */
export async function signedHeaders(
  world: World,
  body: string | Uint8Array,
  by: 'certificate' | 'public_key' = 'certificate',
  at: Instant = world.now,
): Promise<Array<[string, string]>> {
  const key = by === 'certificate' ? world.platformPrivateKey : world.publicKeyPrivate
  const serial = by === 'certificate' ? world.certificate.serial : world.publicKey.serial
  const [timestamp, nonce] = [String(Math.floor(at / 1000)), 'd824f2e086d3c1df967785d13fcd22ef']
  const signature = await signMessage(key, { timestamp, nonce, body: Buffer.from(body) })
  return [
    ['Wechatpay-Timestamp', timestamp],
    ['Wechatpay-Nonce', nonce],
    ['Wechatpay-Serial', serial],
    ['Wechatpay-Signature', signature],
  ]
}

/** The list with one header's value replaced. */
export function withHeader(headers: Headers, name: string, value: string): Headers {
  return headers.map(([key, old]) => [key, key === name ? value : old])
}

/** The body of a notification with this content, sealed for the merchant. */
export function sealedNotification(
  world: World,
  content: unknown,
  envelope: { event_type?: string; original_type?: string; algorithm?: string } = {},
): string {
  const { event_type = 'TRANSACTION.SUCCESS', original_type = 'transaction' } = envelope
  const parts = { nonce: 'fdasflkja484', associatedData: original_type }
  const sealed = sealResource(world.apiv3Key, parts, JSON.stringify(content))
  const algorithm = envelope.algorithm ?? sealed.algorithm
  return JSON.stringify({
    id: '6b1c2f5e-0e2b-5d7a-9c3f-2f9b6f1f0a11',
    create_time: '2026-09-21T22:13:20+08:00',
    resource_type: 'encrypt-resource',
    event_type,
    summary: '支付成功',
    resource: { original_type, ...sealed, algorithm },
  })
}

export const PAID = {
  appid: 'wxd678efh567hg6787',
  mchid: '1900007291',
  out_trade_no: '1217752501201407033233368018',
  transaction_id: '4200002345202609101234567890',
  trade_type: 'JSAPI',
  trade_state: 'SUCCESS',
  trade_state_desc: '支付成功',
  bank_type: 'OTHERS',
  attach: '',
  success_time: '2026-09-10T10:34:56+08:00',
  payer: { openid: 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o' },
  amount: { total: 100, payer_total: 90, currency: 'CNY', payer_currency: 'CNY' },
} as const
