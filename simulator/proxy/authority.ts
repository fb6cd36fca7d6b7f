// The simulator's own certificate authority: made once, kept with the world, good for WeChat's hosts
// and for nothing else. Real time counts here: the certificates are for programs of today.
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createSecureContext, type SecureContext } from 'node:tls'
import { issueCertificate, serialFrom } from '../crypto/certificate.ts'
import { authorityExtensions, serverExtensions } from '../crypto/extensions.ts'
import type { KeyPairPem, Ports } from '../ports.ts'
import { WECHAT_HOSTS } from './hosts.ts'

const DAY_MS = 24 * 60 * 60 * 1000
const AUTHORITY_DAYS = 3650
/** No TLS client takes more than 398 days. */
const SERVER_DAYS = 397
const RENEW_DAYS = 30

const NAME = 'Minitill Simulator Local CA'
const KEY_FILE = 'proxy-ca.keys.json'
export const CA_FILE = 'proxy-ca.pem'

interface Kept {
  readonly keys: KeyPairPem
  readonly certificate: string
  readonly serverKeys: KeyPairPem
  readonly expiresAtMs: number
}

export class Authority {
  readonly certificate: string
  readonly #kept: Kept
  readonly #ports: Ports
  readonly #contexts = new Map<string, { context: SecureContext; renewAtMs: number }>()

  private constructor(kept: Kept, ports: Ports) {
    this.certificate = kept.certificate
    this.#kept = kept
    this.#ports = ports
  }

  /** Takes up the authority of a folder, or makes one; without a folder it lives in memory. */
  static async open(folder: string | null, ports: Ports): Promise<Authority> {
    const known = folder === null ? null : read(folder)
    const soonMs = ports.realNowMs() + RENEW_DAYS * DAY_MS
    if (known !== null && known.expiresAtMs > soonMs) return new Authority(known, ports)
    const made = await make(ports)
    if (folder !== null) write(folder, made)
    return new Authority(made, ports)
  }

  /** Key and certificate for one of WeChat's hosts; renewed in time. */
  contextOf(host: string): SecureContext {
    const nowMs = this.#ports.realNowMs()
    const known = this.#contexts.get(host)
    if (known !== undefined && nowMs < known.renewAtMs) return known.context
    const { keys, serverKeys } = this.#kept
    const cert = issueCertificate({
      serialNo: newSerial(this.#ports),
      subject: host,
      publicKey: serverKeys.publicKey,
      issuer: NAME,
      issuerPrivateKey: keys.privateKey,
      effectiveAtMs: nowMs - DAY_MS,
      expiresAtMs: nowMs + (SERVER_DAYS - 1) * DAY_MS,
      extensions: serverExtensions(host, serverKeys.publicKey, keys.publicKey),
    })
    const context = createSecureContext({ key: serverKeys.privateKey, cert })
    const renewAtMs = nowMs + (SERVER_DAYS - RENEW_DAYS) * DAY_MS
    this.#contexts.set(host, { context, renewAtMs })
    return context
  }
}

function newSerial(ports: Ports): string {
  return serialFrom(`${ports.newSeed()}${ports.newSeed()}`.slice(0, 40))
}

async function make(ports: Ports): Promise<Kept> {
  const [keys, serverKeys] = await Promise.all([ports.newKeyPair(), ports.newKeyPair()])
  const nowMs = ports.realNowMs()
  const expiresAtMs = nowMs + AUTHORITY_DAYS * DAY_MS
  const certificate = issueCertificate({
    serialNo: newSerial(ports),
    subject: NAME,
    publicKey: keys.publicKey,
    issuer: NAME,
    issuerPrivateKey: keys.privateKey,
    effectiveAtMs: nowMs - DAY_MS,
    expiresAtMs,
    extensions: authorityExtensions(keys.publicKey, WECHAT_HOSTS),
  })
  return { keys, serverKeys, certificate, expiresAtMs }
}

/** What was kept, or null when it is missing or damaged: then a new one is made. */
function read(folder: string): Kept | null {
  try {
    const kept: Kept = JSON.parse(readFileSync(join(folder, KEY_FILE), 'utf8'))
    const certificate = readFileSync(join(folder, CA_FILE), 'utf8')
    return certificate === kept.certificate ? kept : null
  } catch {
    return null
  }
}

/** The keys for their owner alone; the certificate for everyone who is to trust it. */
function write(folder: string, kept: Kept): void {
  const place = join(folder, KEY_FILE)
  writeFileSync(`${place}.new`, JSON.stringify(kept), { mode: 0o600 })
  renameSync(`${place}.new`, place)
  writeFileSync(join(folder, CA_FILE), kept.certificate, { mode: 0o644 })
}
