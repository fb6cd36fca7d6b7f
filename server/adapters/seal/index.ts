import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'
import type { Seal, SealPurpose } from '../../ports/index.ts'

/** The sealed bytes do not open: altered, moved to another row, or sealed with a key that is gone. */
export class SealError extends Error {
  constructor() {
    super(
      'a sealed value does not open: was MINITILL_SEAL_KEY changed without keeping the old one?',
    )
    this.name = 'SealError'
  }
}

const version = 1
const idBytes = 4
const nonceBytes = 12
const tagBytes = 16
const headBytes = 1 + idBytes + nonceBytes

/**
 * AES-256-GCM: version, key id, nonce, ciphertext, tag. The first key seals; all open, so that a
 * new key can be put in front while old values are still there.
 * @param bytes chance for the nonces: the operating system's, unless a simulation draws it
 */
export function aesSeal(
  keys: readonly Uint8Array[],
  bytes: (count: number) => Uint8Array = randomBytes,
): Seal {
  const known = keys.map((key) => ({ id: keyId(key), key }))
  const [current] = known
  if (current === undefined) throw new RangeError('at least one seal key is needed')
  return {
    seal(purpose, subject, text) {
      const nonce = bytes(nonceBytes)
      const cipher = createCipheriv('aes-256-gcm', current.key, nonce, { authTagLength: tagBytes })
      cipher.setAAD(context(purpose, subject))
      const sealed = [cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]
      return Buffer.concat([Buffer.of(version), current.id, nonce, ...sealed])
    },
    open(purpose, subject, sealed) {
      const bytes = Buffer.from(sealed)
      const id = bytes.subarray(1, 1 + idBytes)
      const found = known.find((one) => one.id.equals(id))
      if (bytes[0] !== version || found === undefined) throw new SealError()
      return unseal(found.key, bytes, context(purpose, subject))
    },
  }
}

function unseal(key: Uint8Array, bytes: Buffer, aad: Buffer): string {
  if (bytes.length < headBytes + tagBytes) throw new SealError()
  const nonce = bytes.subarray(1 + idBytes, headBytes)
  const tagAt = bytes.length - tagBytes
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes })
  decipher.setAAD(aad)
  decipher.setAuthTag(bytes.subarray(tagAt))
  try {
    const text = [decipher.update(bytes.subarray(headBytes, tagAt)), decipher.final()]
    return Buffer.concat(text).toString('utf8')
  } catch {
    throw new SealError()
  }
}

/** What the value is and whose: authenticated, so that a moved value does not open. */
function context(purpose: SealPurpose, subject: string): Buffer {
  return Buffer.from(`${purpose}\n${subject}`, 'utf8')
}

/** Names a key without telling anything of it. */
function keyId(key: Uint8Array): Buffer {
  return createHash('sha256').update('minitill-seal-key').update(key).digest().subarray(0, idBytes)
}
