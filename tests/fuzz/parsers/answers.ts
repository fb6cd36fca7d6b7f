// What WeChat answers: to queries, refunds, prepay and logins, and its errors.
import {
  fen,
  isPaid,
  ModelError,
  miniAdvice,
  normalPayCode,
  type PayApi,
  parseAccessToken,
  parseCodeSession,
  parseMiniError,
  parsePayErrorBody,
  parsePhoneInfo,
  parsePrepayAnswer,
  parseRefund,
  parseRefundNotice,
  parseTransaction,
  payAdvice,
} from '@minitill/protocol/model'
import type { Chance } from '../core/chance.ts'
import { type Input, must, orRefused, type Parser } from '../core/parser.ts'
import { anyJson, damagedJson, type Json } from '../core/values.ts'

export const PAID_CONTENT: Json = {
  appid: 'wxd678efh567hg6787',
  mchid: '1900007291',
  out_trade_no: '1217752501201407033233368018',
  transaction_id: '4200002345202609101234567890',
  trade_type: 'JSAPI',
  trade_state: 'SUCCESS',
  trade_state_desc: '支付成功',
  bank_type: 'OTHERS',
  attach: '',
  success_time: '2026-09-10T10:34:56+08:00',
  payer: { openid: 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o' },
  amount: { total: 100, payer_total: 90, currency: 'CNY', payer_currency: 'CNY' },
}

const UNPAID_CONTENT: Json = {
  appid: 'wxd678efh567hg6787',
  mchid: '1900007291',
  out_trade_no: '1217752501201407033233368018',
  trade_state: 'NOTPAY',
  trade_state_desc: '订单未支付',
}

export const REFUND_CONTENT: Json = {
  mchid: '1900007291',
  out_refund_no: 'R202609110001',
  refund_id: '50300002342026091112345678901',
  out_trade_no: '1217752501201407033233368018',
  transaction_id: '4200002345202609101234567890',
  create_time: '2026-09-11T09:00:00+08:00',
  success_time: '2026-09-11T09:01:00+08:00',
  user_received_account: '支付用户零钱',
  status: 'SUCCESS',
  refund_status: 'SUCCESS',
  amount: { total: 100, refund: 40, payer_total: 100, payer_refund: 40, currency: 'CNY' },
}

/** Either of these, undamaged or not, or any value at all. */
const likeOneOf =
  (...all: readonly Json[]) =>
  (chance: Chance): Input =>
    chance.oneIn(10) ? anyJson(chance) : damagedJson(chance, chance.pick(all))

/** Amounts are fen, and no text came from anywhere but the input. */
/** Whether PostgreSQL keeps it, as text and within JSON. */
function mustBeStorable(value: unknown): void {
  if (typeof value === 'string') {
    must(value.isWellFormed() && !value.includes('\u0000'), 'no text that a database refuses')
  } else if (typeof value === 'object' && value !== null) {
    for (const part of Object.values(value)) mustBeStorable(part)
  }
}

function mustBeOf(
  input: Input,
  texts: readonly (string | undefined)[],
  amounts: readonly number[],
) {
  const source = JSON.stringify(input)
  for (const text of texts) {
    must(text === undefined || source.includes(JSON.stringify(text)), 'nothing is made up')
  }
  for (const amount of amounts) must(fen(amount) === amount, 'amounts are whole fen')
}

export const transaction: Parser = {
  name: 'transaction',
  good: [PAID_CONTENT, UNPAID_CONTENT],
  make: likeOneOf(PAID_CONTENT, UNPAID_CONTENT),
  feed: (input) => {
    const read = orRefused(() => parseTransaction(input), ModelError)
    if (read === null) return 'refused'
    const { appid, mchid, out_trade_no, transaction_id, amount } = read
    mustBeStorable(read)
    mustBeOf(input, [appid, mchid, out_trade_no, transaction_id], amount ? [amount.total] : [])
    if (!isPaid(read)) return 'accepted'
    must(typeof read.transaction_id === 'string', 'paid money has a transaction')
    must(typeof read.amount.currency === 'string', 'paid money has a currency')
    return 'accepted'
  },
}

export const refund: Parser = {
  name: 'refund',
  good: [REFUND_CONTENT],
  make: likeOneOf(REFUND_CONTENT),
  feed: (input) => {
    const answer = orRefused(() => parseRefund(input), ModelError)
    const notice = orRefused(() => parseRefundNotice(input), ModelError)
    for (const read of [answer, notice]) {
      if (read === null) continue
      const { out_refund_no, refund_id, out_trade_no, transaction_id, amount } = read
      mustBeStorable(read)
      const texts = [out_refund_no, refund_id, out_trade_no, transaction_id]
      mustBeOf(input, texts, [amount.total, amount.refund])
    }
    return answer === null || notice === null ? 'refused' : 'accepted'
  },
}

export const prepay: Parser = {
  name: 'prepay',
  good: [{ prepay_id: 'wx26112221580621e9b071c00d9e093b0000' }],
  make: likeOneOf({ prepay_id: 'wx26112221580621e9b071c00d9e093b0000' }),
  feed: (input) => {
    const read = orRefused(() => parsePrepayAnswer(input), ModelError)
    if (read === null) return 'refused'
    must(/^[\x21-\x7e]{1,64}$/.test(read.prepay_id), 'a ticket fits into the package field')
    return 'accepted'
  },
}

const SESSION: Json = {
  openid: 'oUpF8uMuAJO',
  session_key: 'tiihtNczf5v6AKRyjwEUhQ==',
  unionid: 'o6',
}
const TOKEN: Json = { access_token: '73_Zx', expires_in: 7200 }
const PHONE: Json = {
  errcode: 0,
  errmsg: 'ok',
  phone_info: {
    phoneNumber: '13580006666',
    purePhoneNumber: '13580006666',
    countryCode: 86,
    watermark: { timestamp: 1637744274, appid: 'wxd678efh567hg6787' },
  },
}
const REFUSAL: Json = {
  errcode: 40029,
  errmsg: 'invalid code rid: 5f9f5f5f-0123abcd-89abcdef',
}

export const login: Parser = {
  name: 'login',
  good: [SESSION, TOKEN, PHONE, REFUSAL],
  make: likeOneOf(SESSION, TOKEN, PHONE, REFUSAL),
  feed: (input) => {
    const session = orRefused(() => parseCodeSession(input), ModelError)
    const token = orRefused(() => parseAccessToken(input), ModelError)
    const phone = orRefused(() => parsePhoneInfo(input), ModelError)
    if (session?.got === 'session') {
      must(Buffer.from(session.session_key, 'base64').length === 16, 'a key has 16 bytes')
      mustBeOf(input, [session.openid, session.unionid], [])
    }
    if (token?.got === 'token') must(token.expires_in <= 7200, 'no token lives longer')
    if (phone?.got === 'phone') must(/^\+?[0-9 -]+$/.test(phone.phoneNumber), 'a phone number')
    const got = [session, token, phone].map((one) => one?.got ?? 'none')
    return got.every((one) => one === 'none') ? 'refused' : got.join(' ')
  },
}

const APIS: readonly PayApi[] = ['prepay', 'query', 'close', 'refund', 'bill', 'echo']

export const payError: Parser = {
  name: 'pay-error',
  good: [
    { code: 'ORDERPAID', message: '该订单已支付' },
    { code: 'PARAM_ERROR', message: '重入' },
    { code: 'SIGN_ERROR', message: '签名错误', detail: { field: 'signature' } },
  ],
  make: (chance) =>
    damagedJson(chance, {
      code: chance.pick(['ORDER_CLOSED', 'SYSTEMERROR', 'USERPAYING', 'NOT_ENOUGH', 'X']),
      message: chance.pick(['重入', '', '系统错误']),
    }),
  feed: (input) => {
    const body = parsePayErrorBody(input)
    must(body.code.length <= 64 && body.message.length <= 512, 'short enough for a log')
    must(normalPayCode(normalPayCode(body.code)) === normalPayCode(body.code), 'normal is normal')
    for (const [index, api] of APIS.entries()) {
      const advice = payAdvice({ api, status: [400, 401, 404, 429, 500, 202][index] ?? 0, ...body })
      must(['retry', 'ask', 'stop', 'person'].includes(advice.reaction), 'a known reaction')
      must(advice.en !== '' && advice.zh !== '', 'words in both languages')
    }
    return body.code === '' ? 'refused' : 'accepted'
  },
}

export const miniError: Parser = {
  name: 'mini-error',
  good: [REFUSAL, { errcode: 0, errmsg: 'ok' }, { errcode: -1 }],
  make: (chance) =>
    damagedJson(chance, {
      errcode: chance.pick([-1, 40029, 40163, 45011, 40226, 10060002, chance.below(99_999)]),
      errmsg: 'rid: 5f9f5f5f-0123abcd-89abcdef',
    }),
  feed: (input) => {
    const read = orRefused(() => parseMiniError(input) ?? ('none' as const), ModelError)
    if (read === null || read === 'none') return read ?? 'refused'
    const advice = miniAdvice('login', read.errcode)
    must(['retry', 'ask', 'stop', 'person'].includes(advice.reaction), 'a known reaction')
    must(read.rid === undefined || /^[0-9a-f-]{26}$/.test(read.rid), 'a request id')
    return 'accepted'
  },
}
