import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { expect, test } from 'vitest'
import { issueCertificate } from '../testing/certificate.ts'
import { makeWorld } from '../testing/world.ts'
import { type MerchantSettings, openMerchant } from './merchant.ts'

const world = makeWorld()
const { privateKey } = world.signer
const pem = (key: typeof privateKey) => String(key.export({ type: 'pkcs8', format: 'pem' }))
const publicPem = (key: typeof privateKey) =>
  String(createPublicKey(key).export({ type: 'spki', format: 'pem' }))
const issue = (key: typeof privateKey, serial: string, name = '1900007291') =>
  issueCertificate({
    privateKey: key,
    serial,
    name,
    from: '2026-01-01T00:00:00',
    until: '2031-01-01T00:00:00',
  })
const other = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey

const good: Required<MerchantSettings> = {
  mchid: '1900007291',
  serial_no: world.signer.serial,
  private_key: pem(privateKey),
  apiv3_key: '0123456789abcdef0123456789ABCDEF',
  certificate: issue(privateKey, world.signer.serial),
  public_key_id: world.publicKey.serial,
  public_key: publicPem(world.publicKeyPrivate),
  platform_certificates: [world.certificatePem],
}

const problemsOf = (changes: Partial<MerchantSettings>) => {
  const check = openMerchant({ ...good, ...changes })
  return check.ok ? [] : check.problems
}

test('settings that fit are opened, with both kinds of platform keys', () => {
  const check = openMerchant(good)
  expect(check).toMatchObject({ ok: true, merchant: { mchid: '1900007291' } })
  expect(check.ok && check.merchant.keys.all().map(({ kind }) => kind)).toEqual([
    'public_key',
    'certificate',
  ])
})

test('an opened merchant does not print its secrets', () => {
  const printed = JSON.stringify(openMerchant(good))
  expect(printed).not.toContain(good.apiv3_key)
  expect(printed).not.toContain(good.private_key.slice(40, 80))
})

test.each([
  [{ certificate: issue(other, good.serial_no) }, /^private_key: belongs to another certificate/],
  [{ serial_no: '5157F09EFDC0' }, /^serial_no: is 5157F09EFDC0, but .* 408B07E7/],
  [
    { certificate: issue(privateKey, good.serial_no, '1900000109') },
    /issued to merchant 1900000109/,
  ],
  [{ public_key: publicPem(privateKey) }, /^public_key: belongs to your own private key/],
  [{ platform_certificates: [issue(privateKey, '0A01')] }, /^platform certificate: .* your own/],
  [{ platform_certificates: [issue(other, good.serial_no)] }, /merchant's own certificate serial/],
  [{ serial_no: 'PUB_KEY_ID_01' }, /^serial_no: .*not WeChat's key id/],
  [{ public_key_id: '01' }, /^public_key_id: /],
  [{ apiv3_key: 'too short' }, /^apiv3_key: must have exactly 32 characters, not 9/],
  [{ apiv3_key: `${'a'.repeat(31)}=` }, /^apiv3_key: must be letters and digits/],
  [{ mchid: 'wx1' }, /^mchid: must be 1 to 32 digits/],
  [{ private_key: publicPem(privateKey) }, /^private_key: is a public key/],
])('a misfit is refused at start with its reason (%#)', (changes, words) => {
  expect(problemsOf(changes)).toEqual([expect.stringMatching(words)])
})

test('every problem is told at once', () => {
  expect(problemsOf({ mchid: '', apiv3_key: '', private_key: '', serial_no: 'x' })).toHaveLength(4)
})

test('half of a public key setting is refused', () => {
  const { public_key, ...half } = good
  expect(public_key).toContain('PUBLIC KEY')
  const check = openMerchant(half)
  expect(check).toEqual({
    ok: false,
    problems: ['public_key: public_key_id and public_key must be given together'],
  })
})

test('without any platform key a merchant opens: certificates are downloaded', () => {
  const { mchid, serial_no, private_key, apiv3_key } = good
  expect(openMerchant({ mchid, serial_no, private_key, apiv3_key }).ok).toBe(true)
})
