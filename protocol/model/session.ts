import {
  type Appid,
  type Openid,
  parseAppid,
  parseOpenid,
  parseUnionid,
  type Unionid,
} from './ids.ts'
import { ModelError } from './model-error.ts'
import {
  fieldOf,
  fieldsOf,
  integerOf,
  optionalIdOf,
  optionalTextOf,
  present,
  textOf,
} from './read.ts'
import { type Instant, instant } from './time.ts'

/** A refusal of api.weixin.qq.com: HTTP says 200, `errcode` says no. Branch on `errcode` only. */
export interface MiniError {
  readonly got: 'error'
  readonly errcode: number
  /** Human text; it changes, so it is for logs and never compared. */
  readonly errmsg: string
  /** The request id to look up at WeChat, `xxxxxxxx-xxxxxxxx-xxxxxxxx`. */
  readonly rid?: string
}

const RID = /\brid: ?([0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8})\b/

/** The refusal in an answer, or null: an absent `errcode` and 0 both mean success. */
export function parseMiniError(value: unknown): MiniError | null {
  const fields = fieldsOf(value, 'answer')
  if (fieldOf(fields, 'errcode') === undefined) return null
  const errcode = integerOf(fields, 'errcode')
  if (errcode === 0) return null
  const errmsg = (optionalTextOf(fields, 'errmsg') ?? '').slice(0, 512)
  return present<MiniError>({ got: 'error', errcode, errmsg, rid: RID.exec(errmsg)?.[1] })
}

/** Who logged in (小程序登录 code2Session). */
export interface CodeSession {
  readonly got: 'session'
  readonly openid: Openid
  /** Base64 of 16 bytes. It never leaves the server and is never logged. */
  readonly session_key: string
  /** Only when the mini program is bound to an open platform account. */
  readonly unionid?: Unionid
}

/** Reads the body of `GET /sns/jscode2session`; ModelError when it is neither. */
export function parseCodeSession(value: unknown): CodeSession | MiniError {
  const refusal = parseMiniError(value)
  if (refusal !== null) return refusal
  const fields = fieldsOf(value, 'answer')
  return present<CodeSession>({
    got: 'session',
    openid: parseOpenid(fieldOf(fields, 'openid')),
    session_key: parseSessionKey(fieldOf(fields, 'session_key')),
    unionid: optionalIdOf(fields, 'unionid', parseUnionid),
  })
}

function parseSessionKey(value: unknown): string {
  if (typeof value !== 'string' || !/^[0-9A-Za-z+/]{22}==$/.test(value)) {
    throw new ModelError('session_key', 'must be base64 of 16 bytes')
  }
  return value
}

/** A key for calls to api.weixin.qq.com (获取稳定版接口调用凭据). */
export interface AccessToken {
  readonly got: 'token'
  /** Up to 512 characters. */
  readonly access_token: string
  /** Seconds left, not the full life when the token existed before. It may die earlier. */
  readonly expires_in: number
}

/** Reads the body of `/cgi-bin/stable_token` or `/cgi-bin/token`. */
export function parseAccessToken(value: unknown): AccessToken | MiniError {
  const refusal = parseMiniError(value)
  if (refusal !== null) return refusal
  const fields = fieldsOf(value, 'answer')
  const access_token = textOf(fields, 'access_token', 512)
  if (!/^[\x21-\x7e]+$/.test(access_token)) {
    throw new ModelError('access_token', 'must be visible ASCII')
  }
  const expires_in = integerOf(fields, 'expires_in')
  if (expires_in < 0 || expires_in > 7200) {
    throw new ModelError('expires_in', 'must be 0 to 7200 seconds')
  }
  return { got: 'token', access_token, expires_in }
}

/** Says for which mini program WeChat made a piece of data, and when. */
export interface Watermark {
  readonly appid: Appid
  readonly timestamp: Instant
}

/** Reads a watermark; ModelError when appid or timestamp (seconds) is malformed. */
export function parseWatermark(value: unknown): Watermark {
  const fields = fieldsOf(value, 'watermark')
  const seconds = integerOf(fields, 'timestamp')
  if (seconds < 1 || seconds > 9_999_999_999) {
    throw new ModelError('timestamp', 'must be seconds since 1970')
  }
  return { appid: parseAppid(fieldOf(fields, 'appid')), timestamp: instant(seconds * 1000) }
}

/** A person's phone number (手机号快速验证 getuserphonenumber). */
export interface PhoneInfo {
  readonly got: 'phone'
  /** With the country code when it is a foreign number. */
  readonly phoneNumber: string
  readonly purePhoneNumber: string
  readonly countryCode: string
  /** The caller checks that the appid is its own and that the time is fresh. */
  readonly watermark: Watermark
}

/** Reads the body of `POST /wxa/business/getuserphonenumber`. */
export function parsePhoneInfo(value: unknown): PhoneInfo | MiniError {
  const refusal = parseMiniError(value)
  if (refusal !== null) return refusal
  const info = fieldsOf(fieldOf(fieldsOf(value, 'answer'), 'phone_info'), 'phone_info')
  const country = fieldOf(info, 'countryCode')
  return {
    got: 'phone',
    phoneNumber: digits(textOf(info, 'phoneNumber', 32), 'phoneNumber'),
    purePhoneNumber: digits(textOf(info, 'purePhoneNumber', 32), 'purePhoneNumber'),
    // Some answers carry the country code as a number.
    countryCode: digits(typeof country === 'number' ? String(country) : country, 'countryCode'),
    watermark: parseWatermark(fieldOf(info, 'watermark')),
  }
}

function digits(value: unknown, field: string): string {
  if (typeof value !== 'string' || !/^\+?[0-9 -]{1,31}$/.test(value)) {
    throw new ModelError(field, 'must be digits')
  }
  return value
}
