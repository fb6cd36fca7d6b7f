// Extensions of X.509 certificates for TLS (RFC 5280 §4.2), as DER.
import { createHash } from 'node:crypto'
import { der, oid } from './certificate.ts'

const TRUE = der(0x01, Buffer.from([0xff]))

function extension(id: string, isCritical: boolean, value: Uint8Array): Buffer {
  return der(0x30, oid(id), ...(isCritical ? [TRUE] : []), der(0x04, value))
}

function keyId(publicKeyPem: string): Buffer {
  return createHash('sha1').update(publicKeyPem).digest()
}

/** dNSName of a GeneralName. */
function dnsName(host: string): Buffer {
  return der(0x82, Buffer.from(host, 'ascii'))
}

/**
 * What makes a certificate an authority, and a harmless one: it may sign no other authority, and
 * nothing but these hosts.
 */
export function authorityExtensions(
  publicKeyPem: string,
  hosts: readonly string[],
): readonly Uint8Array[] {
  const subtrees = hosts.map((host) => der(0x30, dnsName(host)))
  return [
    extension('2.5.29.19', true, der(0x30, TRUE, der(0x02, Buffer.from([0])))),
    // keyCertSign and cRLSign.
    extension('2.5.29.15', true, der(0x03, Buffer.from([1, 0b0000_0110]))),
    extension('2.5.29.14', false, der(0x04, keyId(publicKeyPem))),
    extension('2.5.29.30', true, der(0x30, der(0xa0, ...subtrees))),
  ]
}

/** What a TLS server's certificate for one host needs. */
export function serverExtensions(
  host: string,
  publicKeyPem: string,
  authorityKeyPem: string,
): readonly Uint8Array[] {
  const serverAuth = oid('1.3.6.1.5.5.7.3.1')
  return [
    extension('2.5.29.19', true, der(0x30)),
    // digitalSignature and keyEncipherment.
    extension('2.5.29.15', true, der(0x03, Buffer.from([5, 0b1010_0000]))),
    extension('2.5.29.37', false, der(0x30, serverAuth)),
    extension('2.5.29.17', false, der(0x30, dnsName(host))),
    extension('2.5.29.14', false, der(0x04, keyId(publicKeyPem))),
    extension('2.5.29.35', false, der(0x30, der(0x80, keyId(authorityKeyPem)))),
  ]
}
