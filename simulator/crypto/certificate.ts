// X.509 by hand: a version 3 certificate is some forty lines of DER, and a library for it would bring a dependency container and a reflection polyfill with it.
import { createPrivateKey, createPublicKey, sign } from 'node:crypto'

/** Whose name stands on every certificate made here, so that none is mistaken for a real one. */
export const ISSUER = 'Minitill Simulator'

const SHA256_WITH_RSA = '1.2.840.113549.1.1.11'
const COUNTRY = '2.5.4.6'
const ORGANISATION = '2.5.4.10'
const COMMON_NAME = '2.5.4.3'

export function der(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(contents)
  if (content.length < 128) return Buffer.concat([Buffer.from([tag, content.length]), content])
  const length = Buffer.from(content.length.toString(16).padStart(4, '0'), 'hex')
  return Buffer.concat([Buffer.from([tag, 0x82]), length, content])
}

export function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number)
  const bytes = [first * 40 + second]
  for (const arc of rest) {
    const septets = [arc & 0x7f]
    for (let left = arc >>> 7; left > 0; left >>>= 7) septets.unshift((left & 0x7f) | 0x80)
    bytes.push(...septets)
  }
  return der(0x06, Buffer.from(bytes))
}

function name(commonName: string): Buffer {
  const part = (type: string, value: string) =>
    der(0x31, der(0x30, oid(type), der(0x0c, Buffer.from(value, 'utf8'))))
  return der(0x30, part(COUNTRY, 'CN'), part(ORGANISATION, ISSUER), part(COMMON_NAME, commonName))
}

function generalizedTime(epochMs: number): Buffer {
  const text = new Date(epochMs).toISOString().replace(/[-:T]/g, '').slice(0, 14)
  return der(0x18, Buffer.from(`${text}Z`, 'ascii'))
}

/** UTCTime up to 2049 and GeneralizedTime after, as RFC 5280 §4.1.2.5 asks for. */
function time(epochMs: number): Buffer {
  if (epochMs >= Date.UTC(2050, 0, 1)) return generalizedTime(epochMs)
  const text = new Date(epochMs).toISOString().replace(/[-:T]/g, '').slice(2, 14)
  return der(0x17, Buffer.from(`${text}Z`, 'ascii'))
}

export interface CertificateRequest {
  /** 40 upper-case hex digits, the first one 1 to 7. */
  readonly serialNo: string
  readonly subject: string
  readonly publicKey: string
  readonly issuerPrivateKey: string
  readonly effectiveAtMs: number
  readonly expiresAtMs: number
  /** The issuer's common name; `Minitill Simulator` unless given. */
  readonly issuer?: string
  /** DER of each extension, see `extensions.ts`; none unless given. */
  readonly extensions?: readonly Uint8Array[]
}

/** A certificate as PEM, issued by `Minitill Simulator` unless the request says otherwise. */
export function issueCertificate(request: CertificateRequest): string {
  const algorithm = der(0x30, oid(SHA256_WITH_RSA), der(0x05))
  const spki = createPublicKey(request.publicKey).export({ type: 'spki', format: 'der' })
  const body = der(
    0x30,
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.from(request.serialNo, 'hex')),
    algorithm,
    name(request.issuer ?? ISSUER),
    der(0x30, time(request.effectiveAtMs), time(request.expiresAtMs)),
    name(request.subject),
    spki,
    ...(request.extensions === undefined ? [] : [der(0xa3, der(0x30, ...request.extensions))]),
  )
  const signature = sign('sha256', body, createPrivateKey(request.issuerPrivateKey))
  const whole = der(0x30, body, algorithm, der(0x03, Buffer.from([0]), signature))
  const lines = whole.toString('base64').match(/.{1,64}/g) ?? []
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`
}

/** A serial from any 40 hex digits: positive as DER reads it, and without a leading zero byte. */
export function serialFrom(hex: string): string {
  const first = (Number.parseInt(hex.slice(0, 1), 16) % 7) + 1
  return `${first}${hex.slice(1, 40)}`.toUpperCase()
}
