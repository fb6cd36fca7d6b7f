import { createHash } from 'node:crypto'
import { resolve } from 'node:path'
import { refuseMarks } from './config/marks.ts'
import { type Environment, unknownSettings } from './config/names.ts'
import { readOperatorKeys } from './config/operator-keys.ts'
import { type AppSettings, type MerchantSettings, readParties } from './config/parties.ts'
import { readCommonPolicy } from './config/policy.ts'
import { Reader } from './config/reader.ts'
import { Secret } from './config/secret.ts'

import type { MerchantPolicy, SessionStore } from './ports/index.ts'

export type { Environment } from './config/names.ts'
export { Secret } from './config/secret.ts'

/** Everything that an instance is told, parsed and checked; secrets cannot print. */
export interface Settings {
  readonly env: 'development' | 'production'
  readonly host: string
  readonly port: number
  readonly publicUrl: string
  /** Development: where WeChat is and whose clock is followed. */
  readonly simulatorUrl: string | null
  readonly dataDir: string
  readonly database: { readonly kind: 'url'; readonly url: Secret<string> } | { kind: 'embedded' }
  readonly sessionStore: SessionStore
  readonly adminKey: Secret<string> | null
  /** A second operator's key; needed where refunds need a second person. */
  readonly approverKey: Secret<string> | null
  /** The first one seals, all open. */
  readonly sealKeys: readonly Secret<Uint8Array>[]
  readonly catalogueFile: string | null
  /** For every merchant that has no own one in the MINITILL_CONFIG file. */
  readonly merchantPolicy: MerchantPolicy
  readonly trustProxy: false | number | readonly string[]
  readonly apps: readonly AppSettings[]
  readonly merchants: readonly MerchantSettings[]
}

/** The settings are wrong; every problem at once, each with the setting's name and the remedy. */
export class SettingsError extends Error {
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(problems.join('\n'))
    this.name = 'SettingsError'
    this.problems = problems
  }
}

/**
 * Reads and checks all settings (docs/settings.md).
 * @throws SettingsError with every problem at once; nothing was started then
 */
export function readSettings(environment: Environment): Settings {
  const reader = new Reader(environment)
  reader.problems.push(...unknownSettings(environment))
  const env = reader.choice('MINITILL_ENV', 'production', ['production', 'development'])
  const merchantPolicy = readCommonPolicy(reader)
  const { apps, merchants } = readParties(reader, merchantPolicy)
  const keys = readOperatorKeys(reader, [merchantPolicy, ...merchants.map((one) => one.policy)])
  if (env === 'production') refuseMarks(reader, apps, merchants)
  const port = reader.integer('MINITILL_PORT', 4000, 0, 65_535)
  const host = reader.text('MINITILL_HOST') ?? '127.0.0.1'
  const settings: Settings = {
    env,
    host,
    port,
    publicUrl: publicUrl(reader, env, port),
    simulatorUrl: simulatorUrl(reader, env),
    dataDir: resolve(reader.text('MINITILL_DATA_DIR') ?? './data'),
    database: database(reader),
    sessionStore: sessionStore(reader),
    ...keys,
    sealKeys: sealKeys(reader, env),
    catalogueFile: reader.text('MINITILL_CATALOGUE'),
    merchantPolicy,
    trustProxy: trustProxy(reader),
    apps,
    merchants,
  }
  if (reader.problems.length > 0) throw new SettingsError(reader.problems)
  return settings
}

function publicUrl(reader: Reader, env: Settings['env'], port: number): string {
  const text = reader.text('PUBLIC_URL')
  if (text === null && env === 'production') {
    reader.wrong('PUBLIC_URL', 'is missing; give the https address under which WeChat reaches us')
  }
  if (text === null) return `http://127.0.0.1:${port}`
  const url = URL.canParse(text) ? new URL(text) : null
  const isPlain = url !== null && url.search === '' && url.hash === '' && url.username === ''
  if (!isPlain) reader.wrong('PUBLIC_URL', 'must be an address without query, fragment or user')
  else if (env === 'production' && url.protocol !== 'https:') {
    reader.wrong('PUBLIC_URL', 'must begin with https:// in production')
  } else if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    reader.wrong('PUBLIC_URL', 'must begin with https://')
  }
  return text.replace(/\/+$/, '')
}

function simulatorUrl(reader: Reader, env: Settings['env']): string | null {
  const text = reader.text('MINITILL_SIMULATOR_URL')
  if (env === 'production') return null
  if (text === null) {
    const remedy = 'is missing; start one with `minitill simulator`, or serve in production'
    reader.wrong('MINITILL_SIMULATOR_URL', remedy)
    return null
  }
  const isLocal = URL.canParse(text) && /^(127\.|localhost$|\[::1\]$)/.test(new URL(text).hostname)
  if (!isLocal) reader.wrong('MINITILL_SIMULATOR_URL', 'must be an address on this machine')
  return isLocal ? new URL(text).origin : null
}

function database(reader: Reader): Settings['database'] {
  const url = reader.material('DATABASE_URL')
  if (url === null) return { kind: 'embedded' }
  if (!/^postgres(ql)?:\/\//.test(url)) {
    reader.wrong('DATABASE_URL', 'must begin with postgresql://')
  }
  return { kind: 'url', url: new Secret(url) }
}

function sessionStore(reader: Reader): SessionStore {
  const text = reader.text('SESSION_STORE') ?? 'database'
  if (/^rediss?:\/\//.test(text)) return { kind: 'redis', url: text }
  if (/^memcached:\/\/./.test(text)) return { kind: 'memcached', url: text }
  if (/^file:./.test(text)) return { kind: 'file', folder: resolve(text.slice('file:'.length)) }
  if (text !== 'database') {
    const remedy = 'give database, redis://host, memcached://host:11211 or file:<folder>'
    reader.wrong('SESSION_STORE', remedy)
  }
  return { kind: 'database' }
}

function sealKeys(reader: Reader, env: Settings['env']): Secret<Uint8Array>[] {
  const text = reader.material('MINITILL_SEAL_KEY')
  if (text === null) {
    if (env === 'production') {
      reader.wrong('MINITILL_SEAL_KEY', 'is missing; make one: openssl rand -base64 32')
    }
    // Development data only; production never comes here.
    return [new Secret(createHash('sha256').update('minitill development seal key').digest())]
  }
  const keys = text.split(',').map((part) => Buffer.from(part.trim(), 'base64'))
  if (keys.length > 2 || keys.some((key) => key.length !== 32)) {
    reader.wrong('MINITILL_SEAL_KEY', 'must be 32 bytes in base64; two, with a comma, in rotation')
  }
  return keys.map((key) => new Secret<Uint8Array>(key))
}

function trustProxy(reader: Reader): Settings['trustProxy'] {
  const text = reader.text('MINITILL_TRUST_PROXY')
  if (text === null || text === '0') return false
  if (/^[1-9]$/.test(text)) return Number(text)
  const addresses = text.split(',').map((part) => part.trim())
  if (!addresses.every((address) => /^[0-9a-fA-F.:]+(\/\d{1,3})?$/.test(address))) {
    reader.wrong('MINITILL_TRUST_PROXY', 'give a number of proxies (1 to 9) or their addresses')
  }
  return addresses
}
