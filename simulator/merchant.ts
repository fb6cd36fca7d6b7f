// A merchant's keys on WeChat's side: made once, rotated when asked.
import { issueCertificate, serialFrom } from './crypto/certificate.ts'
import type { KeyPairPem } from './ports.ts'
import type { Merchant, PlatformCertificate, WechatPublicKey } from './state.ts'
import type { World } from './world.ts'

const YEAR_MS = 365 * 24 * 60 * 60 * 1000

/** Marked: ten zeros, so that no production server takes it. */
export const PUBLIC_KEY_PREFIX = 'PUB_KEY_ID_0000000000'

export function platformCertificate(
  keys: KeyPairPem,
  serialHex: string,
  nowMs: number,
): PlatformCertificate {
  const serialNo = serialFrom(serialHex)
  // Times in a certificate are whole seconds.
  const effectiveAtMs = Math.floor(nowMs / 1000) * 1000
  const expiresAtMs = effectiveAtMs + 5 * YEAR_MS
  const certificate = issueCertificate({
    serialNo,
    subject: 'Minitill Simulator platform certificate',
    publicKey: keys.publicKey,
    issuerPrivateKey: keys.privateKey,
    effectiveAtMs,
    expiresAtMs,
  })
  return { serialNo, certificate, privateKey: keys.privateKey, effectiveAtMs, expiresAtMs }
}

export function wechatPublicKey(keys: KeyPairPem, digits: string): WechatPublicKey {
  const id = `${PUBLIC_KEY_PREFIX}${digits.slice(0, 22)}`
  return { id, publicKey: keys.publicKey, privateKey: keys.privateKey }
}

/**
 * A platform certificate that the merchant has not seen yet joins the ones in force (R18). Its key
 * was made when the merchant registered, so that a rotation needs no waiting; the next rotation
 * issues a new serial over the same spare key.
 */
export function rotatePlatform(world: World, merchant: Merchant): Merchant {
  const now = world.nowMs()
  const serial = world.draw(`rotation:${merchant.mchid}`).hex(40)
  const spare = { privateKey: merchant.spareKey.privateKey, publicKey: merchant.spareKey.publicKey }
  const newest = platformCertificate(spare, serial, now)
  const platformCertificates = [...merchant.platformCertificates.slice(-1), newest]
  const rotated: Merchant = { ...merchant, platformCertificates }
  world.put('merchants', merchant.mchid, rotated)
  return rotated
}
