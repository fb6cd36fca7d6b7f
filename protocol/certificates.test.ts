import { generateKeyPairSync } from 'node:crypto'
import { beforeAll, expect, test } from 'vitest'
import { downloadCertificates, loadApiV3Key, sealResource, type TransportAnswer } from './index.ts'
import { issueCertificate } from './testing/certificate.ts'
import { answer, emptyRing, makeWire, probe, signedAnswer } from './testing/wire.ts'
import { makeWorld, type World } from './testing/world.ts'

let world: World
let listed: string
beforeAll(() => {
  world = makeWorld()
  listed = list([{ pem: world.certificatePem, serial_no: world.certificate.serial }])
})

function list(entries: Array<{ pem: string; serial_no: string }>): string {
  const parts = { nonce: '61f9c719728a', associatedData: 'certificate' }
  const data = entries.map(({ pem, serial_no }) => ({
    serial_no,
    effective_time: '2026-01-01T08:00:00+08:00',
    expire_time: '2031-01-01T08:00:00+08:00',
    encrypt_certificate: sealResource(world.apiv3Key, parts, pem),
  }))
  return JSON.stringify({ data })
}

const download = (replies: TransportAnswer[], apiv3Keys = [world.apiv3Key]) => {
  const { client, sent } = makeWire(world, replies)
  const merchant = { keys: emptyRing(world), apiv3Keys }
  return downloadCertificates(client, merchant, () => world.now).then((result) => ({
    result,
    sent,
  }))
}

test('the first list is opened and then verified with the certificate that was in it', async () => {
  const { result, sent } = await download([await signedAnswer(world, 200, listed)])
  expect(result).toMatchObject({ got: 'certificates' })
  const [found] = result.got === 'certificates' ? result.certificates : []
  expect(found?.serial).toBe(world.certificate.serial)
  expect(found?.key.equals(world.certificate.key)).toBe(true)
  expect(sent[0]?.path).toBe('/v3/certificates')
})

test('a list that its own certificates do not vouch for is silence', async () => {
  const other = makeWorld()
  const { result } = await download([await signedAnswer(other, 200, listed)])
  expect(result).toEqual({ got: 'silence', why: 'unverified' })
  const unsigned = await download([answer(200, listed)])
  expect(unsigned.result).toEqual({ got: 'silence', why: 'unverified' })
})

test('a certificate not sealed with our APIv3 key is not taken, however signed', async () => {
  const ours = [loadApiV3Key('ABCDEFGHIJKLMNOPQRSTUVWXYZ012345')]
  const { result } = await download([await signedAnswer(world, 200, listed)], ours)
  expect(result).toEqual({ got: 'silence', why: 'not_authentic' })
})

test("a listed serial that is not the certificate's own refuses the list", async () => {
  const body = list([{ pem: world.certificatePem, serial_no: 'AB12' }])
  const { result } = await download([await signedAnswer(world, 200, body)])
  expect(result).toEqual({ got: 'silence', why: 'serial_differs' })
})

test.each(['{}', '{"data":{}}', '[]', 'x', '{"data":[{}]}'])('%s is no list', async (body) => {
  const { result } = await download([await signedAnswer(world, 200, body)])
  expect(result).toEqual({ got: 'silence', why: 'not_a_list' })
})

test('sealed text that is no certificate refuses the list', async () => {
  const body = list([{ pem: 'hello', serial_no: 'AB12' }])
  const { result } = await download([await signedAnswer(world, 200, body)])
  expect(result).toEqual({ got: 'silence', why: 'not_a_list' })
})

test('both certificates of a rotation are taken', async () => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const pem = issueCertificate({
    privateKey,
    serial: '0B02',
    name: 'Tenpay.com sign',
    from: '2026-06-01T00:00:00',
    until: '2031-06-01T00:00:00',
  })
  const entries = [
    { pem: world.certificatePem, serial_no: world.certificate.serial },
    { pem, serial_no: '0B02' },
  ]
  const { result } = await download([await signedAnswer(world, 200, list(entries))])
  expect(result.got === 'certificates' && result.certificates).toHaveLength(2)
})

test('a probe on the download is asked again, once', async () => {
  const signed = await signedAnswer(world, 200, listed)
  const again = await download([probe(signed), signed])
  expect(again.result).toMatchObject({ got: 'certificates' })
  expect(again.sent).toHaveLength(2)
  const twice = await download([probe(signed), probe(signed), signed])
  expect(twice.result).toEqual({ got: 'silence', why: 'unverified' })
  expect(twice.sent).toHaveLength(2)
})

test('a merchant of the public key is told that there is no certificate', async () => {
  const body = '{"code":"RESOURCE_NOT_EXISTS","message":"无可用的平台证书"}'
  expect((await download([answer(404, body)])).result).toEqual({ got: 'none' })
  const refused = await download([answer(401, '{"code":"SIGN_ERROR","message":"签名错误"}')])
  expect(refused.result).toEqual({ got: 'refused', status: 401, code: 'SIGN_ERROR' })
})
