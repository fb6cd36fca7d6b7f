import { createCipheriv, createDecipheriv, type KeyObject } from 'node:crypto'

const TAG_BYTES = 16

/** The additional parts of AES-GCM as the wire gives them: texts, used as their bytes. */
export interface GcmParts {
  readonly nonce: string
  readonly associatedData: string
}

function cipherOf(key: KeyObject): 'aes-256-gcm' | 'aes-128-gcm' {
  // Sixteen bytes occur in published test vectors only; loadApiV3Key lets 32 through and no others.
  return key.symmetricKeySize === 16 ? 'aes-128-gcm' : 'aes-256-gcm'
}

/** Ciphertext and its 16-byte tag. */
export function sealGcm(key: KeyObject, parts: GcmParts, plaintext: Uint8Array): Buffer {
  const cipher = createCipheriv(cipherOf(key), key, Buffer.from(parts.nonce), {
    authTagLength: TAG_BYTES,
  })
  cipher.setAAD(Buffer.from(parts.associatedData))
  return Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()])
}

/** The plaintext, or null when the tag does not fit: nothing of the content is given out then. */
export function openGcm(key: KeyObject, parts: GcmParts, sealed: Uint8Array): Buffer | null {
  if (sealed.length < TAG_BYTES) return null
  const decipher = createDecipheriv(cipherOf(key), key, Buffer.from(parts.nonce), {
    authTagLength: TAG_BYTES,
  })
  decipher.setAAD(Buffer.from(parts.associatedData))
  decipher.setAuthTag(sealed.subarray(sealed.length - TAG_BYTES))
  const content = decipher.update(sealed.subarray(0, sealed.length - TAG_BYTES))
  try {
    // final() is where the tag is compared. Leaving it out is how others accepted altered amounts.
    return Buffer.concat([content, decipher.final()])
  } catch {
    return null
  }
}
