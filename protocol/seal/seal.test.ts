import { createCipheriv, createPrivateKey } from 'node:crypto'
import { check, integer, property, string, tuple, uint8Array } from 'fast-check'
import { expect, test } from 'vitest'
import { makeWorld } from '../testing/world.ts'
import { openField, sealField } from './field.ts'
import { loadMessageAesKey, openPush, pushSignature, sealPush } from './push.ts'
import { loadApiV3Key, openResource, sealResource } from './resource.ts'
import { openUserData } from './user-data.ts'

const holds = (result: { failed: boolean; counterexample: unknown }) =>
  expect(result.failed, JSON.stringify(result.counterexample)).toBe(false)
const key = loadApiV3Key('0123456789abcdef0123456789ABCDEF')
const parts = { nonce: 'EcZ9Cmy4Xyx1', associatedData: 'transaction' }

test('any text comes out of a resource as it went in', () => {
  holds(
    check(
      property(string({ unit: 'grapheme' }), (text) => {
        const opened = openResource([key], sealResource(key, parts, text))
        return opened.ok && opened.plaintext.toString() === text
      }),
    ),
  )
})

test('any single bit flipped in text or tag is noticed: 100 never becomes 900', () => {
  const sealed = Buffer.from(sealResource(key, parts, '{"total":100}').ciphertext, 'base64')
  for (let bit = 0; bit < sealed.length * 8; bit += 1) {
    const altered = Buffer.from(sealed)
    altered[bit >> 3] = (altered[bit >> 3] ?? 0) ^ (1 << (bit & 7))
    const resource = { ...sealResource(key, parts, ''), ciphertext: altered.toString('base64') }
    expect(openResource([key], resource)).toEqual({ ok: false, reason: 'not_authentic' })
  }
})

const resource = sealResource(key, parts, 'text')
test.each([
  [{ algorithm: 'AEAD_AES_128_GCM' }, 'algorithm_unknown'],
  [{ nonce: 'EcZ9Cmy4Xyx' }, 'nonce_malformed'],
  [{ nonce: 'EcZ9Cmy4Xyx12' }, 'nonce_malformed'],
  [{ nonce: 'EcZ9Cmy4Xyé1' }, 'nonce_malformed'],
  [{ nonce: 'FcZ9Cmy4Xyx1' }, 'not_authentic'],
  [{ associated_data: '' }, 'not_authentic'],
  [{ ciphertext: 'a b=' }, 'not_base64'],
  [{ ciphertext: '' }, 'not_authentic'],
  [{ ciphertext: resource.ciphertext.slice(0, 8) }, 'not_authentic'],
])('a resource changed to %j is %s', (changes, reason) => {
  expect(openResource([key], { ...resource, ...changes })).toEqual({ ok: false, reason })
})

test('while the APIv3 key changes, the old and the new one open; none opens nothing', () => {
  const next = loadApiV3Key('ABCDEFGHIJKLMNOPQRSTUVWXYZ012345')
  expect(openResource([next, key], resource).ok).toBe(true)
  expect(openResource([next], resource)).toEqual({ ok: false, reason: 'not_authentic' })
  expect(openResource([], resource).ok).toBe(false)
})

test.each(['', 'a'.repeat(31), 'a'.repeat(33), `${'a'.repeat(31)}é`, `${'a'.repeat(31)} `])(
  'APIv3 key %j is refused without being shown',
  (text) => {
    expect(() => loadApiV3Key(text)).toThrow(/^apiv3_key: must/)
  },
)

test('a field is opened by its owner alone, and holds 214 bytes and no more', () => {
  const { signer, platformPrivateKey, certificate } = makeWorld()
  const text = '张三'.repeat(35)
  const sealed = sealField(certificate.key, text)
  expect(
    openField(
      createPrivateKey(platformPrivateKey.export({ type: 'pkcs1', format: 'pem' })),
      sealed,
    ),
  ).toBe(text)
  expect(openField(signer.privateKey, sealed)).toBeNull()
  expect(openField(platformPrivateKey, 'no base64')).toBeNull()
  expect(() => sealField(certificate.key, 'a'.repeat(215))).toThrow('214 bytes')
  expect(openField(platformPrivateKey, sealField(certificate.key, 'a'.repeat(214)))).toHaveLength(
    214,
  )
})

