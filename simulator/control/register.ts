// Mini programs and merchants of one's own.
import { X509Certificate } from 'node:crypto'
import type { z } from 'zod'
import { publicHalf } from '../crypto/keys.ts'
import { platformCertificate, wechatPublicKey } from '../merchant.ts'
import { openidOf } from '../phone/login.ts'
import type { Verified } from '../push.ts'
import { deskOf, remindAccess } from '../shipping.ts'
import type { App, Merchant, MerchantCertificate } from '../state.ts'
import type { Wechat } from '../wechat.ts'
import { bad, type ControlAnswer, good, parsed } from './answer.ts'
import { appInput, merchantInput } from './input.ts'

const MOST_APPS = 200
const MOST_MERCHANTS = 200
const MOST_CERTIFICATES = 8

function appOf(one: z.output<typeof appInput>, known: App | undefined): App {
  const keep = <T>(given: T | undefined, before: T | undefined, otherwise: T): T =>
    given !== undefined ? given : before !== undefined ? before : otherwise
  const messageAesKey = keep(one.message_aes_key, known?.messageAesKey, null)
  return {
    appid: one.appid,
    name: keep(one.name, known?.name, one.appid),
    secret: one.secret,
    openPlatform: keep(one.open_platform, known?.openPlatform, false),
    messageUrl: keep(one.message_url, known?.messageUrl, null),
    messageToken: keep(one.message_token, known?.messageToken, null),
    messageAesKey,
    messageFormat: keep(one.message_format, known?.messageFormat, 'json'),
    messageMode: keep(
      one.message_mode,
      known?.messageMode,
      messageAesKey === null ? 'plain' : 'safe',
    ),
    tradeManaged: keep(one.trade_managed, known?.tradeManaged, false),
    seeded: known?.seeded ?? false,
  }
}

/** What is missing for a mini program to be pushed messages; null when nothing is. */
function pushTrouble(app: App): ControlAnswer | null {
  if (app.messageUrl === null) return null
  if (app.messageToken === null) return bad('message_token', 'must go with message_url')
  if (app.messageMode === 'plain' || app.messageAesKey !== null) return null
  return bad('message_aes_key', `must be given for message_mode ${app.messageMode}`)
}

async function verified(wechat: Wechat, app: App): Promise<Verified | null> {
  const { messageUrl } = app
  return messageUrl === null ? null : wechat.pusher.verify({ ...app, messageUrl })
}

/** POST /_sim/apps/{appid}/verify: the GET that WeChat sends when message push is configured. */
export async function verifyApp(wechat: Wechat, appid: string): Promise<ControlAnswer> {
  const app = wechat.world.get('apps', appid)
  if (app === undefined) return bad('appid', 'no such mini program; POST /_sim/apps first', 404)
  const result = await verified(wechat, app)
  if (result === null) return bad('message_url', 'is not set; POST /_sim/apps sets it')
  return good(result)
}

/**
 * POST /_sim/apps: registers a mini program, or changes one; fields that are not given stay. A new
 * message_url is verified as WeChat does; the answer says how that went and the rest holds anyway,
 * as the server behind it may start later.
 */
export async function registerApp(wechat: Wechat, input: unknown): Promise<ControlAnswer> {
  const given = parsed(appInput, input)
  if (!given.ok) return given.answer
  const { world } = wechat
  const one = given.value
  const known = world.get('apps', one.appid)
  if (known === undefined && world.count('apps') >= MOST_APPS) {
    return bad('appid', `at most ${MOST_APPS} mini programs; POST /_sim/reset empties the world`)
  }
  const app = appOf(one, known)
  const trouble = pushTrouble(app)
  if (trouble !== null) return trouble
  world.put('apps', app.appid, app)
  for (const { id } of world.values('people')) openidOf(world, app.appid, id)
  // The settlement confirmation is done: the first reminder follows (mini-program.md §7.3).
  if (app.tradeManaged && known?.tradeManaged !== true)
    remindAccess(world, deskOf(world, app.appid))
  const result = one.message_url == null ? null : await verified(wechat, app)
  const told = result === null ? {} : { message_url: result }
  return good({ appid: app.appid, name: app.name, ...told }, 201)
}

type Certificate =
  | { readonly ok: true; readonly certificate: MerchantCertificate }
  | { readonly ok: false; readonly answer: ControlAnswer }

function no(field: string, message: string): Certificate {
  return { ok: false, answer: bad(field, message) }
}

