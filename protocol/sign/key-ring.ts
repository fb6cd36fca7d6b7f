import type { KeyObject } from 'node:crypto'
import {
  type Instant,
  instant,
  isPublicKeyId,
  parseSerialNo,
  type SerialNo,
} from '../model/index.ts'
import { KeyError, loadCertificate, loadPublicKey } from './key-text.ts'

/** A key of WeChat Pay's, parsed once, under the name by which messages refer to it. */
export interface PlatformKey {
  readonly serial: SerialNo
  readonly key: KeyObject
  readonly kind: 'certificate' | 'public_key'
  /** From when and until when a certificate counts; a public key has neither. */
  readonly effectiveAt: Instant | null
  readonly expiresAt: Instant | null
  /** Who issued a certificate, one `NAME=value` a line; empty for a public key. */
  readonly issuer: string
}

/** A platform certificate (平台证书); its serial is read from the certificate itself. */
export function platformCertificate(text: string): PlatformKey {
  const certificate = loadCertificate(text, 'platform certificate')
  return {
    serial: parseSerialNo(certificate.serialNumber),
    key: certificate.publicKey,
    kind: 'certificate',
    effectiveAt: instant(certificate.validFromDate.getTime()),
    expiresAt: instant(certificate.validToDate.getTime()),
    issuer: certificate.issuer,
  }
}

/** WeChat Pay's public key (微信支付公钥) under its id, `PUB_KEY_ID_` and digits. */
export function platformPublicKey(id: string, text: string): PlatformKey {
  if (!/^PUB_KEY_ID_[0-9]{1,64}$/.test(id)) {
    throw new KeyError('public_key_id', 'must be "PUB_KEY_ID_" and digits')
  }
  return {
    serial: parseSerialNo(id),
    key: loadPublicKey(text),
    kind: 'public_key',
    effectiveAt: null,
    expiresAt: null,
    issuer: '',
  }
}

/**
 * All keys by which one merchant recognises WeChat Pay: certificates and public keys at once, any
 * number. A ring never changes; rotation makes a new one.
 */
export class KeyRing {
  readonly #keys: ReadonlyMap<string, PlatformKey>
  readonly #ownSerial: SerialNo

  /** `ownSerial` is the merchant's own certificate serial: it never names a key of WeChat's. */
  constructor(ownSerial: SerialNo, keys: Iterable<PlatformKey> = []) {
    const map = new Map<string, PlatformKey>()
    for (const key of keys) {
      if (sameSerial(key.serial, ownSerial)) {
        throw new KeyError(
          'platform key',
          "has the merchant's own certificate serial; give WeChat Pay's certificate or public key",
        )
      }
      map.set(withoutZeros(key.serial), key)
    }
    this.#keys = map
    this.#ownSerial = ownSerial
  }

  /** The key of that name, or undefined. Serials compare without case and leading zeros. */
  find(serial: string): PlatformKey | undefined {
    return this.#keys.get(withoutZeros(serial))
  }

  /** All keys, in the order in which they came. */
  all(): PlatformKey[] {
    return [...this.#keys.values()]
  }

  /** A ring with these keys added; one of the same name replaces the older one. */
  merge(keys: Iterable<PlatformKey>): KeyRing {
    return new KeyRing(this.#ownSerial, [...this.all(), ...keys])
  }

  /**
   * A ring after a full download: its certificates are exactly these, public keys stay. An empty
   * list changes nothing, because a ring without keys would refuse every true message.
   */
  rotate(certificates: readonly PlatformKey[]): KeyRing {
    if (certificates.length === 0) return this
    const publicKeys = this.all().filter((key) => key.kind === 'public_key')
    return new KeyRing(this.#ownSerial, [...publicKeys, ...certificates])
  }

  /**
   * The key to encrypt a field with: of the certificates that count at that time the one that came
   * into effect last, or else a public key. Undefined when there is none.
   */
  sealingKey(at: Instant): PlatformKey | undefined {
    const certificates = this.all()
      .filter((key) => key.kind === 'certificate' && (key.effectiveAt ?? 0) <= at)
      .filter((key) => key.expiresAt !== null && at < key.expiresAt)
      .sort((a, b) => (b.effectiveAt ?? 0) - (a.effectiveAt ?? 0))
    return certificates[0] ?? this.all().find((key) => key.kind === 'public_key')
  }
}

function withoutZeros(serial: string): string {
  const name = serial.toUpperCase()
  return isPublicKeyId(name) ? name : name.replace(/^0+(?=.)/, '')
}

/** Whether two serials are the same number. Some tools drop leading zeros or write lower case. */
export function sameSerial(a: string, b: string): boolean {
  return withoutZeros(a) === withoutZeros(b)
}
