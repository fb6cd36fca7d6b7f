import type { KeyObject } from 'node:crypto'
import { decodeUtf8, parseJson } from './bytes.ts'
import type { PayClient, Silence } from './client.ts'
import { type Instant, ModelError, parsePayErrorBody, parseSealedResource } from './model/index.ts'
import { fieldOf, fieldsOf, textOf } from './model/read.ts'
import { openResource } from './seal/resource.ts'
import { type KeyRing, type PlatformKey, platformCertificate, sameSerial } from './sign/key-ring.ts'
import { KeyError } from './sign/key-text.ts'
import { verifyMessage } from './sign/message.ts'
import type { TransportAnswer } from './transport.ts'

/** Why a certificate list is not taken. Nothing of it counts then. */
export type CertificatesRefusal = 'not_a_list' | 'not_authentic' | 'serial_differs'

export type OpenedCertificates =
  | { readonly ok: true; readonly certificates: readonly PlatformKey[] }
  | { readonly ok: false; readonly reason: CertificatesRefusal }

/**
 * Opens the body of `GET /v3/certificates` (下载平台证书). Each certificate was sealed with the
 * merchant's APIv3 key, and only that makes it WeChat's. One bad entry refuses the whole list.
 */
export function openCertificates(
  apiv3Keys: readonly KeyObject[],
  json: unknown,
): OpenedCertificates {
  try {
    const data = fieldOf(fieldsOf(json, 'certificates'), 'data')
    // One is normal, two overlap in a rotation; a hundred would be somebody's joke.
    if (!Array.isArray(data) || data.length > 20) return { ok: false, reason: 'not_a_list' }
    const certificates: PlatformKey[] = []
    for (const entry of data) {
      const fields = fieldsOf(entry, 'certificate')
      const sealed = parseSealedResource(fieldOf(fields, 'encrypt_certificate'))
      const opened = openResource(apiv3Keys, sealed)
      if (!opened.ok) return { ok: false, reason: 'not_authentic' }
      const certificate = platformCertificate(opened.plaintext.toString('latin1'))
      if (!sameSerial(certificate.serial, textOf(fields, 'serial_no', 64))) {
        return { ok: false, reason: 'serial_differs' }
      }
      certificates.push(certificate)
    }
    return { ok: true, certificates }
  } catch (error) {
    if (error instanceof ModelError || error instanceof KeyError) {
      return { ok: false, reason: 'not_a_list' }
    }
    throw error
  }
}

export type CertificatesAnswer =
  | { readonly got: 'certificates'; readonly certificates: readonly PlatformKey[] }
  /** The merchant was opened on the public key and has none. A hint: the answer may be unsigned. */
  | { readonly got: 'none' }
  | { readonly got: 'refused'; readonly status: number; readonly code: string }
  | { readonly got: 'silence'; readonly why: Silence['why'] | CertificatesRefusal }

/**
 * Downloads the platform certificates. The answer may be signed with a certificate that we don't
 * have yet, so it is opened first and then verified with what was in it, as WeChat's text says.
 */
export async function downloadCertificates(
  client: PayClient,
  merchant: { readonly keys: KeyRing; readonly apiv3Keys: readonly KeyObject[] },
  clock: () => Instant,
): Promise<CertificatesAnswer> {
  const call = { method: 'GET', path: '/v3/certificates' } as const
  let result = await readCertificates(await client.sendUnchecked(call), merchant, clock())
  // A probe on this answer, like on any other: discard it and ask once more.
  if (result === 'probe') {
    result = await readCertificates(await client.sendUnchecked(call), merchant, clock())
  }
  return result === 'probe' ? { got: 'silence', why: 'unverified' } : result
}

async function readCertificates(
  answer: Awaited<ReturnType<PayClient['sendUnchecked']>>,
  merchant: { readonly keys: KeyRing; readonly apiv3Keys: readonly KeyObject[] },
  now: Instant,
): Promise<CertificatesAnswer | 'probe'> {
  if (answer.got === 'silence') return answer
  const json = parseJson(decodeUtf8(answer.body))
  if (answer.status !== 200) return refusal(answer, json)
  const opened = openCertificates(merchant.apiv3Keys, json)
  if (!opened.ok) return { got: 'silence', why: opened.reason }
  const check = verifyMessage(answer, merchant.keys.merge(opened.certificates), now)
  if (!check.ok) return check.reason === 'probe' ? 'probe' : { got: 'silence', why: 'unverified' }
  return { got: 'certificates', certificates: opened.certificates }
}

function refusal(answer: TransportAnswer, json: unknown): CertificatesAnswer {
  const { code } = parsePayErrorBody(json)
  if (code === 'RESOURCE_NOT_EXISTS') return { got: 'none' }
  return { got: 'refused', status: answer.status, code }
}
