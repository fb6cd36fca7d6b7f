import { expect, test } from 'vitest'
import { MINI_ERRORS, miniAdvice } from './mini-error.ts'
import { normalPayCode, type PayApi, parsePayErrorBody, payAdvice } from './pay-error.ts'
import { PAY_ERRORS } from './pay-error-table.ts'

// Every code in the tables of WeChat Pay's pages, by call, as they are spelled there.
const ORDER_CODES = `PARAM_ERROR INVALID_REQUEST APPID_MCHID_NOT_MATCH MCH_NOT_EXISTS ORDER_CLOSED
  ORDERCLOSED ORDERPAID ORDER_PAID SIGN_ERROR NO_AUTH NOAUTH OUT_TRADE_NO_USED RULE_LIMIT RULELIMIT
  TRADE_ERROR ACCOUNT_ERROR ACCOUNTERROR NOT_ENOUGH NOTENOUGH ORDER_NOT_EXIST ORDERNOTEXIST
  FREQUENCY_LIMITED RATELIMIT_EXCEEDED OPENID_MISMATCH INVALID_TRANSACTIONID BANK_ERROR BANKERROR
  SYSTEM_ERROR SYSTEMERROR USER_PAYING USERPAYING SERVICE_UNAVAILABLE`
const REFUND_CODES = `PARAM_ERROR INVALID_REQUEST SIGN_ERROR NOT_ENOUGH USER_ACCOUNT_ABNORMAL
  NO_AUTH REQUEST_BLOCKED MCH_NOT_EXISTS RESOURCE_NOT_EXISTS FREQUENCY_LIMITED SYSTEM_ERROR
  TRADE_OVERDUE REFUND_FEE_MISMATCH BIZ_ERR_NEED_RETRY`
const BILL_CODES = `NO_STATEMENT_EXIST STATEMENT_CREATING INVALID_REQUEST PARAM_ERROR NO_AUTH
  FREQUENCY_LIMITED SYSTEM_ERROR`
const OTHER_CODES = `NOT_FOUND USER_ERROR FREQUENCY_LIMIT_EXCEED RATELIMIT_EXCEED NOT_ENOUGH
  RULE_LIMIT RESOURCE_NOT_EXISTS NO_AUTH PARAM_ERROR INVALID_REQUEST SIGN_ERROR SYSTEM_ERROR`
const words = (text: string) => text.split(/\s+/)
const CALLS: Array<[PayApi, string]> = [
  ['prepay', ORDER_CODES],
  ['query', ORDER_CODES],
  ['close', ORDER_CODES],
  ['combine', ORDER_CODES],
  ['refund', REFUND_CODES],
  ['refund_query', REFUND_CODES],
  ['abnormal_refund', REFUND_CODES],
  ['bill', BILL_CODES],
  ['certificates', 'RESOURCE_NOT_EXISTS SIGN_ERROR FREQUENCY_LIMITED SYSTEM_ERROR INVALID_REQUEST'],
  ['sharing', OTHER_CODES],
  ['transfer', OTHER_CODES],
]

test.each(CALLS)(
  'every code that %s can answer has a reaction and both languages',
  (api, codes) => {
    for (const code of words(codes)) {
      const advice = payAdvice({ api, status: 400, code })
      expect(advice, code).toMatchObject({ known: true })
      expect(advice.zh, code).toMatch(/\p{Script=Han}/u)
      expect(advice.en, code).toMatch(/[a-z]/)
    }
  },
)

test('the table has no code that the tests do not list', () => {
  const listed = new Set(CALLS.flatMap(([, codes]) => words(codes)).map(normalPayCode))
  expect(Object.keys(PAY_ERRORS).filter((code) => !listed.has(code))).toEqual([])
})

test.each([
  ['prepay', 'SYSTEM_ERROR', 500, 'retry'],
  ['refund', 'SYSTEM_ERROR', 500, 'ask'],
  ['prepay', 'OPENID_MISMATCH', 500, 'stop'],
  ['prepay', 'INVALID_REQUEST', 400, 'ask'],
  ['bill', 'INVALID_REQUEST', 400, 'stop'],
  ['prepay', 'OUT_TRADE_NO_USED', 403, 'ask'],
  ['close', 'ORDERPAID', 400, 'ask'],
  ['refund', 'FREQUENCY_LIMITED', 429, 'ask'],
  ['prepay', 'RATELIMIT_EXCEEDED', 429, 'retry'],
  ['refund', 'NOT_ENOUGH', 403, 'ask'],
  ['prepay', 'NOT_ENOUGH', 403, 'person'],
  ['query', 'ORDERNOTEXIST', 404, 'ask'],
  ['refund_query', 'RESOURCE_NOT_EXISTS', 404, 'retry'],
  ['refund', 'RESOURCE_NOT_EXISTS', 404, 'ask'],
  ['refund', 'INVALID_REQUEST', 400, 'ask'],
  ['refund', 'USER_ACCOUNT_ABNORMAL', 403, 'stop'],
  ['refund', 'TRADE_OVERDUE', 400, 'stop'],
  ['refund', 'BIZ_ERR_NEED_RETRY', 400, 'retry'],
  ['refund_query', 'SYSTEM_ERROR', 500, 'retry'],
  ['refund_query', 'FREQUENCY_LIMITED', 429, 'retry'],
  ['abnormal_refund', 'INVALID_REQUEST', 400, 'ask'],
  ['abnormal_refund', 'SYSTEM_ERROR', 500, 'ask'],
  ['certificates', 'RESOURCE_NOT_EXISTS', 404, 'stop'],
  ['prepay', 'SIGN_ERROR', 401, 'stop'],
  ['prepay', 'RULE_LIMIT', 403, 'person'],
] as const)('%s answered %s (%i): %s', (api, code, status, reaction) => {
  expect(payAdvice({ api, status, code }).reaction).toBe(reaction)
})

