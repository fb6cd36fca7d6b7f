import type { KeyObject } from 'node:crypto'
import type { Mchid, SerialNo } from '../model/index.ts'
import { signBytes } from './rsa.ts'

/** The scheme of every signature here. The national-crypto variant (SM2) is not spoken. */
export const SCHEME = 'WECHATPAY2-SHA256-RSA2048'

/** What a request signature covers, as it goes over the wire. */
export interface SignedRequest {
  /** Upper case. */
  readonly method: string
  /** Path and, when there is one, `?` and the query, percent-encoded as sent. No host. */
  readonly path: string
  /** Seconds since the epoch. */
  readonly timestamp: number
  readonly nonce: string
  /** The very bytes that are sent; empty when there are none. */
  readonly body: Uint8Array
}

/** The five lines of a request signature, each ended by a line feed, the last one too (请求签名). */
export function requestMessage(request: SignedRequest): Buffer {
  const { method, path, timestamp, nonce, body } = request
  const head = `${method}\n${path}\n${timestamp}\n${nonce}\n`
  return Buffer.concat([Buffer.from(head), body, Buffer.from('\n')])
}

/** Who signs: merchant number, serial of its API certificate, key of that certificate. */
export interface RequestSigner {
  readonly mchid: Mchid
  readonly serial: SerialNo
  readonly privateKey: KeyObject
}

/** Signs a request and gives the value of its Authorization header. */
export async function authorizeRequest(
  signer: RequestSigner,
  request: SignedRequest,
): Promise<string> {
  const signature = await signBytes(signer.privateKey, requestMessage(request))
  const { timestamp, nonce } = request
  return buildAuthorization({
    mchid: signer.mchid,
    nonce,
    timestamp: String(timestamp),
    serial: signer.serial,
    signature,
  })
}

/** The five pairs of an Authorization header, all as text. */
export interface Authorization {
  readonly mchid: string
  readonly nonce: string
  readonly timestamp: string
  readonly serial: string
  readonly signature: string
}

/** The header's value: the scheme, exactly one space, five quoted pairs. */
export function buildAuthorization(parts: Authorization): string {
  const pairs = [
    `mchid="${parts.mchid}"`,
    `nonce_str="${parts.nonce}"`,
    `timestamp="${parts.timestamp}"`,
    `serial_no="${parts.serial}"`,
    `signature="${parts.signature}"`,
  ]
  return `${SCHEME} ${pairs.join(',')}`
}

/** Why an Authorization header cannot be read. */
export type AuthorizationRefusal = 'scheme_unknown' | 'malformed'

const PAIR = /^(mchid|nonce_str|timestamp|serial_no|signature)="([^"\r\n]*)"$/

/** Reads the header's value: the pairs may come in any order, each exactly once. */
export function parseAuthorization(
  header: string,
): { ok: true; authorization: Authorization } | { ok: false; reason: AuthorizationRefusal } {
  const space = header.indexOf(' ')
  if (space < 0) return { ok: false, reason: 'malformed' }
  if (header.slice(0, space) !== SCHEME) return { ok: false, reason: 'scheme_unknown' }
  const found = new Map<string, string>()
  for (const pair of header.slice(space + 1).split(',')) {
    const match = PAIR.exec(pair)
    const [, name = '', value = ''] = match ?? []
    if (match === null || value === '' || found.has(name)) return { ok: false, reason: 'malformed' }
    found.set(name, value)
  }
  if (found.size !== 5) return { ok: false, reason: 'malformed' }
  const part = (name: string) => found.get(name) ?? ''
  return {
    ok: true,
    authorization: {
      mchid: part('mchid'),
      nonce: part('nonce_str'),
      timestamp: part('timestamp'),
      serial: part('serial_no'),
      signature: part('signature'),
    },
  }
}
