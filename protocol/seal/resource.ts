import { createSecretKey, type KeyObject } from 'node:crypto'
import { decodeBase64 } from '../bytes.ts'
import type { SealedResource } from '../model/index.ts'
import { KeyError } from '../sign/key-text.ts'
import { openGcm, sealGcm } from './gcm.ts'

/** The only algorithm by which WeChat Pay seals notifications and certificates. */
export const RESOURCE_ALGORITHM = 'AEAD_AES_256_GCM'

/**
 * The APIv3 key (APIv3密钥) as a secret that does not print: exactly 32 letters and digits, used as
 * their bytes. KeyError for anything else; the message does not show the value.
 */
export function loadApiV3Key(text: string, field = 'apiv3_key'): KeyObject {
  if (text.length !== 32) {
    throw new KeyError(field, `must have exactly 32 characters, not ${text.length}`)
  }
  if (!/^[0-9A-Za-z]{32}$/.test(text)) {
    throw new KeyError(field, 'must be letters and digits only; it is not base64 and not hex')
  }
  return createSecretKey(Buffer.from(text))
}

/** Why a sealed resource was not opened. `not_authentic`: altered, or sealed with another key. */
export type ResourceRefusal =
  | 'algorithm_unknown'
  | 'nonce_malformed'
  | 'not_base64'
  | 'not_authentic'

export type OpenedResource =
  | { readonly ok: true; readonly plaintext: Buffer }
  | { readonly ok: false; readonly reason: ResourceRefusal }

/**
 * Opens a sealed resource (通知报文解密) with the first key that authenticates it: two keys count
 * while the APIv3 key is being changed. Never throws.
 */
export function openResource(keys: readonly KeyObject[], resource: SealedResource): OpenedResource {
  if (resource.algorithm !== RESOURCE_ALGORITHM) return { ok: false, reason: 'algorithm_unknown' }
  if (!/^[\x20-\x7e]{12}$/.test(resource.nonce)) return { ok: false, reason: 'nonce_malformed' }
  const sealed = decodeBase64(resource.ciphertext)
  if (sealed === null) return { ok: false, reason: 'not_base64' }
  const parts = { nonce: resource.nonce, associatedData: resource.associated_data }
  for (const key of keys) {
    const plaintext = openGcm(key, parts, sealed)
    if (plaintext !== null) return { ok: true, plaintext }
  }
  return { ok: false, reason: 'not_authentic' }
}

/** Seals a text as WeChat does: for tests and tools; a merchant only opens. */
export function sealResource(
  key: KeyObject,
  parts: { readonly nonce: string; readonly associatedData: string },
  plaintext: string,
): SealedResource {
  if (!/^[\x20-\x7e]{12}$/.test(parts.nonce)) {
    throw new RangeError('a nonce must be exactly 12 ASCII characters')
  }
  return {
    algorithm: RESOURCE_ALGORITHM,
    ciphertext: sealGcm(key, parts, Buffer.from(plaintext)).toString('base64'),
    associated_data: parts.associatedData,
    nonce: parts.nonce,
  }
}