test.each([
  ['refund', 'NOT_ENOUGH', 'top_up'],
  ['refund', 'FREQUENCY_LIMITED', 'limited'],
  ['refund', 'RESOURCE_NOT_EXISTS', 'missing'],
  ['refund', 'INVALID_REQUEST', 'rule'],
  ['refund_query', 'RESOURCE_NOT_EXISTS', 'missing'],
  ['abnormal_refund', 'INVALID_REQUEST', 'rule'],
] as const)('R69 what %s means by %s is a thing to act on: %s', (api, code, meaning) => {
  expect(payAdvice({ api, status: 400, code })).toMatchObject({ meaning })
})

test('the three codes of a burnt number mean the same', () => {
  const reentry = { code: 'PARAM_ERROR', message: '订单重入参数校验失败' }
  for (const refusal of [reentry, { code: 'INVALID_REQUEST' }, { code: 'OUT_TRADE_NO_USED' }]) {
    const advice = payAdvice({ api: 'prepay', status: 400, ...refusal })
    expect(advice).toMatchObject({ reaction: 'ask', meaning: 'number_used' })
  }
  expect(payAdvice({ api: 'prepay', status: 400, code: 'PARAM_ERROR' }).reaction).toBe('stop')
})

test.each([
  [202, 'ask'],
  [400, 'ask'],
  [401, 'stop'],
  [403, 'stop'],
  [404, 'ask'],
  [405, 'stop'],
  [429, 'retry'],
  [500, 'ask'],
  [502, 'ask'],
  [503, 'ask'],
] as const)('without a known code HTTP %i means %s', (status, reaction) => {
  expect(payAdvice({ api: 'prepay', status })).toMatchObject({ known: false, reaction, code: '' })
  const odd = payAdvice({ api: 'prepay', status, code: 'toString' })
  expect(odd).toMatchObject({ known: false, reaction })
})

test('an HTML error page is read as an error without code', () => {
  expect(parsePayErrorBody('<html>')).toEqual({ code: '', message: '' })
  expect(parsePayErrorBody({ code: 5 })).toEqual({ code: '', message: '' })
  expect(parsePayErrorBody({ code: 'A', message: 'b', detail: null })).toEqual({
    code: 'A',
    message: 'b',
  })
})

const MINI_CODES = [
  -1, 1, 40001, 40002, 40003, 40013, 40014, 40029, 40037, 40066, 40097, 40125, 40163, 40164, 40226,
  40243, 41001, 41002, 41004, 41008, 41030, 42001, 42003, 43002, 43101, 43107, 43108, 44002, 44990,
  45009, 45011, 45168, 47001, 47003, 48001, 48006, 50004, 50007, 61003, 61004, 61011, 76001, 76002,
  76003, 76004, 76021, 76022, 85431, 85432, 85433, 85434, 85435, 85436, 85437, 85438, 85439, 85440,
  85441, 85442, 85443, 85448, 85449, 85461, 85462, 87007, 87008, 87009, 89002, 89300, 89503, 89506,
  89507, 10060001, 10060002, 10060003, 10060004, 10060005, 10060006, 10060007, 10060008, 10060009,
  10060011, 10060012, 10060014, 10060019, 10060020, 10060023, 10060024, 10060025, 10060026,
  10060028, 10060029, 10060030, 10060031, 10060032, 268440065, 268485194, 268485195, 268485196,
  268485197, 268485216, 268485224, 268485226, 268485227, 268485228, 268490001, 268490002, 268490003,
  268490004, 268490005, 268490006, 268490008, 268490009, 268490011, 268490012, 268490014, 268490015,
  268490016, 268490021, 268546000, 268546001, 268546002,
]

test('every errcode of the mini program pages has a reaction and both languages', () => {
  for (const code of MINI_CODES) {
    const advice = miniAdvice('other', code)
    expect(advice, String(code)).toMatchObject({ known: true })
    expect(advice.zh, String(code)).toMatch(/\p{Script=Han}/u)
    expect(advice.en, String(code)).toMatch(/[a-z]/)
  }
  const mapped = Object.keys(MINI_ERRORS).map(Number)
  expect(mapped.filter((code) => !MINI_CODES.includes(code))).toEqual([])
})

test.each([
  [40029, 'person', 'login_code_invalid'],
  [41008, 'person', 'login_code_invalid'],
  [40163, 'person', 'login_code_used'],
  [40226, 'person', 'login_blocked'],
  [45011, 'person', 'rate_limited'],
  [-1, 'person', 'wechat_unavailable'],
  [40013, 'stop', 'wechat_unavailable'],
  [40125, 'stop', 'wechat_unavailable'],
  [40001, 'stop', 'wechat_unavailable'],
  [99999, 'stop', 'wechat_unavailable'],
] as const)('a login refused with %i: %s, answered as %s', (errcode, reaction, registryCode) => {
  expect(miniAdvice('login', errcode)).toMatchObject({ reaction, registryCode })
})

test('the same errcode of a phone code is not a login error', () => {
  expect(miniAdvice('phone', 40029)).toMatchObject({
    reaction: 'person',
    registryCode: 'invalid_request',
  })
})

test('exactly the errcodes of a dead token ask for a new one', () => {
  const dead = MINI_CODES.filter((code) => miniAdvice('phone', code).refreshToken)
  expect(dead).toEqual([40001, 40014, 42001])
  expect(miniAdvice('token', 40001)).toMatchObject({ reaction: 'stop', refreshToken: false })
})
