import { createPrivateKey, createPublicKey, type KeyObject, X509Certificate } from 'node:crypto'
import { decodeBase64 } from '../bytes.ts'

/** A key or certificate that can't be used; the message says which one, why, and what to do. */
export class KeyError extends Error {
  readonly field: string

  constructor(field: string, problem: string) {
    super(`${field}: ${problem}`)
    this.name = 'KeyError'
    this.field = field
  }
}

type Shape = { readonly pem: string; readonly label: string } | { readonly der: Buffer }

/**
 * Finds the key in a text: PEM, PEM whose line ends were written as \n or turned into blanks,
 * base64 of a PEM, base64 of DER, and the base64 body of a PEM whose first and last line got lost.
 */
function shapeOf(text: string, field: string): Shape {
  const plain = withLineEnds(text)
  if (plain === '') throw new KeyError(field, 'is empty')
  const found = pemOf(plain)
  if (found !== null) return found
  const bytes = decodeBase64(plain.replace(/\s+/g, ''))
  if (bytes === null || bytes.length === 0) {
    throw new KeyError(field, 'is neither PEM nor base64; give the text of the .pem file')
  }
  return pemOf(withLineEnds(bytes.toString('latin1'))) ?? { der: bytes }
}

function withLineEnds(text: string): string {
  const lines = text.replace(/\\r/g, '').replace(/\\n/g, '\n').replace(/\r/g, '')
  return lines
    .trim()
    .replace(/^(["'])([\s\S]*)\1$/, '$2')
    .trim()
}

const PEM = /-----BEGIN ([A-Z0-9 ]+)-----([\s\S]*?)-----END \1-----/

function pemOf(text: string): { pem: string; label: string } | null {
  const [, label, body = ''] = PEM.exec(text) ?? []
  if (label === undefined) return null
  // Blanks within the body are lost line ends; an encrypted key's header lines must stay lines.
  const lines = body.includes(':') ? body.trim() : body.replace(/\s+/g, '\n').trim()
  return { pem: `-----BEGIN ${label}-----\n${lines}\n-----END ${label}-----\n`, label }
}

/**
 * A merchant's private key from any of the texts above, PKCS#8 or PKCS#1. KeyError with the reason
 * in words for anything else. The text is parsed here, once: parsing costs three signatures.
 */
export function loadPrivateKey(text: string, field = 'private_key'): KeyObject {
  const shape = shapeOf(text, field)
  if ('label' in shape) {
    if (shape.label === 'CERTIFICATE') {
      throw new KeyError(field, 'is a certificate (apiclient_cert.pem); give apiclient_key.pem')
    }
    if (shape.label.includes('PUBLIC')) {
      throw new KeyError(field, 'is a public key; give the private key, apiclient_key.pem')
    }
    if (shape.label.includes('ENCRYPTED') || shape.pem.includes('Proc-Type:')) {
      throw new KeyError(field, 'is protected by a passphrase; give it without one')
    }
  }
  return rsaOf(firstOf(privateKeyTries(shape)), field, 'is not a private key, or the text was cut')
}

/**
 * WeChat Pay's public key (pub_key.pem) from any of the texts above, SPKI or PKCS#1. KeyError with
 * the reason in words for anything else, a private key and a certificate among it.
 */
export function loadPublicKey(text: string, field = 'public_key'): KeyObject {
  const shape = shapeOf(text, field)
  if ('label' in shape) {
    if (shape.label === 'CERTIFICATE') {
      throw new KeyError(field, 'is a certificate; give the public key, pub_key.pem')
    }
    if (shape.label.includes('PRIVATE')) {
      throw new KeyError(field, 'is a private key; give the public key, pub_key.pem')
    }
  } else if (firstOf(privateKeyTries(shape)) !== null) {
    // Node would quietly take the public half out of it.
    throw new KeyError(field, 'is a private key; give the public key, pub_key.pem')
  }
  const tries =
    'pem' in shape
      ? [() => createPublicKey(shape.pem)]
      : [
          () => createPublicKey({ key: shape.der, format: 'der', type: 'spki' }),
          () => createPublicKey({ key: shape.der, format: 'der', type: 'pkcs1' }),
        ]
  return rsaOf(firstOf(tries), field, 'is not a public key, or the text was cut')
}

/** A certificate from any of the texts above; KeyError in words for anything else. */
export function loadCertificate(text: string, field = 'certificate'): X509Certificate {
  const shape = shapeOf(text, field)
  if ('label' in shape && shape.label.includes('KEY')) {
    throw new KeyError(field, 'is a key; give the certificate')
  }
  const source = 'pem' in shape ? shape.pem : shape.der
  const certificate = firstOf([() => new X509Certificate(source)])
  if (certificate === null) throw new KeyError(field, 'is not a certificate, or the text was cut')
  // A certificate can be whole but for its key, which is read only when it is asked for.
  rsaOf(firstOf([() => certificate.publicKey]), field, 'has no key that can be read')
  return certificate
}

function privateKeyTries(shape: Shape): Array<() => KeyObject> {
  if ('pem' in shape) return [() => createPrivateKey(shape.pem)]
  return [
    () => createPrivateKey({ key: shape.der, format: 'der', type: 'pkcs8' }),
    () => createPrivateKey({ key: shape.der, format: 'der', type: 'pkcs1' }),
  ]
}

function firstOf<T>(tries: ReadonlyArray<() => T>): T | null {
  for (const attempt of tries) {
    try {
      return attempt()
    } catch {
      // OpenSSL's own words say nothing to a shopkeeper; the caller has better ones.
    }
  }
  return null
}

function rsaOf(key: KeyObject | null, field: string, problem: string): KeyObject {
  if (key === null) throw new KeyError(field, problem)
  if (key.asymmetricKeyType !== 'rsa') throw new KeyError(field, 'is not an RSA key')
  if ((key.asymmetricKeyDetails?.modulusLength ?? 0) < 2048) {
    throw new KeyError(field, 'has fewer than 2048 bits')
  }
  return key
}
