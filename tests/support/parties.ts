// Three merchants and three mini programs in one deployment, each with keys of its own and WeChat
// recognised in another way: by public key, by certificate, by both.
import { createHash, generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Environment } from '../../server/config.ts'
import type { RunningSimulator } from '../../simulator/index.ts'
import { Http } from './http.ts'

type Verification = 'public_key' | 'certificate' | 'both'

/** A merchant that was registered with the simulator, and its entry in the MINITILL_CONFIG file. */
export interface Party {
  readonly appid: string
  readonly mchid: string
  readonly apiv3Key: string
  readonly entry: Readonly<Record<string, unknown>>
}

export interface Deployment {
  /** The seeded one first; then one by certificate, one by both. */
  readonly parties: readonly [Party, Party, Party]
  readonly file: string
  /** Writes the MINITILL_CONFIG file, with these entries of merchants and apps beside their own. */
  write(more?: Readonly<Record<string, object>>): void
  /** The settings of a server of this deployment. */
  environment(usual: Environment): Environment
  remove(): void
}

const secret = 's'.repeat(32)

/** Token and EncodingAESKey of an app's message push: each app has its own. */
export function messageKeysOf(appid: string) {
  const text = createHash('sha256').update(appid).digest('hex')
  return { message_token: `token-${text.slice(0, 8)}`, message_aes_key: text.slice(0, 43) }
}

/** A new key pair as PEM. */
export function keyPair(): { readonly privateKey: string; readonly publicKey: string } {
  const pair = generateKeyPairSync('rsa', { modulusLength: 2048 })
  return {
    privateKey: pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    publicKey: pair.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  }
}

/** Registers two more apps and merchants beside the seeded ones, and writes the file of all three. */
export async function deployThree(
  simulator: RunningSimulator,
  own: Readonly<Record<string, object>> = {},
): Promise<Deployment> {
  const control = new Http(simulator.url)
  const folder = mkdtempSync(join(tmpdir(), 'minitill-parties-'))
  const c = simulator.credentials
  const first: Party = {
    appid: c.appid,
    mchid: c.mchid,
    apiv3Key: c.apiv3_key,
    entry: {
      ...{ mchid: c.mchid, appids: [c.appid], serial_no: c.serial_no },
      ...{ private_key: c.private_key, apiv3_key: c.apiv3_key },
      ...{ public_key_id: c.public_key_id, public_key: c.public_key },
    },
  }
  const second = await register(control, folder, 'b', 'certificate')
  const third = await register(control, folder, 'c', 'both')
  const parties = [first, second, third] as const
  const file = join(folder, 'parties.json')
  const write = (more: Readonly<Record<string, object>> = {}) => {
    const apps = parties.map(({ appid }) => ({
      appid,
      secret: appid === c.appid ? c.app_secret : secret,
      ...messageKeysOf(appid),
      ...more[appid],
    }))
    const merchants = parties.map(({ mchid, entry }) => ({ ...entry, ...more[mchid] }))
    writeFileSync(file, JSON.stringify({ apps, merchants }), { mode: 0o600 })
  }
  write(own)
  return {
    parties,
    file,
    write,
    environment: (usual) => {
      const others = Object.entries(usual).filter(([name]) => !/^WECHAT(PAY)?_/.test(name))
      return { ...Object.fromEntries(others), MINITILL_CONFIG: file }
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

async function register(
  control: Http,
  folder: string,
  letter: 'b' | 'c',
  verification: Verification,
): Promise<Party> {
  const appid = `wx0000${letter.repeat(12)}`
  const mchid = letter === 'b' ? '1999988888' : '1999977777'
  const apiv3Key = `MinitillSimulator${letter.repeat(15)}`
  const serial = letter.toUpperCase().repeat(40)
  const { privateKey, publicKey } = keyPair()
  await posted(control, '/_sim/apps', { appid, secret, open_platform: true })
  const known = await posted(control, '/_sim/merchants', {
    ...{ mchid, appids: [appid], apiv3_key: apiv3Key, verification },
    ...{ certificate_serial: serial, public_key: publicKey },
  })
  // Keys as a production deployment has them: in files that only the server may read.
  const keyFile = join(folder, `${letter}.pem`)
  writeFileSync(keyFile, privateKey, { mode: 0o600 })
  const { id: public_key_id, public_key } = known['public_key'] as Record<string, string>
  const entry = {
    ...{ mchid, appids: [appid], serial_no: serial, apiv3_key: apiv3Key },
    private_key: `file:${keyFile}`,
    ...(verification === 'certificate' ? {} : { public_key_id, public_key }),
  }
  return { appid, mchid, apiv3Key, entry }
}

/** A new key of a merchant at the simulator, which the old one works beside; its file entry. */
export async function rotateOwnKey(
  control: Http,
  party: Party,
  serial: string,
  verification: Verification,
): Promise<{ readonly serial_no: string; readonly private_key: string }> {
  const { privateKey, publicKey } = keyPair()
  await posted(control, '/_sim/merchants', {
    ...{ mchid: party.mchid, appids: [party.appid], apiv3_key: party.apiv3Key, verification },
    ...{ certificate_serial: serial, public_key: publicKey },
  })
  return { serial_no: serial, private_key: privateKey }
}

async function posted(
  control: Http,
  path: string,
  body: object,
): Promise<Readonly<Record<string, unknown>>> {
  const { status, json, text } = await control.post(path, body)
  if (status !== 201) throw new Error(`${path}: ${text}`)
  return json
}
