// What every simulator starts with: one mini program, one merchant, one person, and their keys.
// All of it is marked, so that a production server refuses it.
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fen } from '@minitill/protocol/model'
import { realPorts } from './adapters/real.ts'
import { issueCertificate, serialFrom } from './crypto/certificate.ts'
import { publicHalf } from './crypto/keys.ts'
import { drawOf } from './draw.ts'
import { platformCertificate, wechatPublicKey } from './merchant.ts'
import { openidOf } from './phone/login.ts'
import type { KeyPairPem, Ports } from './ports.ts'
import type { Merchant, PlatformCertificate, WechatPublicKey } from './state.ts'
import type { World } from './world.ts'

const FILE = 'credentials.json'
const YEAR_MS = 365 * 24 * 60 * 60 * 1000
const SEED_PERSON = 'person-1'
export const SEED_BALANCE = fen(100_000)

/** What the merchant's own server needs: its side of the seeded app and merchant. */
export interface SeedCredentials {
  readonly appid: string
  readonly app_secret: string
  readonly message_token: string
  readonly message_aes_key: string
  readonly mchid: string
  readonly serial_no: string
  readonly private_key: string
  readonly certificate: string
  readonly apiv3_key: string
  readonly public_key_id: string
  readonly public_key: string
}

/** WeChat's side of the same. */
export interface Seed {
  readonly seed: string
  readonly credentials: SeedCredentials
  readonly platform: PlatformCertificate
  readonly publicKey: WechatPublicKey
  readonly spareKey: KeyPairPem
}

/** Makes ids, secrets and keys. The texts follow from the seed; the keys are new. */
export async function makeSeed(ports: Ports, wanted?: string): Promise<Seed> {
  const seed = wanted ?? ports.newSeed()
  // Secrets must not follow from a seed that everybody can read in /_sim/state.
  const secret = drawOf(ports.newSeed(), 'secret', 0)
  const id = drawOf(seed, 'seed-ids', 0)
  const nowMs = ports.realNowMs()
  const keys = await Promise.all([1, 2, 3, 4].map(() => ports.newKeyPair()))
  const [merchantKey, platformKey, wechatKey, spareKey] = keys
  if (!merchantKey || !platformKey || !wechatKey || !spareKey) throw new Error('no keys were made')
  const mchid = `19999${id.digits(5)}`
  const serialNo = serialFrom(id.hex(40))
  const certificate = issueCertificate({
    serialNo,
    subject: mchid,
    publicKey: merchantKey.publicKey,
    issuerPrivateKey: platformKey.privateKey,
    effectiveAtMs: nowMs,
    expiresAtMs: nowMs + 5 * YEAR_MS,
  })
  const publicKey = wechatPublicKey(wechatKey, drawOf(seed, 'public-key-id', 0).digits(22))
  const credentials: SeedCredentials = {
    appid: `wx0000${drawOf(seed, 'seed-appid', 0).hex(12)}`,
    app_secret: secret.hex(32),
    message_token: drawOf(secret.hex(64), 'token', 0).word(16),
    message_aes_key: drawOf(secret.hex(64), 'aes', 0).word(43),
    mchid,
    serial_no: serialNo,
    private_key: merchantKey.privateKey,
    certificate,
    apiv3_key: `MinitillSimulator${drawOf(secret.hex(64), 'apiv3', 0).word(15)}`,
    public_key_id: publicKey.id,
    public_key: publicKey.publicKey,
  }
  const platform = platformCertificate(platformKey, drawOf(seed, 'platform', 0).hex(40), nowMs)
  return { seed, credentials, platform, publicKey, spareKey }
}

function parseSeed(text: string): Seed {
  const value = JSON.parse(text) as { readonly wechat: Omit<Seed, 'credentials'> } & SeedCredentials
  const { wechat, ...credentials } = value
  return { ...wechat, credentials }
}

