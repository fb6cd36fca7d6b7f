import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { expect, test } from 'vitest'
import { instant, parseSerialNo } from '../model/index.ts'
import { issueCertificate } from '../testing/certificate.ts'
import {
  KeyError,
  KeyRing,
  loadCertificate,
  loadPrivateKey,
  loadPublicKey,
  platformCertificate,
  platformPublicKey,
} from './keys.ts'

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const pem = (type: 'pkcs8' | 'pkcs1') => String(privateKey.export({ type, format: 'pem' }))
const publicPem = (type: 'spki' | 'pkcs1') => String(publicKey.export({ type, format: 'pem' }))
const base64 = (data: string | Buffer) => Buffer.from(data).toString('base64')
const issue = (serial: string, from = '2026-01-01T00:00:00', until = '2031-01-01T00:00:00') =>
  issueCertificate({ privateKey, serial, name: 'Tenpay.com sign', from, until })
const certificate = issue('5157F09EFDC096DE15EBE81A47057A7232F1B8E1')

const ways = (text: string): Array<[string, string]> => [
  ['PEM', text],
  ['PEM with \\n', text.replaceAll('\n', '\\n')],
  ['PEM with \\r\\n', text.replaceAll('\n', '\\r\\n')],
  ['PEM with CRLF', text.replaceAll('\n', '\r\n')],
  ['PEM in quotes', `"${text.replaceAll('\n', '\\n')}"`],
  ['PEM on one line', text.replaceAll('\n', ' ')],
  ['PEM with blanks around', `\n  ${text}\n\n`],
  ['base64 of PEM', base64(text)],
  ['base64 of PEM, wrapped', base64(text).replace(/(.{76})/g, '$1\n')],
  ['the body of a PEM alone', text.replace(/-----.*-----/g, '')],
]

const labelled = (label: string, pairs: Array<[string, string]>) =>
  pairs.map(([way, text]): [string, string] => [`${label}, ${way}`, text])

test.each([
  ...labelled('PKCS#8', ways(pem('pkcs8'))),
  ...labelled('PKCS#1', ways(pem('pkcs1'))),
  ...labelled('PKCS#8', [
    ['base64 of DER', base64(privateKey.export({ type: 'pkcs8', format: 'der' }))],
  ]),
  ...labelled('PKCS#1', [
    ['base64 of DER', base64(privateKey.export({ type: 'pkcs1', format: 'der' }))],
  ]),
])('a private key is read from %s', (_, text) => {
  expect(loadPrivateKey(text).equals(privateKey)).toBe(true)
})

test.each([
  ...labelled('SPKI', ways(publicPem('spki'))),
  ...labelled('PKCS#1', ways(publicPem('pkcs1'))),
])('a public key is read from %s', (_, text) => {
  expect(loadPublicKey(text).equals(publicKey)).toBe(true)
})

test.each(ways(certificate))('a certificate is read from %s', (_, text) => {
  expect(loadCertificate(text).serialNumber).toBe('5157F09EFDC096DE15EBE81A47057A7232F1B8E1')
})

const small = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey
const curve = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
const locked = privateKey.export({
  type: 'pkcs8',
  format: 'pem',
  cipher: 'aes-256-cbc',
  passphrase: 'x',
})

test.each([
  ['', 'is empty'],
  ['not a key!', 'neither PEM nor base64'],
  ['bm90IGEga2V5', 'is not a private key'],
  [pem('pkcs8').replace('MII', ''), 'is not a private key'],
  [certificate, 'apiclient_cert.pem'],
  [publicPem('spki'), 'is a public key'],
  [String(locked), 'passphrase'],
  [String(curve.export({ type: 'pkcs8', format: 'pem' })), 'not an RSA key'],
  [String(small.export({ type: 'pkcs8', format: 'pem' })), 'fewer than 2048 bits'],
])('a wrong private key is refused in words, without its text (%#)', (text, words) => {
  expect(() => loadPrivateKey(text)).toThrow(KeyError)
  expect(() => loadPrivateKey(text)).toThrow(words)
  const secret = text.slice(40, 60)
  if (secret !== '') expect(() => loadPrivateKey(text)).not.toThrow(secret)
})

test('a certificate that is whole but for its key is refused in words (A-97)', () => {
  const der = Buffer.from(certificate.replace(/-----[^-]+-----/g, ''), 'base64')
  // The sequence of modulus and exponent begins so; with another length nothing can be read.
  const at = der.indexOf(Buffer.from('3082010a', 'hex'))
  expect(at).toBeGreaterThan(0)
  der[at + 3] = 0x08
  expect(() => loadCertificate(der.toString('base64'))).toThrow(KeyError)
  expect(() => loadCertificate(der.toString('base64'))).toThrow('no key that can be read')
})

test('keys and certificates are refused in the place of each other', () => {
  expect(() => loadPublicKey(pem('pkcs8'))).toThrow('is a private key')
  expect(() => loadPublicKey(certificate)).toThrow('is a certificate')
  expect(() => loadPublicKey(base64(privateKey.export({ type: 'pkcs8', format: 'der' })))).toThrow(
    'is a private key',
  )
  expect(() => loadCertificate(pem('pkcs8'))).toThrow('is a key')
  expect(() => loadCertificate('AAAA')).toThrow('is not a certificate')
})

const own = parseSerialNo('408B07E79B8269FEC3D5D3E6AB8ED163A6A380DB')
const id = 'PUB_KEY_ID_0114232134912410000000000000'
const older = platformCertificate(issue('0A01'))
const newer = platformCertificate(issue('0B02', '2026-06-01T00:00:00', '2031-06-01T00:00:00'))
const future = platformCertificate(issue('0C03', '2027-01-01T00:00:00'))
const plain = platformPublicKey(id, publicPem('spki'))
const at = instant(Date.UTC(2026, 8, 1))

test('a ring finds certificates and public keys by name, without case and leading zeros', () => {
  const ring = new KeyRing(own, [older, plain])
  expect(ring.find('0a01')?.serial).toBe(older.serial)
  expect(ring.find('A01')?.serial).toBe(older.serial)
  expect(ring.find(id)?.kind).toBe('public_key')
  expect(ring.find('PUB_KEY_ID_0')).toBeUndefined()
})

test('fields are encrypted with the newest certificate that counts, else the public key', () => {
  expect(new KeyRing(own, [newer, plain, older, future]).sealingKey(at)).toBe(newer)
  expect(new KeyRing(own, [plain]).sealingKey(at)).toBe(plain)
  expect(new KeyRing(own, [older]).sealingKey(instant(Date.UTC(2032, 0)))).toBeUndefined()
})

test('merging keeps everything, rotation replaces certificates and keeps public keys', () => {
  const ring = new KeyRing(own, [older, plain])
  expect(ring.merge([newer]).all()).toEqual([older, plain, newer])
  expect(ring.rotate([newer]).all()).toEqual([plain, newer])
  expect(ring.rotate([])).toBe(ring)
  expect(ring.all()).toEqual([older, plain])
})

test("the merchant's own certificate is refused among WeChat's, also when merged later", () => {
  const mine = platformCertificate(issue(own))
  expect(() => new KeyRing(own, [mine])).toThrow("merchant's own certificate serial")
  expect(() => new KeyRing(own).merge([mine])).toThrow("merchant's own certificate serial")
})

test('a public key needs its id', () => {
  expect(() => platformPublicKey('5157F09EFDC0', publicPem('spki'))).toThrow('PUB_KEY_ID_')
  expect(createPublicKey(publicPem('spki')).equals(plain.key)).toBe(true)
})
