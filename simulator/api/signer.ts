import type { Draw } from '../draw.ts'
import type { Merchant, PlatformCertificate } from '../state.ts'
import type { World } from '../world.ts'
import type { Context } from './wire.ts'

/** The key that signs a message, and the name by which the merchant finds its other half. */
export interface Signer {
  readonly serialNo: string
  readonly privateKey: string
}

function publicKeySigner(merchant: Merchant): Signer {
  return { serialNo: merchant.publicKey.id, privateKey: merchant.publicKey.privateKey }
}

/** The platform certificates in force: one, or two during a rotation. */
export function certificatesInForce(
  merchant: Merchant,
  nowMs: number,
): readonly PlatformCertificate[] {
  const valid = merchant.platformCertificates.filter((one) => one.expiresAtMs > nowMs)
  return valid.length > 0 ? valid : merchant.platformCertificates.slice(-1)
}

/** R18: while two certificates overlap, either may sign. */
function certificateSigner(merchant: Merchant, nowMs: number, draw: Draw): Signer {
  const valid = certificatesInForce(merchant, nowMs)
  const chosen = valid[Math.floor(draw.unit() * valid.length)]
  return chosen ?? publicKeySigner(merchant)
}

/**
 * Who signs an answer (微信支付公钥 切换指引): before the switch the certificate whatever the request
 * asks for; while both are in use what the request names; after the switch the public key.
 */
export function signerOfAnswer(context: Context, merchant: Merchant, wanted: string): Signer {
  const { world, nowMs, fault } = context
  const draw = world.draw(`signer:${merchant.mchid}`)
  if (fault?.kind === 'platform_rotation') return newestCertificate(merchant)
  const askedForPublicKey = wanted === merchant.publicKey.id
  if (merchant.verification === 'certificate') return certificateSigner(merchant, nowMs, draw)
  if (merchant.verification === 'public_key') {
    const old = world.switches.finished_signer === 'certificate' && !askedForPublicKey
    return old ? certificateSigner(merchant, nowMs, draw) : publicKeySigner(merchant)
  }
  if (askedForPublicKey) return publicKeySigner(merchant)
  const named = merchant.platformCertificates.find((one) => one.serialNo === wanted)
  return named ?? certificateSigner(merchant, nowMs, draw)
}

/** Who signs a notification: while both are in use, the public key in its share (R16). */
export function signerOfNotification(
  world: World,
  merchant: Merchant,
  nowMs: number,
  draw: Draw,
): Signer {
  if (merchant.verification === 'public_key') return publicKeySigner(merchant)
  const share = merchant.verification === 'both' ? world.switches.public_key_share : 0
  if (draw.unit() < share) return publicKeySigner(merchant)
  return certificateSigner(merchant, nowMs, draw)
}

/** A serial that nobody can know, with a real key behind it. */
export function unknownSigner(merchant: Merchant, draw: Draw): Signer {
  return { serialNo: `7${draw.hex(39).toUpperCase()}`, privateKey: merchant.publicKey.privateKey }
}

/** WeChat's key for another merchant, under the name that this merchant knows (R56). */
export function otherMerchantSigner(world: World, merchant: Merchant): Signer {
  const other = world.values('merchants').find(({ mchid }) => mchid !== merchant.mchid)
  const privateKey = other?.publicKey.privateKey ?? merchant.spareKey.privateKey
  return { serialNo: merchant.publicKey.id, privateKey }
}

/** The youngest platform certificate: the one that a merchant has most likely not seen yet. */
export function newestCertificate(merchant: Merchant): Signer {
  return merchant.platformCertificates.at(-1) ?? publicKeySigner(merchant)
}
