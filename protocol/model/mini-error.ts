import { LOGIN_ERRORS } from './mini-error-login.ts'
import { MESSAGE_ERRORS } from './mini-error-message.ts'
import { SHIPPING_ERRORS } from './mini-error-shipping.ts'
import { type Advice, advice } from './reaction.ts'

/** The family of calls to api.weixin.qq.com that was answered. */
export type MiniApi =
  | 'login'
  | 'token'
  | 'phone'
  | 'session_key'
  | 'shipping'
  | 'message'
  | 'virtual'
  | 'other'

/** The code of our own error registry that a person's request is answered with. */
export type RegistryCode =
  | 'login_code_invalid'
  | 'login_code_used'
  | 'login_blocked'
  | 'unauthenticated'
  | 'invalid_request'
  | 'rate_limited'
  | 'wechat_unavailable'

interface MiniRow extends Advice {
  readonly registryCode?: RegistryCode
  /** Get a new access_token (shared, once), then repeat the call once. */
  readonly refreshToken?: true
}

/** One row of the tables: the advice everywhere, and where it differs, by call. */
export interface MiniErrorEntry extends MiniRow {
  readonly at?: Partial<Record<MiniApi, MiniRow>>
}

export interface MiniAdvice extends Advice {
  /** Null where no person's request waits for the answer. */
  readonly registryCode: RegistryCode | null
  readonly refreshToken: boolean
  /** False when the errcode is not in WeChat's tables. */
  readonly known: boolean
}

/** All errcodes of the mini program's server interfaces that have an advice of their own. */
export const MINI_ERRORS: Readonly<Record<number, MiniErrorEntry>> = {
  ...LOGIN_ERRORS,
  ...MESSAGE_ERRORS,
  ...SHIPPING_ERRORS,
}

const UNKNOWN: MiniRow = {
  ...advice('stop', '微信返回了未知错误', 'WeChat answered with an unknown error'),
  registryCode: 'wechat_unavailable',
}

/** What to do about an `errcode`, by call first. 0 is no refusal and must not be given. */
export function miniAdvice(api: MiniApi, errcode: number): MiniAdvice {
  const entry = Object.hasOwn(MINI_ERRORS, errcode) ? MINI_ERRORS[errcode] : undefined
  const { reaction, zh, en, registryCode, refreshToken } = entry?.at?.[api] ?? entry ?? UNKNOWN
  return {
    reaction,
    zh,
    en,
    registryCode: registryCode ?? null,
    refreshToken: refreshToken === true,
    known: entry !== undefined,
  }
}
