import { createPrivateKey, createPublicKey, randomBytes } from 'node:crypto'
import { chmodSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { root, type SeedCredentials } from './rooms.ts'
import type { PairSettings } from './settings.ts'

const FILE = 'development.env'

const heading = `# Made by minitill for development: marked keys that production refuses.
# Another server on the same data: MINITILL_PORT=4010 npx minitill serve --env-file <this file>
`

/**
 * Writes `development.env` (0600) into the data folder, with all that a further server needs.
 * The admin key and the seal key are made once and kept: what they sealed must stay readable.
 * @returns the file's path and its variables
 */
export function writeEnvironment(
  settings: PairSettings,
  seed: SeedCredentials,
): { path: string; variables: Record<string, string> } {
  const path = join(settings.dataDir, FILE)
  const kept = existsSync(path) ? parseEnv(readFileSync(path, 'utf8')) : {}
  const variables = {
    MINITILL_ENV: 'development',
    MINITILL_SIMULATOR_URL: `http://127.0.0.1:${settings.simulatorPort}`,
    MINITILL_DATA_DIR: settings.dataDir,
    ...(settings.databaseUrl === null ? {} : { DATABASE_URL: settings.databaseUrl }),
    MINITILL_ADMIN_KEY:
      kept['MINITILL_ADMIN_KEY'] ?? `sk_development_${randomBytes(24).toString('hex')}`,
    MINITILL_SEAL_KEY: kept['MINITILL_SEAL_KEY'] ?? randomBytes(32).toString('base64'),
    ...demoShop(),
    ...credentials(seed),
  }
  const lines = Object.entries(variables).map(([name, value]) => `${name}=${quote(value)}\n`)
  const draft = `${path}.new-${randomBytes(6).toString('hex')}`
  writeFileSync(draft, heading + lines.join(''), { mode: 0o600 })
  chmodSync(draft, 0o600)
  renameSync(draft, path)
  return { path, variables }
}

/** The example shop's catalogue, so that the phone has something to buy, and its messages. */
function demoShop(): Record<string, string> {
  const files = {
    MINITILL_CATALOGUE: join(root, 'example', 'catalogue.json'),
    MINITILL_SUBSCRIBE_MESSAGES: join(root, 'example', 'subscribe-messages.json'),
  }
  return Object.fromEntries(Object.entries(files).filter(([, path]) => existsSync(path)))
}

/** The seeded app and merchant under the names of the settings; keys as one line of base64. */
export function credentials(seed: SeedCredentials): Record<string, string> {
  const privateKey = createPrivateKey(seed.private_key).export({ type: 'pkcs8', format: 'der' })
  const publicKey = createPublicKey(seed.public_key).export({ type: 'spki', format: 'der' })
  return {
    WECHAT_APPID: seed.appid,
    WECHAT_APP_SECRET: seed.app_secret,
    WECHAT_MESSAGE_TOKEN: seed.message_token,
    WECHAT_MESSAGE_AES_KEY: seed.message_aes_key,
    WECHATPAY_MCHID: seed.mchid,
    WECHATPAY_SERIAL_NO: seed.serial_no,
    WECHATPAY_PRIVATE_KEY: privateKey.toString('base64'),
    WECHATPAY_APIV3_KEY: seed.apiv3_key,
    WECHATPAY_PUBLIC_KEY_ID: seed.public_key_id,
    WECHATPAY_PUBLIC_KEY: publicKey.toString('base64'),
  }
}

/** Plain where every reader of such files agrees, in single quotes where the value needs it. */
function quote(value: string): string {
  return /^[\w./:+=@%?&,-]*$/.test(value) ? value : `'${value}'`
}
