// Requests for bills (wechat-pay.md §8.1, §8.5): what is asked for, whether it is there, and where.
import { createHash } from 'node:crypto'
import { BILL_ALTERATIONS } from '../bills/alter.ts'
import { billDay, frozenAtMs, timingOf } from '../bills/day.ts'
import { type BillOrder, billBytes } from '../bills/file.ts'
import { ACCOUNT_TYPES } from '../bills/fund-bill.ts'
import { addLink, packed } from '../bills/links.ts'
import { BILL_TYPES } from '../bills/trade-bill.ts'
import { answered, type PayAnswer, refused } from './pay-answer.ts'
import { badQuery, missingQuery } from './schema.ts'
import { header, type MerchantContext } from './wire.ts'

const PARAMETER = 268435461
/** Bills of other products, which a merchant has to be admitted to. */
const BY_PERMISSION = ['RECHARGE_REFUND', 'ALL_SPECIAL', 'SUC_SPECIAL', 'REF_SPECIAL']

const CREATING = refused(400, 'STATEMENT_CREATING', '账单生成中', PARAMETER)
const NONE = refused(400, 'NO_STATEMENT_EXIST', '账单文件不存在', PARAMETER)

/** A query parameter that takes one of a few words. */
interface Choice {
  readonly name: string
  readonly label: string
  readonly known: readonly string[]
  readonly given: string
}

type Asked =
  | { readonly ok: true; readonly order: BillOrder }
  | { readonly ok: false; readonly answer: PayAnswer }

function no(answer: PayAnswer): Asked {
  return { ok: false, answer }
}

function invalid(message: string): PayAnswer {
  return refused(400, 'INVALID_REQUEST', message, PARAMETER)
}

const DATE = /^\d{4}-\d{2}-\d{2}$/

/** The rule check of the query, before anybody looks whether there is such a bill. */
function queryTrouble(query: URLSearchParams, type: Choice): PayAnswer | null {
  const date = query.get('bill_date') ?? ''
  if (date === '') return missingQuery('bill_date', '账单日期')
  if (!DATE.test(date)) return badQuery('bill_date', '账单日期', DATE, date)
  if (!type.known.includes(type.given)) {
    const rule = new RegExp(`^(${type.known.join('|')})$`)
    return badQuery(type.name, type.label, rule, type.given)
  }
  const tar = query.get('tar_type')
  return tar === null || tar === 'GZIP' ? null : badQuery('tar_type', '压缩类型', /^GZIP$/, tar)
}

/** The bill that a well-formed query asks for, or why it can't be had. */
function asked(context: MerchantContext, kind: BillOrder['kind'], type: string): Asked {
  const { query, nowMs, world, merchant, fault } = context
  const { bill_ready_hour: hour, bill_bom, bill_newline, bill_refund_time } = world.switches
  const day = billDay(query.get('bill_date') ?? '')
  if (day === null) return no(invalid('账单日期不存在'))
  const timing = timingOf(day, nowMs, hour)
  if (timing === 'not_over') return no(invalid('账单日期不能为当天或当天之后的日期'))
  if (timing === 'too_old') return no(invalid('仅支持三个月内的账单下载申请'))
  if (timing === 'creating' || fault?.kind === 'bill_late') return no(CREATING)
  const order: BillOrder = {
    mchid: merchant.mchid,
    kind,
    date: day.date,
    type,
    gzip: query.get('tar_type') === 'GZIP',
    frozenAtMs: frozenAtMs(day, hour),
    form: { bom: bill_bom, newline: bill_newline, refundTime: bill_refund_time },
    alteration: BILL_ALTERATIONS.find((name) => name === fault?.kind) ?? null,
  }
  return { ok: true, order }
}

function sha1(bytes: Uint8Array): string {
  return createHash('sha1').update(bytes).digest('hex')
}

const WECHAT_HOST = /^(api2?\.mch\.weixin\.qq\.com|api2?\.wechatpay\.cn)(:\d+)?$/

/** Where the caller finds us: at WeChat's own host when that is whom it asked, else where we are. */
function origin(context: MerchantContext): string {
  if (context.fault?.kind === 'link_elsewhere') return 'https://bills.example.invalid'
  const host = header(context.request, 'host')
  if (WECHAT_HOST.test(host)) return `https://${host}`
  return /^[\w.\-:[\]]{1,255}$/.test(host) ? `http://${host}` : 'https://api.mch.weixin.qq.com'
}

/** The answer about a bill: where it is, for five minutes and one use, and the hash of its bytes. */
function told(context: MerchantContext, order: BillOrder): PayAnswer {
  const { world, fault } = context
  const bytes = fault?.kind === 'bill_missing' ? null : billBytes(world, order)
  if (bytes === null) return NONE
  const compressed = order.gzip && world.switches.bill_hash === 'compressed'
  const hash = sha1(packed(bytes, compressed))
  const short = world.switches.bill_link === 'bill_downloadurl'
  const path = short ? '/v3/bill/downloadurl' : '/v3/billdownload/file'
  const token = `token=${addLink(world, order)}${order.gzip ? '&tartype=gzip' : ''}`
  return answered(200, {
    hash_type: 'SHA1',
    hash_value: fault?.kind === 'wrong_hash' ? sha1(Buffer.from(hash)) : hash,
    download_url: `${origin(context)}${path}?${token}`,
  })
}

/** More requests in this second than a merchant may make. */
function tooMany({ world, merchant, nowMs }: MerchantContext): boolean {
  const most = world.switches.fundflow_bill_per_second
  if (most === 0) return false
  const key = `fundflowbill:${merchant.mchid}`
  const second = Math.floor(nowMs / 1000)
  const before = world.get('counters', key) ?? 0
  // One number keeps both the second and the requests in it.
  const count = Math.floor(before / 1024) === second ? (before % 1024) + 1 : 1
  world.put('counters', key, second * 1024 + Math.min(count, 1023))
  return count > most
}

/** GET /v3/bill/tradebill (申请交易账单, §8.1). */
export function tradeBillLink(context: MerchantContext): PayAnswer {
  const given = context.query.get('bill_type') ?? 'ALL'
  const known = [...BILL_TYPES, ...BY_PERMISSION]
  const type = { name: 'bill_type', label: '账单类型', known, given }
  const trouble = queryTrouble(context.query, type)
  if (trouble !== null) return trouble
  if (BY_PERMISSION.includes(given)) return refused(403, 'NO_AUTH', '商户无权限', PARAMETER)
  const found = asked(context, 'trade', given)
  return found.ok ? told(context, found.order) : found.answer
}

/** GET /v3/bill/fundflowbill (申请资金账单, §8.1). */
export function fundFlowBillLink(context: MerchantContext): PayAnswer {
  const given = context.query.get('account_type') ?? 'BASIC'
  const type = { name: 'account_type', label: '资金账户类型', known: ACCOUNT_TYPES, given }
  const trouble = queryTrouble(context.query, type)
  if (trouble !== null) return trouble
  if (tooMany(context)) {
    return refused(429, 'FREQUENCY_LIMITED', '请求过于频繁，请稍后再试', 268447840)
  }
  const found = asked(context, 'fundflow', given)
  return found.ok ? told(context, found.order) : found.answer
}
