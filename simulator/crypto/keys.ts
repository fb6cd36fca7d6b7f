import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'

const MOST_KEYS = 1000

/** Parsed keys by their PEM text: parsing one costs three times as much as signing with it. */
export class KeyRing {
  readonly #privateKeys = new Map<string, KeyObject>()
  readonly #publicKeys = new Map<string, KeyObject>()

  /** Throws when the text is no private key. */
  privateKey(pem: string): KeyObject {
    return remembered(this.#privateKeys, pem, createPrivateKey)
  }

  /** Throws when the text is no public key. */
  publicKey(pem: string): KeyObject {
    return remembered(this.#publicKeys, pem, createPublicKey)
  }
}

function remembered(
  keys: Map<string, KeyObject>,
  pem: string,
  parse: (pem: string) => KeyObject,
): KeyObject {
  const known = keys.get(pem)
  if (known !== undefined) return known
  const key = parse(pem)
  if (keys.size >= MOST_KEYS) keys.clear()
  keys.set(pem, key)
  return key
}

/** The public half of a certificate or key, as SPKI PEM. Throws when the text is none. */
export function publicHalf(pem: string): string {
  return createPublicKey(pem).export({ type: 'spki', format: 'pem' }).toString()
}
