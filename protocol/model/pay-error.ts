import { PAY_ERRORS } from './pay-error-table.ts'
import { type Advice, advice } from './reaction.ts'
import { fieldsOf, optionalTextOf } from './read.ts'

/** The call that was answered. The same code means other things, with other statuses, elsewhere. */
export type PayApi =
  | 'prepay'
  | 'query'
  | 'close'
  | 'refund'
  | 'refund_query'
  | 'abnormal_refund'
  | 'bill'
  | 'certificates'
  | 'combine'
  | 'sharing'
  | 'transfer'
  | 'complaint'
  | 'echo'

/**
 * What a code says about the payment or refund, where it says something that a program acts on.
 * It is a hint as long as the answer was not verified, and never a state: a query decides.
 */
export type PayMeaning =
  | 'paid'
  | 'closed'
  | 'number_used'
  | 'missing'
  | 'paying'
  | 'limited'
  | 'top_up'
  | 'rule'
  | 'empty_bill'
  | 'not_ready'

/** One row of the table: the advice everywhere, and where it differs, by call. */
export interface PayErrorEntry extends Advice {
  readonly meaning?: PayMeaning
  readonly at?: Partial<Record<PayApi, Advice & { readonly meaning?: PayMeaning }>>
}

export interface PayAdvice extends Advice {
  /** The code in its present spelling; empty when the answer had none. */
  readonly code: string
  readonly meaning: PayMeaning | null
  /** False when the code is not in WeChat's tables and the HTTP class alone spoke. */
  readonly known: boolean
}

/** What a refused call to WeChat Pay said about itself. A hint, unless it was verified. */
export interface PayRefusal {
  readonly api: PayApi
  readonly status: number
  readonly code?: string
  readonly message?: string
}

/** Old pages and some interfaces spell codes without the underscore, or add a tail. */
const OLD_SPELLINGS: Readonly<Record<string, string>> = {
  SYSTEMERROR: 'SYSTEM_ERROR',
  ORDERNOTEXIST: 'ORDER_NOT_EXIST',
  NOAUTH: 'NO_AUTH',
  RULELIMIT: 'RULE_LIMIT',
  ORDERPAID: 'ORDER_PAID',
  ORDERCLOSED: 'ORDER_CLOSED',
  NOTENOUGH: 'NOT_ENOUGH',
  USERPAYING: 'USER_PAYING',
  ACCOUNTERROR: 'ACCOUNT_ERROR',
  BANKERROR: 'BANK_ERROR',
  RATELIMIT_EXCEEDED: 'FREQUENCY_LIMITED',
  RATELIMIT_EXCEED: 'FREQUENCY_LIMITED',
  FREQUENCY_LIMIT_EXCEED: 'FREQUENCY_LIMITED',
}

/** A code of WeChat Pay in its present spelling; unknown ones come back as they are. */
export function normalPayCode(code: string): string {
  return Object.hasOwn(OLD_SPELLINGS, code) ? (OLD_SPELLINGS[code] ?? code) : code
}

/**
 * What to do about a refusal of WeChat Pay: by call and code first, then by HTTP class (错误码,
 * HTTP 状态码). Reads the message only where WeChat gives one condition three different codes.
 */
export function payAdvice(refusal: PayRefusal): PayAdvice {
  const code = normalPayCode(refusal.code ?? '')
  const entry = Object.hasOwn(PAY_ERRORS, code) ? PAY_ERRORS[code] : undefined
  if (entry === undefined) return { ...byStatus(refusal.status), code, meaning: null, known: false }
  // A second prepay with other parameters is usually INVALID_REQUEST, sometimes PARAM_ERROR.
  const reentry = code === 'PARAM_ERROR' && (refusal.message ?? '').includes('重入')
  const row = reentry ? PAY_ERRORS['INVALID_REQUEST'] : entry
  const { reaction, zh, en, meaning = null } = row?.at?.[refusal.api] ?? row ?? entry
  return { reaction, zh, en, code, meaning, known: true }
}

function byStatus(status: number): Advice {
  if (status === 401) {
    return advice('stop', '微信支付未认可我方签名', 'WeChat Pay did not accept our signature')
  }
  if (status === 429) return advice('retry', '请求过于频繁', 'too many requests')
  if (status === 405) return advice('stop', '请求方法不被允许', 'method not allowed')
  if (status === 403) return advice('stop', '没有权限', 'not permitted')
  if (status === 202) return advice('ask', '请求处理中', 'accepted, not finished')
  return advice('ask', '结果未知，请先查询', 'outcome unknown: query first')
}

/** The parts of an error body; every one may be missing, because it may not come from WeChat. */
export interface PayErrorBody {
  readonly code: string
  readonly message: string
}

/** Reads `{"code", "message"}`; a body that is none gives empty texts, never an error. */
export function parsePayErrorBody(value: unknown): PayErrorBody {
  try {
    const fields = fieldsOf(value, 'error')
    return {
      code: optionalTextOf(fields, 'code', 64) ?? '',
      message: (optionalTextOf(fields, 'message') ?? '').slice(0, 512),
    }
  } catch {
    return { code: '', message: '' }
  }
}
