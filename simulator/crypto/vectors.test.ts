import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { rawDataSignature } from '../phone/user-data.ts'
import { issueCertificate, serialFrom } from './certificate.ts'
import * as published from './published.ts'
import { openResource, openUserData, sealResource, sealUserData } from './seal.ts'
import { rsaSign, rsaVerify, sessionHmac, signedLines } from './sign.ts'

const key = createPrivateKey({
  key: Buffer.from(published.K1_PRIVATE, 'base64'),
  format: 'der',
  type: 'pkcs8',
})
const publicKey = (base64: string) =>
  createPublicKey({ key: Buffer.from(base64, 'base64'), format: 'der', type: 'spki' })

const TIME = '1554208460'
const NONCE = '593BEC0C930BF1AFEB40B4A08C8FB242'
const JSAPI = '/v3/pay/transactions/jsapi'

describe('signing equals the published values', () => {
  it('V1 a POST with a body', () => {
    const message = signedLines('POST', JSAPI, TIME, NONCE, published.B1)
    expect(Buffer.byteLength(published.B1)).toBe(295)
    expect(rsaSign(message, key)).toBe(published.V1)
    expect(rsaVerify(message, published.V1, publicKey(published.K1_PUBLIC))).toBe(true)
  })

  it('V2 the same for another merchant', () => {
    const body = published.B1.replace('1900007291', '1230000109')
    expect(rsaSign(signedLines('POST', JSAPI, TIME, NONCE, body), key)).toBe(published.V2)
  })

  it('V3 a GET without a body ends in an empty line', () => {
    const path = '/v3/refund/domestic/refunds/123123123123'
    expect(rsaSign(signedLines('GET', path, TIME, NONCE, ''), key)).toBe(published.V3)
  })

  it('V4 V5 paySign with and without the prefix of the mini program', () => {
    const appid = 'wx2421b1c4370ec43b'
    const id = 'wx201410272009395522657a690389285100'
    const mini = signedLines(appid, TIME, NONCE, `prepay_id=${id}`)
    expect(rsaSign(mini, key)).toBe(published.V4)
    expect(rsaSign(signedLines(appid, TIME, NONCE, id), key)).toBe(published.V5)
  })

  it('V6 an answer of WeChat verifies, and not when one byte differs', () => {
    const { V6_BODY: body, V6_SIGNATURE: signature } = published
    const nonce = 'd824f2e086d3c1df967785d13fcd22ef'
    const key6 = publicKey(published.V6_KEY)
    expect(rsaVerify(signedLines('1722850421', nonce, body), signature, key6)).toBe(true)
    expect(rsaVerify(signedLines('1722850422', nonce, body), signature, key6)).toBe(false)
  })

  it('V7 session_key signs as text', () => {
    const session = 'o0q0otL8aEzpcZL/FT9WsQ=='
    expect(sessionHmac(session, '{"foo":"bar"}')).toBe(
      '654571f79995b2ce1e149e53c0a33dc39c0a74090db514261454e8dbe432aa0b',
    )
    expect(sessionHmac(session, '')).toBe(
      '46e043c5525c2d817c44be603d30837a808a1d930d038f6fdc3e62a201fed128',
    )
  })
})

describe('sealing equals the published values', () => {
  it('V7 the vector of the official Java library', () => {
    const key7 = 'a7cde1ZJB1kG2e7VfTs3jQzaWizur8Gb'
    const sealed = 'ulwSiIajGClcvcOYvOQ7+l+0PAbzzwI='
    expect(sealResource('message', key7, 'uluk4a9R25RW', 'associatedData')).toBe(sealed)
    expect(openResource(sealed, key7, 'uluk4a9R25RW', 'associatedData')).toBe('message')
  })

  it('V8 the vector of the official Go library', () => {
    const sealed = 'FsdXzxryWfKwvLJKf8LG/ToRPTRh8RN9wROC'
    const data = 'Dl56FrqWQJF1t9LtC3vEUsniZKvbqdR8'
    expect(openResource(sealed, 'testAPIv3Key0000', 'wCq51qZv4Yfg', data)).toBe('Hello World')
  })

  it('V9 a whole notification opens', () => {
    const { ciphertext, nonce, associated_data: data } = JSON.parse(published.V9_BODY).resource
    expect(openResource(ciphertext, 'testMchAPIv3Key0', nonce, data)).toBe(published.V9_PLAIN)
  })

  it('V10 seals to the computed value, and a flipped bit does not open', () => {
    const key10 = '0123456789abcdef0123456789ABCDEF'
    const plain = '{"trade_state":"SUCCESS"}'
    const sealed = sealResource(plain, key10, 'EcZ9Cmy4Xyx1', 'transaction')
    expect(sealed).toBe('qdPd26gLXuXuScp4WCvA6yPDcwr83MbKKqdYCM64abKBO0IjKVBM5Ws=')
    const bytes = Buffer.from(sealed, 'base64')
    bytes[3] = (bytes[3] ?? 0) ^ 1
    const flipped = bytes.toString('base64')
    expect(() => openResource(flipped, key10, 'EcZ9Cmy4Xyx1', 'transaction')).toThrow()
  })

  it('M24 V12 encryptedData of the official sample, both ways, and not with another key', () => {
    const [session, iv] = ['tiihtNczf5v6AKRyjwEUhQ==', 'r7BXXKkLb8qrSNn05n0qiA==']
    expect(openUserData(published.ENCRYPTED_DATA, session, iv)).toBe(published.USER_DATA)
    expect(sealUserData(published.USER_DATA, session, iv)).toBe(published.ENCRYPTED_DATA)
    expect(() => openUserData(published.ENCRYPTED_DATA, 'o0q0otL8aEzpcZL/FT9WsQ==', iv)).toThrow()
  })

  it('M26 V9 the signature of rawData', () => {
    const session = 'HyVFkGl5F5OQWJZZaNzBBg=='
    expect(rawDataSignature(published.RAW_DATA, session)).toBe(
      '75e81ceda165f4ffa64f4068af58c64b8f54b88c',
    )
  })
})

describe('certificates made here', () => {
  it('carry the mark, the serial and the key, and Node reads them', () => {
    const serialNo = serialFrom('f157f09efdc096de15ebe81a47057a7232f1b8e1')
    const spki = createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString()
    const certificate = new X509Certificate(
      issueCertificate({
        serialNo,
        subject: '1999912345',
        publicKey: spki,
        issuerPrivateKey: key.export({ type: 'pkcs8', format: 'pem' }).toString(),
        effectiveAtMs: Date.parse('2026-01-01T00:00:00Z'),
        expiresAtMs: Date.parse('2051-01-01T00:00:00Z'),
      }),
    )
    expect(serialNo).toMatch(/^[1-7][0-9A-F]{39}$/)
    expect(certificate.serialNumber).toBe(serialNo)
    expect(certificate.issuer).toContain('Minitill Simulator')
    expect(certificate.subject).toContain('1999912345')
    expect(certificate.verify(createPublicKey(key))).toBe(true)
    expect(Date.parse(certificate.validTo)).toBe(Date.parse('2051-01-01T00:00:00Z'))
  })
})
