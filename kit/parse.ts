import { type FieldError, TillError } from './error.ts'
import type { Account, Order, Page, Session } from './model.ts'
import type { Payable } from './payment.ts'
import type { CallUp } from './wx.ts'

// The edge where unknown JSON becomes typed. Only what the kit itself relies on is looked at.

type Fields = Record<string, unknown>

/** An object's fields; anything else counts as an object without any. */
export function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {}
}

/** A list; anything else counts as an empty one. */
export function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : []
}

/** The caller's own type for a body that only the caller knows. */
export function trusted<T>(body: unknown): T {
  return body as T
}

/** A 2xx whose body lacks what the kit needs. */
export function bad(what: string): TillError {
  return new TillError('bad_answer', 200, `no ${what}`)
}

/** RFC 9457 problem → TillError; a body that is none still gives one with the status. */
export function problemOf(status: number, body: unknown): TillError {
  const { code, detail, errors } = fieldsOf(body)
  return new TillError(
    typeof code === 'string' ? code : `http_${status}`,
    status,
    String(detail ?? ''),
    listOf(errors) as FieldError[],
  )
}

/** The account in an answer, on its own or in the field `account`. */
export function accountOf(body: unknown): Account {
  const account = fieldsOf(body)['account'] ?? body
  if (typeof fieldsOf(account)['id'] !== 'string') throw bad('account')
  return account as Account
}

/** A stored or a new session; null when it is none, so that damaged storage means a new login. */
export function sessionOf(body: unknown): Session | null {
  const { token, account } = fieldsOf(body)
  const whole = typeof token === 'string' && typeof fieldsOf(account)['id'] === 'string'
  return whole ? (body as Session) : null
}

/** One order; what is kept to is what money depends on. */
export function orderOf(body: unknown): Order {
  const { id, status, total } = fieldsOf(body)
  const known = /^(unpaid|paid|closed)$/.test(String(status))
  if (typeof id !== 'string' || !known || !Number.isSafeInteger(total)) throw bad('order')
  return body as Order
}

/** A list with its cursor. */
export function pageOf<T>(body: unknown): Page<T> {
  if (!Array.isArray(fieldsOf(body)['data'])) throw bad('list')
  return body as Page<T>
}

/** The five strings; a number among them makes `wx.requestPayment` fail with a misleading text. */
function callUpOf(body: unknown): CallUp {
  const fields = fieldsOf(body)
  for (const name of ['timeStamp', 'nonceStr', 'package', 'signType', 'paySign']) {
    if (typeof fields[name] !== 'string') throw bad(name)
  }
  return body as CallUp
}

/** What paying needs; an older server names no templates. */
export function payableOf(body: unknown): Payable {
  const { payment, subscribe_template_ids: ids } = fieldsOf(body)
  return { callUp: callUpOf(payment), templateIds: listOf(ids).map(String) }
}
