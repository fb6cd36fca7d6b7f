export type Language = 'zh' | 'en'

/** One wrong field of a request, as the server names it. */
export interface FieldError {
  field: string
  message: string
}

// Sentences for people, "zh|en": what happened and what to do, for the codes a person can meet.
const texts: Record<string, string> = {
  network_unavailable: '网络不给力，请检查后重试|No connection. Please retry.',
  login_blocked: '微信拦截了本次登录，请稍后再试|WeChat blocked this login.',
  unauthenticated: '请先登录|Please log in first.',
  phone_refused: '未获得授权，手机号未绑定|Not allowed, so no number is bound.',
  phone_unavailable: '暂时无法获取手机号|The number is not available now.',
  payment_unconfirmed:
    '支付结果确认中，如已付款请勿重复支付|Still confirming. Please do not pay twice.',
  out_of_stock: '库存不足，请减少数量|Not enough in stock.',
  order_paid: '订单已支付|Already paid.',
  order_closed: '订单已关闭，请重新下单|Order closed. Please order again.',
  not_found: '内容不存在|Not found.',
  rate_limited: '操作太频繁，请稍后再试|Too many tries. Please wait.',
  wechat_unavailable: '微信服务繁忙，请稍后重试|WeChat is busy. Please retry.',
}
const otherwise = '操作未成功，请稍后重试|That did not work. Please retry.'

/**
 * The one error the kit throws. `code` is the server's (RFC 9457) or the kit's own; `status` is the
 * HTTP status, 0 when nothing was answered; `detail` is for the log, `text` for people.
 */
export class TillError extends Error {
  readonly code: string
  readonly status: number
  readonly detail: string
  readonly errors: FieldError[]

  constructor(code: string, status: number, detail: string, errors: FieldError[] = []) {
    super(`${code}: ${detail}`)
    this.name = 'TillError'
    this.code = code
    this.status = status
    this.detail = detail
    this.errors = errors
  }
}

/** True for the kit's error; by name, since a compiler to ES5 breaks `instanceof` for errors. */
export function isTillError(error: unknown): error is TillError {
  return error instanceof Error && error.name === 'TillError'
}

/**
 * True when the server has decided against it, so that asking again would change nothing: a 4xx,
 * but neither a session that is over nor too many calls.
 */
export function isRefusal(error: unknown): error is TillError {
  return isTillError(error) && /^4(?!01|29)/.test(String(error.status))
}

/** The sentence for a person, in their language, for any error at all. */
export function errorText(error: unknown, language: Language = 'zh'): string {
  const text = (isTillError(error) && texts[error.code]) || otherwise
  return text.split('|')[language === 'en' ? 1 : 0] ?? text
}
