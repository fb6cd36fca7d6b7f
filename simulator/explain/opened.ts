// What a signature says when it is opened with a public key: one RSA step tells whether the key made
// it and over which hash, so that a thousand texts cost a thousand hashes and not a thousand steps.
import { constants, createHash, type KeyObject, publicDecrypt, verify } from 'node:crypto'
import { attempt } from './parts.ts'
import type { Code } from './words.ts'

/** RFC 8017 §9.2, note 1: what stands before the hash. */
const DIGEST_INFOS: readonly (readonly [string, string, Code | null])[] = [
  ['sha256', '3031300d060960864801650304020105000420', null],
  ['sha1', '3021300906052b0e03021a05000414', 'hash_sha1'],
  ['md5', '3020300c06082a864886f70d020505000410', 'hash_md5'],
  ['sha512', '3051300d060960864801650304020305000440', 'hash_other'],
  ['sha384', '3041300d060960864801650304020205000430', 'hash_other'],
  ['sha224', '302d300d06096086480165030402040500041c', 'hash_other'],
]

/** Texts tried with PSS: each of them is an RSA step. */
const MOST_PSS = 60

/** A signature whose key is proven. `fits` tells whether it is one over this text. */
export interface Opened {
  readonly code: Code | null
  readonly mostTexts: number
  readonly fits: (text: string) => boolean
}

function hash(name: string, text: string): Buffer {
  return createHash(name).update(text, 'utf8').digest()
}

function ofContent(content: Buffer): Opened | null {
  for (const [name, prefix, code] of DIGEST_INFOS) {
    const info = Buffer.from(prefix, 'hex')
    const digest = content.subarray(info.length)
    if (!content.subarray(0, info.length).equals(info)) continue
    return {
      code,
      mostTexts: Number.POSITIVE_INFINITY,
      fits: (text) => hash(name, text).equals(digest),
    }
  }
  return null
}

/** A bare hash or text is proof only together with a text that fits. */
function bare(content: Buffer): Opened {
  const inner = content.toString('utf8')
  const isHash = content.length === 32 || /^[0-9a-f]{64}$/i.test(inner)
  const fits = (text: string): boolean => {
    if (!isHash) return text === inner
    const digest = hash('sha256', text)
    return digest.equals(content) || digest.toString('hex') === inner.toLowerCase()
  }
  return { code: isHash ? 'digest_info_missing' : 'raw_rsa', mostTexts: 500, fits }
}

function pss(signature: Buffer, key: KeyObject): Opened {
  const salt = { key, padding: constants.RSA_PKCS1_PSS_PADDING }
  const saltLength = constants.RSA_PSS_SALTLEN_AUTO
  const fits = (text: string) =>
    verify('sha256', Buffer.from(text), { ...salt, saltLength }, signature)
  return { code: 'padding_pss', mostTexts: MOST_PSS, fits }
}

/** null when this key did not make this signature in any way known here. */
export function opened(signature: Buffer, key: KeyObject): Opened | null {
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0
  if (key.asymmetricKeyType !== 'rsa' || signature.length * 8 !== bits) return null
  const content = attempt(() =>
    publicDecrypt({ key, padding: constants.RSA_PKCS1_PADDING }, signature),
  )
  if (content !== null) return ofContent(content) ?? bare(content)
  const block = attempt(() => publicDecrypt({ key, padding: constants.RSA_NO_PADDING }, signature))
  return block?.at(-1) === 0xbc ? pss(signature, key) : null
}
