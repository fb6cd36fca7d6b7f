// Why the signature of a request was refused.
import { createPublicKey } from 'node:crypto'
import { bodyText, type Diagnosis, header, type WireRequest } from '../api/wire.ts'
import type { KeyRing } from '../crypto/keys.ts'
import type { Merchant, MerchantCertificate } from '../state.ts'
import type { World } from '../world.ts'
import { candidates } from './candidates.ts'
import { diagnosed } from './diagnosed.ts'
import { type SignedParts, textOf } from './parts.ts'
import { explainSignature, type KnownKey } from './signature.ts'

/** Other merchants whose keys are tried. */
const MOST_MERCHANTS = 20

export interface Given {
  readonly mchid: string
  readonly timestamp: string
  readonly nonce: string
  readonly serialNo: string
  readonly signature: string
}

/** The merchants beside this one, as many as are looked at. */
export function otherMerchants(world: World, mchid: string): readonly Merchant[] {
  const all = world.values('merchants').filter((one) => one.mchid !== mchid)
  return all.slice(0, MOST_MERCHANTS)
}

function ownKeys(keys: KeyRing, merchant: Merchant, serialNo: string): readonly KnownKey[] {
  return merchant.certificates.map((one) => ({
    code: one.serialNo === serialNo ? null : codeOf(one),
    name: one.serialNo,
    key: keys.publicKey(one.publicKey),
  }))
}

function codeOf(
  certificate: MerchantCertificate,
): 'another_certificate' | 'key_of_old_certificate' {
  return certificate.condition === 'valid' ? 'another_certificate' : 'key_of_old_certificate'
}

function wechatKeys(keys: KeyRing, merchant: Merchant): readonly KnownKey[] {
  const code = 'platform_key'
  const platform = merchant.platformCertificates.map(({ serialNo, certificate }) => ({
    code: 'platform_key' as const,
    name: serialNo,
    key: createPublicKey(certificate),
  }))
  const { id, publicKey } = merchant.publicKey
  return [{ code, name: id, key: keys.publicKey(publicKey) }, ...platform]
}

/** Every key that may have signed for this merchant, the right one first. */
export function knownKeys(
  world: World,
  keys: KeyRing,
  merchant: Merchant,
  serialNo: string,
): readonly KnownKey[] {
  const own = ownKeys(keys, merchant, serialNo)
  const foreign = otherMerchants(world, merchant.mchid).flatMap((other) =>
    other.certificates.map((one) => ({
      code: 'key_of_another_merchant' as const,
      name: `${other.mchid} ${one.serialNo}`,
      key: keys.publicKey(one.publicKey),
    })),
  )
  const rightFirst = own.toSorted((a, b) => Number(a.code !== null) - Number(b.code !== null))
  return [...rightFirst, ...wechatKeys(keys, merchant), ...foreign]
}

function partsOf(request: WireRequest, given: Given): SignedParts {
  const { method, url, body } = request
  return { method, url, timestamp: given.timestamp, nonce: given.nonce, body: bodyText(body) }
}

/** A request whose signature is not one by the certificate that it names. */
export function explainRequest(
  world: World,
  keys: KeyRing,
  request: WireRequest,
  given: Given,
  merchant: Merchant,
): Diagnosis {
  const parts = partsOf(request, given)
  const asker = { mchid: merchant.mchid, appids: merchant.appids, host: header(request, 'host') }
  return explainSignature(
    given.signature,
    textOf(parts),
    knownKeys(world, keys, merchant, given.serialNo.toUpperCase()),
    () => candidates(parts, request.body, asker),
    merchant.apiv3Key,
  )
}

/**
 * The merchant whose request this is although mchid names another one: serial_no and signature are
 * both its own. null when there is none.
 */
export function explainMchid(
  world: World,
  keys: KeyRing,
  request: WireRequest,
  given: Given,
): Diagnosis | null {
  const serialNo = given.serialNo.toUpperCase()
  const owner = otherMerchants(world, given.mchid).find(({ certificates }) =>
    certificates.some((one) => one.serialNo === serialNo),
  )
  if (owner === undefined) return null
  const parts = partsOf(request, given)
  const right = textOf(parts)
  const own = ownKeys(keys, owner, serialNo).filter(({ code }) => code === null)
  const text = { codes: ['mchid_of_another_merchant'] as const, text: right }
  const found = explainSignature(given.signature, right, own, () => [text], null)
  if (found.code !== text.codes[0]) return null
  return diagnosed(text.codes, owner.mchid, given.mchid)
}
