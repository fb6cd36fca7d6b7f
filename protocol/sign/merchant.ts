import { createPublicKey, type KeyObject, type X509Certificate } from 'node:crypto'
import { type Mchid, ModelError, parseMchid, parseSerialNo, type SerialNo } from '../model/index.ts'
import { loadApiV3Key } from '../seal/resource.ts'
import {
  KeyRing,
  type PlatformKey,
  platformCertificate,
  platformPublicKey,
  sameSerial,
} from './key-ring.ts'
import { KeyError, loadCertificate, loadPrivateKey } from './key-text.ts'

/** A merchant's settings as texts, from environment or file. */
export interface MerchantSettings {
  readonly mchid: string
  /** Serial of the merchant's API certificate, not of WeChat's. */
  readonly serial_no: string
  readonly private_key: string
  readonly apiv3_key: string
  /** The merchant's API certificate; optional, and when given it must fit key and serial. */
  readonly certificate?: string
  readonly public_key_id?: string
  readonly public_key?: string
  /** Platform certificates known already. */
  readonly platform_certificates?: readonly string[]
}

/** A merchant whose keys are parsed and fit together. Secrets are KeyObjects: they do not print. */
export interface Merchant {
  readonly mchid: Mchid
  readonly serial: SerialNo
  readonly privateKey: KeyObject
  readonly apiv3Key: KeyObject
  readonly keys: KeyRing
}

export type MerchantCheck =
  | { readonly ok: true; readonly merchant: Merchant }
  /** Every problem at once, each beginning with the field's name. */
  | { readonly ok: false; readonly problems: readonly string[] }

/**
 * Parses a merchant's settings and checks that private key, certificate, serial and WeChat's public
 * key fit together: the commonest reasons for SIGN_ERROR, found before the first request.
 */
export function openMerchant(settings: MerchantSettings): MerchantCheck {
  const problems: string[] = []
  const attempt = <T>(parse: () => T): T | undefined => {
    try {
      return parse()
    } catch (error) {
      if (error instanceof KeyError || error instanceof ModelError) problems.push(error.message)
      else throw error
      return undefined
    }
  }
  const mchid = attempt(() => parseMchid(settings.mchid))
  const serial = attempt(() => parseCertificateSerial(settings.serial_no))
  const privateKey = attempt(() => loadPrivateKey(settings.private_key))
  const apiv3Key = attempt(() => loadApiV3Key(settings.apiv3_key))
  const { certificate: text } = settings
  const certificate = text === undefined ? undefined : attempt(() => loadCertificate(text))
  if (certificate !== undefined)
    problems.push(...misfits(certificate, { mchid, serial, privateKey }))
  const platformKeys = platformKeysOf(settings, attempt)
  if (privateKey !== undefined) problems.push(...ownKeys(platformKeys, privateKey))
  const keys = serial && attempt(() => new KeyRing(serial, platformKeys))
  if (mchid && serial && privateKey && apiv3Key && keys && problems.length === 0) {
    return { ok: true, merchant: { mchid, serial, privateKey, apiv3Key, keys } }
  }
  return { ok: false, problems }
}

function parseCertificateSerial(text: string): SerialNo {
  const serial = parseSerialNo(text.trim())
  if (serial.startsWith('PUB_KEY_ID_')) {
    throw new ModelError(
      'serial_no',
      "must be the merchant certificate's serial, not WeChat's key id",
    )
  }
  return serial
}

function platformKeysOf(
  settings: MerchantSettings,
  attempt: <T>(parse: () => T) => T | undefined,
): PlatformKey[] {
  const { public_key_id: id, public_key: text } = settings
  const keys: Array<PlatformKey | undefined> = []
  if ((id === undefined) !== (text === undefined)) {
    attempt(() => {
      throw new KeyError('public_key', 'public_key_id and public_key must be given together')
    })
  } else if (id !== undefined && text !== undefined) {
    keys.push(attempt(() => platformPublicKey(id.trim(), text)))
  }
  for (const pem of settings.platform_certificates ?? []) {
    keys.push(attempt(() => platformCertificate(pem)))
  }
  return keys.filter((key) => key !== undefined)
}

/** In which ways a merchant certificate does not belong to the rest; empty when it fits. */
function misfits(
  certificate: X509Certificate,
  own: {
    mchid: string | undefined
    serial: SerialNo | undefined
    privateKey: KeyObject | undefined
  },
): string[] {
  const problems: string[] = []
  if (own.privateKey !== undefined && !certificate.checkPrivateKey(own.privateKey)) {
    problems.push('private_key: belongs to another certificate than the one given as certificate')
  }
  if (own.serial !== undefined && !sameSerial(certificate.serialNumber, own.serial)) {
    problems.push(
      `serial_no: is ${own.serial}, but the certificate has the serial ${certificate.serialNumber}`,
    )
  }
  // WeChat issues merchant certificates to the merchant number.
  const [, holder] = /^CN=([0-9]{8,10})$/m.exec(certificate.subject) ?? []
  if (holder !== undefined && own.mchid !== undefined && holder !== own.mchid) {
    problems.push(`certificate: was issued to merchant ${holder}, not to ${own.mchid}`)
  }
  return problems
}

function ownKeys(platformKeys: readonly PlatformKey[], privateKey: KeyObject): string[] {
  const own = createPublicKey(privateKey)
  return platformKeys
    .filter(({ key }) => key.equals(own))
    .map(
      ({ kind }) =>
        `${kind === 'public_key' ? 'public_key' : 'platform certificate'}: belongs to your own ` +
        "private key; give WeChat Pay's, which you download from the merchant platform",
    )
}