/** A certificate of WeChat Pay's own CA belongs to a real merchant: its key has no business here. */
function fromCertificate(pem: string): Certificate {
  let certificate: X509Certificate
  try {
    certificate = new X509Certificate(pem)
  } catch {
    return no('certificate', 'must be a PEM certificate; or give certificate_serial and public_key')
  }
  if (/tenpay|wechat ?pay/i.test(certificate.issuer)) {
    return no(
      'certificate',
      "was issued by WeChat Pay's own CA; never use real keys here, make a test pair instead",
    )
  }
  const serialNo = certificate.serialNumber.toUpperCase()
  const publicKey = certificate.publicKey.export({ type: 'spki', format: 'pem' }).toString()
  if (certificate.publicKey.asymmetricKeyType !== 'rsa') return no('certificate', 'must be RSA')
  const expiresAtMs = Date.parse(certificate.validTo)
  const made = { serialNo, publicKey, certificate: pem, expiresAtMs, condition: 'valid' } as const
  return { ok: true, certificate: made }
}

function fromKey(serial: string | undefined, pem: string | undefined): Certificate {
  if (serial === undefined)
    return no('certificate', 'give it, or certificate_serial and public_key')
  if (pem === undefined) return no('public_key', 'must go with certificate_serial')
  if (/PRIVATE KEY/.test(pem))
    return no('public_key', 'is a private key; send its public half only')
  try {
    const publicKey = publicHalf(pem)
    const serialNo = serial.toUpperCase()
    const made = { serialNo, publicKey, certificate: null, expiresAtMs: null } as const
    return { ok: true, certificate: { ...made, condition: 'valid' } }
  } catch {
    return no('public_key', 'must be a PEM public key')
  }
}

/** The merchant's certificates after another one came: the same serial is replaced (rotation). */
function joined(known: Merchant | undefined, one: MerchantCertificate) {
  const others = known?.certificates.filter(({ serialNo }) => serialNo !== one.serialNo) ?? []
  return [...others, one].slice(-MOST_CERTIFICATES)
}

/** POST /_sim/merchants: registers a merchant; again with the same mchid rotates its keys. */
export async function registerMerchant(wechat: Wechat, input: unknown): Promise<ControlAnswer> {
  const given = parsed(merchantInput, input)
  if (!given.ok) return given.answer
  const { world, ports } = wechat
  const one = given.value
  const unknownApp = one.appids.find((appid) => world.get('apps', appid) === undefined)
  if (unknownApp !== undefined) {
    return bad('appids', `${unknownApp} is not registered; POST /_sim/apps first`)
  }
  const read =
    one.certificate === undefined
      ? fromKey(one.certificate_serial, one.public_key)
      : fromCertificate(one.certificate)
  if (!read.ok) return read.answer
  if (
    world.get('merchants', one.mchid) === undefined &&
    world.count('merchants') >= MOST_MERCHANTS
  ) {
    return bad('mchid', `at most ${MOST_MERCHANTS} merchants; POST /_sim/reset empties the world`)
  }
  // The only wait in here, and before anything is looked at that it could make untrue.
  const [platformKey, wechatKey, spareKey] = await Promise.all([
    ports.newKeyPair(),
    ports.newKeyPair(),
    ports.newKeyPair(),
  ])
  const known = world.get('merchants', one.mchid)
  const draw = world.draw(`merchant:${one.mchid}`)
  const keys = {
    platformCertificates: [platformCertificate(platformKey, draw.hex(40), world.nowMs())],
    publicKey: wechatPublicKey(wechatKey, draw.digits(22)),
    spareKey,
  }
  const merchant: Merchant = {
    mchid: one.mchid,
    name: one.name ?? known?.name ?? `商户 ${one.mchid}`,
    appids: one.appids,
    apiv3Key: one.apiv3_key,
    certificates: joined(known, read.certificate),
    verification: one.verification,
    // A known merchant keeps WeChat's keys: what rotates is its own side.
    platformCertificates: known?.platformCertificates ?? keys.platformCertificates,
    publicKey: known?.publicKey ?? keys.publicKey,
    spareKey: known?.spareKey ?? keys.spareKey,
    seeded: known?.seeded ?? false,
  }
  world.put('merchants', one.mchid, merchant)
  return good(merchantView(merchant), 201)
}

function merchantView(merchant: Merchant) {
  const newest = merchant.platformCertificates.at(-1)
  return {
    mchid: merchant.mchid,
    platform_certificate: {
      serial_no: newest?.serialNo ?? '',
      certificate: newest?.certificate ?? '',
    },
    public_key: { id: merchant.publicKey.id, public_key: merchant.publicKey.publicKey },
  }
}
