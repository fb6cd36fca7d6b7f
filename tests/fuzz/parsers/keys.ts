// Keys and certificates as people paste them.
import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import {
  KeyError,
  loadApiV3Key,
  loadCertificate,
  loadMessageAesKey,
  loadPrivateKey,
  loadPublicKey,
} from '@minitill/protocol'
import { issueCertificate } from '../../../protocol/testing/certificate.ts'
import type { Chance } from '../core/chance.ts'
import { must, orRefused, type Parser, textOf } from '../core/parser.ts'
import { letters } from '../core/texts.ts'
import { damagedText } from './texts.ts'

// Keys of one's own for each run: a text that is as long, at the same places, whatever the key.
const pair = generateKeyPairSync('rsa', { modulusLength: 2048 })
const small = generateKeyPairSync('rsa', { modulusLength: 1024 })
const pem = (key: KeyObject, type: 'pkcs8' | 'pkcs1' | 'spki') =>
  String(key.export({ type, format: 'pem' } as never))
/** WeChat's, of the serial that tests use. */
export const CERTIFICATE = issueCertificate({
  privateKey: pair.privateKey,
  serial: '5157F09EFDC096DE15EBE81A47057A7232F1B8E1',
  name: '1900007291',
  from: '2026-01-01T00:00:00',
  until: '2031-01-01T00:00:00',
})
const texts = [
  pem(pair.privateKey, 'pkcs8'),
  pem(pair.privateKey, 'pkcs1'),
  pem(pair.publicKey, 'spki'),
  pem(small.privateKey, 'pkcs8'),
  CERTIFICATE,
]

/** The ways in which a PEM arrives in a setting. */
function pasted(chance: Chance, text: string): string {
  switch (chance.below(7)) {
    case 0:
      return text.replaceAll('\n', '\\n')
    case 1:
      return text.replaceAll('\n', ' ')
    case 2:
      return Buffer.from(text).toString('base64')
    case 3:
      return text.replaceAll(/-----[^-]+-----/g, '').trim()
    case 4:
      return `"${text}"`
    case 5:
      return text.replaceAll('\n', '\r\n')
    default:
      return text
  }
}

const keyOf = (text: string): KeyObject | null =>
  orRefused(() => loadPrivateKey(text), KeyError) ??
  orRefused(() => loadPublicKey(text), KeyError) ??
  orRefused(() => loadCertificate(text), KeyError)?.publicKey ??
  null

export const keys: Parser = {
  name: 'keys',
  // Keys are never kept in files, not even those of nobody.
  good: ['', 'MIIB', '-----BEGIN PRIVATE KEY-----\nMIIB\n-----END PRIVATE KEY-----'],
  damage: damagedText,
  make: (chance) => {
    const text = pasted(chance, chance.pick(texts))
    return chance.oneIn(3) ? damagedText(chance, text) : text
  },
  feed: (input) => {
    const text = textOf(input)
    const key = keyOf(text)
    if (key === null) return 'refused'
    must(key.asymmetricKeyType === 'rsa', 'an RSA key')
    must((key.asymmetricKeyDetails?.modulusLength ?? 0) >= 2048, 'of 2048 bits')
    if (key.type === 'private') {
      must(
        orRefused(() => loadPublicKey(text), KeyError) === null,
        'no private key as a public one',
      )
    }
    return key.type === 'private' ? 'accepted' : 'accepted, public'
  },
}

export const shortKeys: Parser = {
  name: 'short-keys',
  good: ['0123456789abcdef0123456789ABCDEF', 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG'],
  damage: damagedText,
  make: (chance) => letters(chance, chance.pick([31, 32, 32, 33, 42, 43, 43, 44]), 'abcXYZ019'),
  feed: (input) => {
    const text = textOf(input)
    const apiv3 = orRefused(() => loadApiV3Key(text), KeyError)
    const aes = orRefused(() => loadMessageAesKey(text), KeyError)
    must(apiv3 === null || apiv3.export().toString() === text, 'an APIv3 key is its bytes')
    must(aes === null || aes.symmetricKeySize === 32, 'a message key has 32 bytes')
    if (apiv3 !== null) return 'accepted'
    return aes === null ? 'refused' : 'accepted, message key'
  },
}