async function readSeed(folder: string): Promise<Seed | null> {
  try {
    return parseSeed(await readFile(join(folder, FILE), 'utf8'))
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw new Error(`${join(folder, FILE)} can't be read; delete the folder to start anew`)
  }
}

/** Reads the seed of a folder, or makes it. Two processes at once end with the same one. */
export async function ensureSeed(folder: string, ports: Ports, wanted?: string): Promise<Seed> {
  const known = await readSeed(folder)
  if (known !== null) return known
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const { credentials, ...wechat } = await makeSeed(ports, wanted)
  const own = join(folder, `${FILE}.${ports.newSeed().slice(0, 8)}`)
  await writeFile(own, `${JSON.stringify({ ...credentials, wechat }, null, 2)}\n`, { mode: 0o600 })
  await link(own, join(folder, FILE)).catch(() => undefined)
  await rm(own)
  const made = await readSeed(folder)
  if (made === null) throw new Error(`${folder} can't be written`)
  return made
}

/**
 * The seeded credentials of a simulator's folder: made once into `credentials.json` (0600), read
 * back ever after.
 */
export async function ensureSeedCredentials(dataDir: string): Promise<SeedCredentials> {
  const ports = realPorts('silent')
  try {
    return (await ensureSeed(dataDir, ports)).credentials
  } finally {
    await ports.close()
  }
}

function seededMerchant({ credentials, platform, publicKey, spareKey }: Seed): Merchant {
  return {
    mchid: credentials.mchid,
    name: '小满示例商店',
    appids: [credentials.appid],
    apiv3Key: credentials.apiv3_key,
    certificates: [
      {
        serialNo: credentials.serial_no,
        publicKey: publicHalf(credentials.certificate),
        certificate: credentials.certificate,
        expiresAtMs: null,
        condition: 'valid',
      },
    ],
    verification: 'both',
    platformCertificates: [platform],
    publicKey,
    spareKey,
    seeded: true,
  }
}

/** Puts the seeded entities into an empty world, or into one that was reset. */
export function plantSeed(world: World, seed: Seed, offsetMs: number, clockStep: number): void {
  const { credentials } = seed
  world.put('meta', 'world', {
    seed: seed.seed,
    offsetMs,
    clockStep,
    defaultAppid: credentials.appid,
    defaultMchid: credentials.mchid,
    defaultPerson: SEED_PERSON,
  })
  plantParties(world, seed)
  plantPerson(world, SEED_PERSON, '小明', '13800000001', SEED_BALANCE, true)
}

function plantParties(world: World, seed: Seed): void {
  const { credentials } = seed
  world.put('apps', credentials.appid, {
    appid: credentials.appid,
    name: '小满示例',
    secret: credentials.app_secret,
    openPlatform: true,
    messageUrl: null,
    messageToken: credentials.message_token,
    messageAesKey: credentials.message_aes_key,
    messageFormat: 'json',
    messageMode: 'safe',
    tradeManaged: true,
    seeded: true,
  })
  world.put('merchants', credentials.mchid, seededMerchant(seed))
}

/** Puts the seeded parties beside those of another world, unless that came from the same seed. */
export function keepSeed(world: World, seed: Seed, theirs: Readonly<Record<string, string>>): void {
  const { credentials } = seed
  const [app, merchant] = [
    world.get('apps', credentials.appid),
    world.get('merchants', credentials.mchid),
  ]
  const same = theirs['private_key'] === credentials.private_key
  if (same && app !== undefined && merchant !== undefined) return
  plantParties(world, seed)
  for (const { id } of world.values('people')) openidOf(world, credentials.appid, id)
}

/** A person with an openid in every mini program. */
export function plantPerson(
  world: World,
  id: string,
  name: string,
  phone: string,
  balance: typeof SEED_BALANCE,
  seeded: boolean,
): void {
  const unionid = `o${world.chance(`unionid:${id}`, 0).base64url(27)}`
  world.put('people', id, { id, name, phone, balance, seeded, unionid })
  for (const { appid } of world.values('apps')) openidOf(world, appid, id)
}
