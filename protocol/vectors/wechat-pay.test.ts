import { createPrivateKey, createPublicKey, createSecretKey, sign } from 'node:crypto'
import { expect, test } from 'vitest'
import {
  authorizeRequest,
  buildAuthorization,
  cashierFields,
  cashierMessage,
  instant,
  KeyRing,
  loadApiV3Key,
  loadPrivateKey,
  openResource,
  parseAppid,
  parseMchid,
  parsePrepayId,
  parseSerialNo,
  platformCertificate,
  platformPublicKey,
  readNotification,
  requestMessage,
  verifyMessage,
} from '../index.ts'
import { openGcm, sealGcm } from '../seal/gcm.ts'
import { signBytes, verifyBytes } from '../sign/rsa.ts'
import vectors from './wechat-pay.json' with { type: 'json' }

const { K1, V6, V9 } = vectors
const privateKey = loadPrivateKey(K1.private_key_pkcs8)
const publicKey = createPublicKey({
  key: Buffer.from(K1.public_key_spki, 'base64'),
  format: 'der',
  type: 'spki',
})
const ownSerial = parseSerialNo(K1.serial_no)

test('the published test key and its published public half belong together', () => {
  expect(
    createPublicKey(createPrivateKey(privateKey.export({ type: 'pkcs8', format: 'pem' }))).equals(
      publicKey,
    ),
  ).toBe(true)
})

test.each(vectors.requests)(
  '$name: a request signature equals the published one',
  async (vector) => {
    const request = { ...vector, body: Buffer.from(vector.body) }
    const signer = { mchid: parseMchid(K1.mchid), serial: ownSerial, privateKey }
    const header = await authorizeRequest(signer, request)
    expect(header).toBe(
      buildAuthorization({
        mchid: K1.mchid,
        nonce: vector.nonce,
        timestamp: String(vector.timestamp),
        serial: K1.serial_no,
        signature: vector.signature,
      }),
    )
    expect(verifyBytes(publicKey, requestMessage(request), vector.signature)).toBe(true)
  },
)

test('V1: the body that is signed has 295 bytes, its Chinese in UTF-8', () => {
  expect(Buffer.byteLength(vectors.requests[0]?.body ?? '')).toBe(295)
})

test.each(vectors.cashier)(
  '$name: a call-up signature equals the published one',
  async (vector) => {
    expect(await signBytes(privateKey, cashierMessage(vector))).toBe(vector.signature)
  },
)

test('V4: the five call-up fields carry the prefix, unlike the bare form of V5', async () => {
  const [v4, v5] = vectors.cashier
  const fields = await cashierFields(
    {
      appid: parseAppid(v4?.appid),
      prepay_id: parsePrepayId(v5?.package),
      at: instant(Number(v4?.timeStamp) * 1000),
      nonce: v4?.nonceStr ?? '',
    },
    privateKey,
  )
  expect(fields).toEqual({
    timeStamp: v4?.timeStamp,
    nonceStr: v4?.nonceStr,
    package: v4?.package,
    signType: 'RSA',
    paySign: v4?.signature,
  })
  expect(fields.paySign).not.toBe(v5?.signature)
})

const v6Headers = [
  ['Wechatpay-Timestamp', V6.timestamp],
  ['Wechatpay-Nonce', V6.nonce],
  ['Wechatpay-Serial', 'PUB_KEY_ID_0114232134912410000000000000'],
  ['Wechatpay-Signature', V6.signature],
] as const
const v6Ring = new KeyRing(ownSerial, [
  platformPublicKey('PUB_KEY_ID_0114232134912410000000000000', V6.public_key_spki),
])
const v6Now = instant(Number(V6.timestamp) * 1000)

test('V6: a published answer verifies with the published public key', () => {
  const message = { headers: v6Headers, body: Buffer.from(V6.body) }
  expect(verifyMessage(message, v6Ring, v6Now).ok).toBe(true)
})

test('V6: the same answer with one byte changed does not verify', () => {
  const body = Buffer.from(V6.body.replace('EIz1', 'EIz2'))
  expect(verifyMessage({ headers: v6Headers, body }, v6Ring, v6Now)).toMatchObject({
    ok: false,
    reason: 'signature_wrong',
  })
})

test.each(vectors.gcm)(
  '$name: AES-GCM opens the published ciphertext, and seals it back',
  (vector) => {
    const key = createSecretKey(Buffer.from(vector.key))
    const parts = { nonce: vector.nonce, associatedData: vector.associated_data }
    const sealed = Buffer.from(vector.ciphertext, 'base64')
    expect(openGcm(key, parts, sealed)?.toString()).toBe(vector.plaintext)
    expect(sealGcm(key, parts, Buffer.from(vector.plaintext)).toString('base64')).toBe(
      vector.ciphertext,
    )
    sealed[0] = (sealed[0] ?? 0) ^ 1
    expect(openGcm(key, parts, sealed)).toBeNull()
  },
)

test.each(vectors.gcm.filter(({ key }) => key.length === 32))(
  '$name: the public function opens it as a resource',
  (vector) => {
    const resource = { ...vector, algorithm: 'AEAD_AES_256_GCM' }
    const opened = openResource([loadApiV3Key(vector.key)], resource)
    expect(opened.ok && opened.plaintext.toString()).toBe(vector.plaintext)
  },
)

test('V8 and V9: their 16-byte keys are refused as APIv3 keys', () => {
  expect(() => loadApiV3Key('testAPIv3Key0000')).toThrow('exactly 32 characters')
  expect(() => loadApiV3Key(V9.apiv3_key)).toThrow('exactly 32 characters')
})

const v9Certificate = platformCertificate(V9.certificate_der)

test('V9: a whole published notification verifies, opens and keeps its text', () => {
  const reading = readNotification(
    {
      headers: [
        ['wechatpay-timestamp', V9.timestamp],
        ['wechatpay-nonce', V9.nonce],
        ['wechatpay-serial', V9.serial_no],
        ['wechatpay-signature', V9.signature],
      ],
      body: Buffer.from(V9.body),
    },
    {
      keys: new KeyRing(ownSerial, [v9Certificate]),
      // The library's own loader refuses 16 bytes; the vector needs them.
      apiv3Keys: [createSecretKey(Buffer.from(V9.apiv3_key))],
    },
    instant(Number(V9.timestamp) * 1000),
  )
  expect(reading).toEqual({
    ok: true,
    notification: {
      kind: 'other',
      id: '3119dfba-e649-5eec-ab1e-3412bc4d2e17',
      event_type: 'PAYSCORE.USER_OPEN_SERVICE',
      original_type: 'payscore',
      create_time: '2021-06-24T16:37:26+08:00',
      serial: V9.serial_no,
      plaintext: V9.plaintext,
    },
  })
})

test("V9: the published signature of K2 verifies with the certificate's key", () => {
  const { key, serial } = v9Certificate
  expect(serial).toBe(V9.serial_no)
  expect(verifyBytes(key, Buffer.from(V9.signed_text), V9.signed_text_signature)).toBe(true)
  // A signature of another key over the same bytes is not taken for it.
  const other = sign('sha256', Buffer.from(V9.signed_text), privateKey).toString('base64')
  expect(verifyBytes(key, Buffer.from(V9.signed_text), other)).toBe(false)
})
