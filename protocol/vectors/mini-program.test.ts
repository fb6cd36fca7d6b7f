import { createDecipheriv, createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import {
  cashierSignatureV2,
  loadMessageAesKey,
  openPush,
  openUserData,
  pushSignature,
  rawDataSignature,
  sealPush,
  sessionSignature,
  verifyPush,
  verifyRawData,
  virtualPaySignature,
} from '../index.ts'
import vectors from './mini-program.json' with { type: 'json' }

const { V1, V2, V3, V4, V5, V6, V7, V8, V9, V10, V11, V12 } = vectors
const keys = { token: V3.token, aesKey: loadMessageAesKey(V3.aes_key), appid: V3.appid }

test('V1: the check of a push URL', () => {
  expect(pushSignature(V1.token, V1.timestamp, V1.nonce)).toBe(V1.signature)
  expect(verifyPush(V1.token, V1)).toBe(true)
  expect(verifyPush(V1.token, { ...V1, nonce: '1514711493' })).toBe(false)
})

test('V2: a plain push', () => {
  expect(verifyPush(V2.token, V2)).toBe(true)
  expect(verifyPush('AAAAB', V2)).toBe(false)
})

test('V3: a push in safe mode opens', () => {
  expect(openPush(keys, V3, V3.encrypt)).toEqual({ ok: true, message: V3.message })
  expect(Buffer.from(V3.encrypt, 'base64')).toHaveLength(224)
  expect(Buffer.byteLength(V3.message)).toBe(167)
})

test('V3: sealing the same message with the same random gives the published text', () => {
  const random = Buffer.from(V3.random)
  const sealed = sealPush(
    keys,
    { random, timestamp: Number(V3.timestamp), nonce: V3.nonce },
    V3.message,
  )
  expect(sealed.Encrypt).toBe(V3.encrypt)
  expect(sealed.MsgSignature).toBe(V3.msg_signature)
})

test('V3: the signature without the sealed text is another one, and proves nothing', () => {
  expect(pushSignature(V3.token, V3.timestamp, V3.nonce)).toBe(V3.signature)
  expect(openPush(keys, { ...V3, msg_signature: V3.signature }, V3.encrypt)).toEqual({
    ok: false,
    reason: 'signature_wrong',
  })
})

test('V3: the automatic padding of AES throws on it, which is why ours is by hand', () => {
  const key = keys.aesKey.export()
  const decipher = createDecipheriv('aes-256-cbc', key, key.subarray(0, 16))
  decipher.update(Buffer.from(V3.encrypt, 'base64'))
  expect(() => decipher.final()).toThrow()
})

test('V4: a reply in safe mode', () => {
  const envelope = { random: Buffer.from(V4.random), timestamp: V4.timestamp, nonce: V4.nonce }
  expect(sealPush(keys, envelope, V4.message)).toEqual({
    Encrypt: V4.encrypt,
    MsgSignature: V4.msg_signature,
    TimeStamp: V4.timestamp,
    Nonce: V4.nonce,
  })
})

test('V5: pay_sig of virtual payment', () => {
  expect(virtualPaySignature(V5.app_key, V5.path, V5.body)).toBe(V5.signature)
})

test.each([
  { name: 'V6', ...V6 },
  { name: 'V7', ...V7 },
  { name: 'V8', ...V8 },
])('$name: a session signature', ({ session_key, body, signature }) => {
  expect(sessionSignature(session_key, body)).toBe(signature)
})

test.each([
  { name: 'V6', ...V6 },
  { name: 'V7', ...V7 },
])('$name: with the decoded key it would differ', ({ session_key, body, signature }) => {
  const decoded = Buffer.from(session_key, 'base64')
  expect(createHmac('sha256', decoded).update(body).digest('hex')).not.toBe(signature)
})

test('V9: the signature of rawData', () => {
  expect(rawDataSignature(V9.raw_data, V9.session_key)).toBe(V9.signature)
  expect(verifyRawData(V9.raw_data, V9.signature, V9.session_key)).toBe(true)
  expect(verifyRawData(`${V9.raw_data} `, V9.signature, V9.session_key)).toBe(false)
})

test.each([
  { name: 'V10', signType: 'MD5' as const, signature: V10.signature },
  { name: 'V11', signType: 'HMAC-SHA256' as const, signature: V11.signature },
])('$name: the call-up signature of v2 with $signType', ({ signType, signature }) => {
  const { appId, timeStamp, nonceStr, package: pack, key } = V10
  const call = { appId, timeStamp, nonceStr, package: pack, signType }
  expect(cashierSignatureV2(call, key)).toBe(signature)
})

const sealed = {
  sessionKey: V12.session_key,
  iv: V12.iv,
  encryptedData: V12.encrypted_data,
  appid: V12.appid,
}

test('V12: encryptedData opens, watermark and all', () => {
  const opened = openUserData(sealed)
  expect(opened).toMatchObject({ ok: true, watermark: { appid: V12.appid } })
  expect(opened.ok && opened.data).toEqual(JSON.parse(V12.plaintext))
})

test("V12: another session_key and another program's appid get the same refusal", () => {
  const otherKey = openUserData({ ...sealed, sessionKey: V9.session_key })
  const otherAppid = openUserData({ ...sealed, appid: V3.appid })
  expect(otherKey).toEqual({ ok: false, reason: 'refused' })
  expect(otherAppid).toEqual(otherKey)
})
