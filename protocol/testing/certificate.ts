import { createPublicKey, type KeyObject, sign } from 'node:crypto'

// A certificate authority of forty lines for tests: Node reads certificates, but makes none.

const der = (tag: number, ...parts: Uint8Array[]): Buffer => {
  const content = Buffer.concat(parts)
  const { length } = content
  const head =
    length < 128
      ? [tag, length]
      : length < 256
        ? [tag, 0x81, length]
        : [tag, 0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from(head), content])
}
const sequence = (...parts: Uint8Array[]) => der(0x30, ...parts)
const SHA256_WITH_RSA = sequence(
  der(0x06, Buffer.from([0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0b])),
  der(0x05),
)
const commonName = (name: string) =>
  sequence(
    der(0x31, sequence(der(0x06, Buffer.from([0x55, 0x04, 0x03])), der(0x0c, Buffer.from(name)))),
  )
const time = (iso: string) => {
  const digits = iso.replace(/[-:T]/g, '').slice(0, 14)
  return der(0x18, Buffer.from(`${digits}Z`))
}

/** A self-signed certificate as PEM. `serial` is hex; times are like 2026-11-23T00:00:00. */
export function issueCertificate(subject: {
  readonly privateKey: KeyObject
  readonly serial: string
  readonly name: string
  readonly from: string
  readonly until: string
}): string {
  const { privateKey, serial, name, from, until } = subject
  const spki = createPublicKey(privateKey).export({ type: 'spki', format: 'der' })
  const number = Buffer.from(serial, 'hex')
  // A leading bit would make the number negative.
  const positive = (number[0] ?? 0) > 127 ? Buffer.concat([Buffer.of(0), number]) : number
  const body = sequence(
    der(0xa0, der(0x02, Buffer.of(2))),
    der(0x02, positive),
    SHA256_WITH_RSA,
    commonName(name),
    sequence(time(from), time(until)),
    commonName(name),
    spki,
  )
  const signature = sign('sha256', body, privateKey)
  const bits = der(0x03, Buffer.of(0), signature)
  const text = sequence(body, SHA256_WITH_RSA, bits).toString('base64')
  const lines = text.match(/.{1,64}/g) ?? []
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`
}