const userSeal = (plain: string | Uint8Array) => {
  const sessionKey = Buffer.from('0123456789abcdef')
  const cipher = createCipheriv('aes-128-cbc', sessionKey, Buffer.alloc(16))
  const bytes = Buffer.concat([cipher.update(plain), cipher.final()])
  return {
    sessionKey: sessionKey.toString('base64'),
    iv: Buffer.alloc(16).toString('base64'),
    encryptedData: bytes.toString('base64'),
    appid: 'wxd678efh567hg6787',
  }
}
const watermark = { appid: 'wxd678efh567hg6787', timestamp: 1_790_000_000 }
const goodData = userSeal(JSON.stringify({ openId: 'o1', watermark }))

test('open data of our own program is opened', () => {
  expect(openUserData(goodData)).toMatchObject({ ok: true, data: { openId: 'o1' } })
})

test.each([
  ['no watermark', userSeal('{"openId":"o1"}')],
  ['watermark without time', userSeal('{"watermark":{"appid":"wxd678efh567hg6787"}}')],
  ['an array', userSeal('[]')],
  ['no JSON', userSeal('{')],
  ['no UTF-8', userSeal(Buffer.of(0xff, 0xfe))],
  ['a cut text', { ...goodData, encryptedData: goodData.encryptedData.slice(0, 16) }],
  ['an empty text', { ...goodData, encryptedData: '' }],
  ['a short iv', { ...goodData, iv: 'AAAA' }],
  ['a long key', { ...goodData, sessionKey: Buffer.alloc(32).toString('base64') }],
  ['no base64', { ...goodData, encryptedData: '###' }],
  ['another appid', { ...goodData, appid: 'wx0' }],
])('open data with %s gets the one refusal', (_, sealed) => {
  expect(openUserData(sealed)).toEqual({ ok: false, reason: 'refused' })
})

const push = {
  token: 'AAAAA',
  aesKey: loadMessageAesKey('A'.repeat(43)),
  appid: 'wxba5fad812f8e6fb9',
}
const envelope = { timestamp: 1_714_112_445, nonce: '415670741' }

test('any message comes out of a safe push, for every length of padding', () => {
  const messages = tuple(
    string({ unit: 'grapheme', maxLength: 80 }),
    uint8Array({ minLength: 16, maxLength: 16 }),
  )
  holds(
    check(
      property(messages, ([message, random]) => {
        const sealed = sealPush(push, { ...envelope, random }, message)
        const query = {
          timestamp: String(envelope.timestamp),
          nonce: envelope.nonce,
          msg_signature: sealed.MsgSignature,
        }
        const opened = openPush(push, query, sealed.Encrypt)
        return opened.ok && opened.message === message
      }),
    ),
  )
})

const sealedPush = sealPush(push, { ...envelope, random: Buffer.alloc(16) }, '{}')
const openSigned = (encrypt: string, keys = push) => {
  const [timestamp, nonce] = [String(envelope.timestamp), envelope.nonce]
  const msg_signature = pushSignature(push.token, timestamp, nonce, encrypt)
  return openPush(keys, { timestamp, nonce, msg_signature }, encrypt)
}

test("another program's push, another key and another token each have their refusal", () => {
  expect(openSigned(sealedPush.Encrypt)).toEqual({ ok: true, message: '{}' })
  const appid = openSigned(sealedPush.Encrypt, { ...push, appid: 'wx0' })
  expect(appid).toEqual({ ok: false, reason: 'appid_wrong' })
  const aesKey = loadMessageAesKey('B'.repeat(43))
  expect(openSigned(sealedPush.Encrypt, { ...push, aesKey }).ok).toBe(false)
  expect(openSigned(sealedPush.Encrypt, { ...push, token: 'B' })).toEqual({
    ok: false,
    reason: 'signature_wrong',
  })
})

test.each(['', 'AAAA', '###', 'A'.repeat(43)])('sealed text %j is not opened', (encrypt) => {
  expect(openSigned(encrypt)).toEqual({ ok: false, reason: 'not_opened' })
})

test('no altered push makes the opener throw', () => {
  const bytes = Buffer.from(sealedPush.Encrypt, 'base64')
  holds(
    check(
      property(integer({ min: 0, max: bytes.length - 1 }), (at) => {
        const altered = Buffer.from(bytes)
        altered[at] = (altered[at] ?? 0) ^ 0x55
        const opened = openSigned(altered.toString('base64'))
        return !opened.ok || opened.message.length === 2
      }),
    ),
  )
})

test.each(['A'.repeat(42), 'A'.repeat(44), `${'A'.repeat(42)}=`])(
  'EncodingAESKey %s is refused',
  (text) => {
    expect(() => loadMessageAesKey(text)).toThrow(/^message_aes_key: must be exactly 43/)
  },
)
