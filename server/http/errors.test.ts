import { expect, test } from 'vitest'
import { languageOf, Problem, problemBody } from './errors.ts'
import { errorsPage } from './errors-page.ts'
import { errorRegistry } from './registry.ts'

/** What was released once: a line here is never removed or changed, only added. */
const released = {
  invalid_request: 400,
  idempotency_key_missing: 400,
  unauthenticated: 401,
  login_code_invalid: 401,
  login_code_used: 401,
  login_blocked: 403,
  own_refund: 403,
  not_found: 404,
  method_not_allowed: 405,
  request_timeout: 408,
  out_of_stock: 409,
  order_paid: 409,
  order_closed: 409,
  order_in_other_app: 409,
  order_unpaid: 409,
  refund_too_much: 409,
  reference_used: 409,
  refund_limit: 409,
  refund_too_late: 409,
  already_restocked: 409,
  order_not_shippable: 409,
  order_refunded: 409,
  order_received: 409,
  already_reshipped: 409,
  shipment_limit: 409,
  not_now: 409,
  money_in_suspense: 409,
  wechat_refused: 409,
  idempotency_key_reused: 409,
  idempotency_busy: 409,
  payload_too_large: 413,
  unsupported_media_type: 415,
  rate_limited: 429,
  header_too_large: 431,
  internal_error: 500,
  wechat_unavailable: 503,
  database_unavailable: 503,
  not_ready: 503,
}

test('docs/errors.md is the registry, in both languages', async () => {
  await expect(errorsPage()).toMatchFileSnapshot('../../docs/errors.md')
})

test('a released code keeps its status for ever, and a new one is written down here', () => {
  const statuses = Object.entries(errorRegistry).map(([code, { status }]) => [code, status])
  expect(Object.fromEntries(statuses)).toEqual(released)
})

test('every code speaks both languages, and none is 422', () => {
  for (const { status, title, detail, remedy } of Object.values(errorRegistry)) {
    expect(status).not.toBe(422)
    for (const { en, zh } of [title, detail, remedy]) {
      expect(en).toMatch(/^[\x20-\x7e]+$/)
      expect(zh).toMatch(/[\u4e00-\u9fff]|^Idempotency-Key/)
    }
  }
})

test('a thing of somebody else and one that never was have the same body', () => {
  const bodies = ['req_1', 'req_2'].map((id) => problemBody(new Problem('not_found'), 'en', id))
  expect(JSON.stringify(bodies[0])).toBe(JSON.stringify(bodies[1]))
  expect(problemBody(new Problem('order_paid'), 'en', 'req_1').request_id).toBe('req_1')
})

test('the language is the one that the caller prefers', () => {
  const cases: Array<[string | undefined, string]> = [
    [undefined, 'en'],
    ['zh', 'zh'],
    ['zh-CN,zh;q=0.9', 'zh'],
    ['en-US,en;q=0.9,zh;q=0.8', 'en'],
    ['en;q=0.1, zh-TW;q=0.5', 'zh'],
    ['*', 'en'],
    [',;;q=9,', 'en'],
  ]
  for (const [header, language] of cases) expect(languageOf(header)).toBe(language)
})
