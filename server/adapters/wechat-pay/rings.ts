import { createPublicKey } from 'node:crypto'
import {
  downloadCertificates,
  type KeyRing,
  type PayClient,
  type Merchant as PayMerchant,
  type PlatformKey,
} from '@minitill/protocol'
import type { Answer, Clock, Log } from '../../ports/index.ts'
import { silence } from '../../ports/index.ts'
import type { PlatformKey as KeptKey, PlatformKeys } from '../../ports/tables/platform-keys.ts'

export interface RingParts {
  readonly clock: Clock
  readonly log: Log
  readonly kept: PlatformKeys
}

/** How long nobody downloads again, on any instance, once there are certificates. */
const refreshGapMs = 5 * 60 * 1000
/** With no certificate at all nothing works: then every ten seconds is right. */
const firstGapMs = 10_000
const lookGapMs = 1_000
/** For another process's download, which takes some tenths of a second: one second in all. */
const waitMs = 100
const waitsMost = 10

/**
 * The keys by which one merchant recognises WeChat Pay: those of the settings and those that were
 * downloaded, which all processes share through the database.
 */
export class Ring {
  readonly merchant: PayMerchant
  readonly #parts: RingParts
  #keys: KeyRing
  #lookedAtMs = Number.NEGATIVE_INFINITY
  #looking: Promise<void> = Promise.resolve()
  #learning: Promise<void> | null = null
  #waitedInVainAtMs = Number.NEGATIVE_INFINITY

  constructor(merchant: PayMerchant, parts: RingParts) {
    this.merchant = merchant
    this.#parts = parts
    this.#keys = merchant.keys
  }

  keys(): KeyRing {
    return this.#keys
  }

  /** Reads what other processes downloaded; at most once a second. */
  async look(): Promise<void> {
    const now = this.#parts.clock.now()
    if (Math.abs(now - this.#lookedAtMs) >= lookGapMs) {
      this.#lookedAtMs = now
      this.#looking = this.#read()
    }
    // Messages that come together wait for the same look: none may be refused meanwhile.
    await this.#looking
  }

  async #read(): Promise<void> {
    const kept = await this.#parts.kept.ofMerchant(this.merchant.mchid)
    this.#keys = this.#keys.merge(kept.map(ringKey))
  }

  /**
   * An answer names a key that we do not have: look, and download if it is our turn. Many answers
   * at the instant of a rotation wait for the same look and download.
   */
  async learn(client: PayClient): Promise<void> {
    this.#learning ??= this.#learnOnce(client).finally(() => {
      this.#learning = null
    })
    await this.#learning
  }

  async #learnOnce(client: PayClient): Promise<void> {
    const { clock, kept } = this.#parts
    const known = this.#keys.all().length
    await this.look()
    // Another process had downloaded already: no reason to bother WeChat before this was tried.
    if (this.#keys.all().length > known) return
    const hasSome = this.#keys.all().some((key) => key.kind === 'certificate')
    const gapMs = hasSome ? refreshGapMs : firstGapMs
    if (await kept.claimRefresh(this.merchant.mchid, clock.now(), gapMs))
      await this.download(client)
    else await this.#awaitOther(known)
  }

  /**
   * Another process took the right to download: perhaps just now, so that what it gets is about to
   * be stored. After one wait in vain nobody waits again for as long as the right is taken.
   */
  async #awaitOther(known: number): Promise<void> {
    const { clock } = this.#parts
    if (clock.now() - this.#waitedInVainAtMs < refreshGapMs) return
    for (let wait = 0; wait < waitsMost; wait += 1) {
      await clock.sleep(waitMs)
      await this.#read()
      if (this.#keys.all().length > known) return
    }
    this.#waitedInVainAtMs = clock.now()
  }

  /** Downloads the certificates now and keeps them for all processes. */
  async download(client: PayClient): Promise<Answer<'refreshed' | 'none'>> {
    const { clock, kept, log } = this.#parts
    const { mchid, apiv3Key } = this.merchant
    const merchant = { keys: this.#keys, apiv3Keys: [apiv3Key] }
    const answer = await downloadCertificates(client, merchant, () => clock.now())
    if (answer.got === 'none') return { got: 'answer', value: 'none' }
    if (answer.got === 'certificates') {
      this.#keys = this.#keys.merge(answer.certificates)
      await kept.keep(mchid, answer.certificates.map(keptKey), clock.now())
      return { got: 'answer', value: 'refreshed' }
    }
    // Nobody was reached, so that nobody was bothered: the next one need not wait.
    if (answer.got === 'silence' && answer.why === 'connect_failed')
      await kept.releaseRefresh(mchid)
    const why = answer.got === 'silence' ? answer.why : `${answer.status} ${answer.code}`
    log.warn({ mchid, why }, 'no platform certificates came')
    return silence('unverified')
  }
}

function keptKey(key: PlatformKey): KeptKey {
  const { serial: serialNo, effectiveAt, expiresAt } = key
  if (effectiveAt === null || expiresAt === null) throw new TypeError('a certificate has its times')
  const publicKey = key.key.export({ type: 'spki', format: 'pem' }).toString()
  return { serialNo, publicKey, effectiveAtMs: effectiveAt, expiresAtMs: expiresAt }
}

function ringKey(kept: KeptKey): PlatformKey {
  return {
    serial: kept.serialNo,
    key: createPublicKey(kept.publicKey),
    kind: 'certificate',
    effectiveAt: kept.effectiveAtMs,
    expiresAt: kept.expiresAtMs,
    issuer: '',
  }
}
