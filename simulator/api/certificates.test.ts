import { X509Certificate } from 'node:crypto'
import { beforeEach, expect, it } from 'vitest'
import { openResource } from '../crypto/seal.ts'
import { rotatePlatform } from '../merchant.ts'
import type { Seed } from '../seed.ts'
import type { Merchant, Verification } from '../state.ts'
import { type Box, openBox } from '../testing/box.ts'
import { isSignedBy } from '../testing/merchant.ts'

let box: Box
let seed: Seed | undefined

beforeEach(async () => {
  box = await openBox(seed)
  seed = box.seed
})

interface Listed {
  readonly serial_no: string
  readonly encrypt_certificate: {
    readonly nonce: string
    readonly associated_data: string
    readonly ciphertext: string
  }
}

async function listed(): Promise<readonly X509Certificate[]> {
  const { json } = await box.merchant.call('GET', '/v3/certificates')
  return (json['data'] as Listed[]).map(({ serial_no, encrypt_certificate: sealed }) => {
    const key = box.seed.credentials.apiv3_key
    const pem = openResource(sealed.ciphertext, key, sealed.nonce, sealed.associated_data)
    const certificate = new X509Certificate(pem)
    expect(certificate.serialNumber).toBe(serial_no)
    return certificate
  })
}

function change(verification: Verification): Merchant {
  const { world } = box.wechat
  const merchant = { ...world.must('merchants', box.seed.credentials.mchid), verification }
  world.put('merchants', merchant.mchid, merchant)
  return merchant
}

async function serialFor(wanted: string): Promise<string> {
  const headers = { 'wechatpay-serial': wanted }
  const path = `/v3/pay/transactions/out-trade-no/x-none-1?mchid=${box.seed.credentials.mchid}`
  const answer = await box.merchant.call('GET', path, undefined, { headers })
  return answer.headers.get('wechatpay-serial') ?? ''
}

it('R17 certificates come sealed with the APIv3 key, issued by Minitill Simulator', async () => {
  const [certificate, ...more] = await listed()
  expect(more).toEqual([])
  expect(certificate?.issuer).toContain('Minitill Simulator')
  expect(certificate?.serialNumber).toMatch(/^[0-9A-F]{40}$/)
})

it('R17 the answer is signed by the certificate that is in it', async () => {
  const [certificate] = await listed()
  const answer = await box.merchant.call('GET', '/v3/certificates')
  const key = certificate?.publicKey.export({ type: 'spki', format: 'pem' }).toString() ?? ''
  expect(isSignedBy(answer, key)).toBe(true)
})

it('R17 a merchant born on the public key has no certificate', async () => {
  change('public_key')
  const answer = await box.merchant.call('GET', '/v3/certificates')
  expect([answer.status, answer.json['code']]).toEqual([404, 'RESOURCE_NOT_EXISTS'])
  expect(answer.json['message']).toBe(
    '无可用的平台证书，请在商户平台-API安全申请使用微信支付公钥。',
  )
})

it('R16 Wechatpay-Serial chooses the key according to the switch state', async () => {
  const { public_key_id: id } = box.seed.credentials
  const certificate = change('certificate').platformCertificates[0]?.serialNo ?? ''
  expect(await serialFor('')).toBe(certificate)
  expect(await serialFor(id)).toBe(certificate)
  change('both')
  expect(await serialFor('')).toBe(certificate)
  expect(await serialFor(id)).toBe(id)
  change('public_key')
  expect(await serialFor('')).toBe(id)
  expect(await serialFor(id)).toBe(id)
  box.set({ finished_signer: 'certificate' })
  expect(await serialFor('')).toBe(certificate)
  box.set()
})

it('R18 during a rotation both certificates are listed and either may sign', async () => {
  const merchant = change('certificate')
  const old = merchant.platformCertificates[0]?.serialNo ?? ''
  rotatePlatform(box.wechat.world, merchant)
  const serials = (await listed()).map(({ serialNumber }) => serialNumber)
  expect(serials).toHaveLength(2)
  expect(serials[0]).toBe(old)
  const seen = new Set<string>()
  for (let nth = 0; nth < 24; nth += 1) seen.add(await serialFor(''))
  expect([...seen].sort()).toEqual([...serials].sort())
})

it('a rotation in flight signs with a certificate that is listed from then on', async () => {
  change('certificate')
  box.arm('pay.query', 'platform_rotation')
  const serial = await serialFor('')
  const serials = (await listed()).map(({ serialNumber }) => serialNumber)
  expect(serials).toContain(serial)
  expect(serials[0]).not.toBe(serial)
})
