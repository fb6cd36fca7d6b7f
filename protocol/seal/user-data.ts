import { createDecipheriv } from 'node:crypto'
import { decodeBase64, decodeUtf8, parseJson } from '../bytes.ts'
import { parseWatermark, type Watermark } from '../model/index.ts'

/** One refusal for every failure: a difference would tell an attacker about the padding. */
export type OpenedUserData =
  | {
      readonly ok: true
      readonly data: Readonly<Record<string, unknown>>
      /** The caller decides how old the data may be. */
      readonly watermark: Watermark
    }
  | { readonly ok: false; readonly reason: 'refused' }

const REFUSED: OpenedUserData = { ok: false, reason: 'refused' }

/**
 * Opens `encryptedData` of the client (开放数据校验与解密): AES-128-CBC with the session_key, then
 * the watermark must name our appid. Failing is normal, because session_key changes:
 * the answer to the person is "log in again". Never throws.
 */
export function openUserData(sealed: {
  readonly sessionKey: string
  readonly iv: string
  readonly encryptedData: string
  readonly appid: string
}): OpenedUserData {
  const [key, iv, bytes] = [sealed.sessionKey, sealed.iv, sealed.encryptedData].map(decodeBase64)
  if (key?.length !== 16 || iv?.length !== 16 || !bytes) return REFUSED
  const data = parseJson(openCbc(key, iv, bytes))
  if (typeof data !== 'object' || data === null || !('watermark' in data)) return REFUSED
  try {
    const watermark = parseWatermark(data.watermark)
    return watermark.appid === sealed.appid ? { ok: true, data: { ...data }, watermark } : REFUSED
  } catch {
    return REFUSED
  }
}

function openCbc(key: Buffer, iv: Buffer, bytes: Buffer): string | null {
  if (bytes.length === 0 || bytes.length % 16 !== 0) return null
  try {
    const decipher = createDecipheriv('aes-128-cbc', key, iv)
    return decodeUtf8(Buffer.concat([decipher.update(bytes), decipher.final()]))
  } catch {
    return null
  }
}
