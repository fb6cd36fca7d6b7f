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

/** The bill that the query asks for, or why it can't be had; checked in the gateway's order. */
function read(context: MerchantContext, kind: BillOrder['kind'], type: string): Asked {
  const { query, nowMs, world, merchant, fault } = context
  const { bill_ready_hour: hour, bill_bom, bill_newline, bill_refund_time } = world.switches
  const date = query.get('bill_date') ?? ''
  if (date === '') return no(missingQuery('bill_date', '账单日期'))
  if (!DATE.test(date)) return no(badQuery('bill_date', '账单日期', DATE, date))
  const tar = query.get('tar_type')
  if (tar !== null && tar !== 'GZIP') return no(badQuery('tar_type', '压缩类型', /^GZIP$/, tar))
  const day = billDay(date)
  if (day === null) return no(invalid('账单日期不存在'))
  const timing = timingOf(day, nowMs, hour)
  if (timing === 'not_over') return no(invalid('账单日期不能为当天或当天之后的日期'))
  if (timing === 'too_old') return no(invalid('仅支持三个月内的账单下载申请'))
  if (timing === 'creating' || fault?.kind === 'bill_late') return no(CREATING)
  const form = {
    bom: bill_bom,
    newline: bill_newline,
    refundTime: bill_refund_time,
    feePer10000: world.switches.fee_per_10000,
  }
  const struck = BILL_ALTERATIONS.find((name) => name === fault?.kind) ?? null
  const order: BillOrder = {
    mchid: merchant.mchid,
    kind,
    date,
    type,
    gzip: tar === 'GZIP',
    frozenAtMs: frozenAtMs(day, hour),
    form,
    alteration: struck,
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

/** GET /v3/bill/tradebill (申请交易账单). */
export function tradeBillLink(context: MerchantContext): PayAnswer {
  const type = context.query.get('bill_type') ?? 'ALL'
  if (BY_PERMISSION.includes(type)) return refused(403, 'NO_AUTH', '商户无权限', PARAMETER)
  if (!BILL_TYPES.some((known) => known === type)) {
    return badQuery('bill_type', '账单类型', new RegExp(`^(${BILL_TYPES.join('|')})$`), type)
  }
  const asked = read(context, 'trade', type)
  return asked.ok ? told(context, asked.order) : asked.answer
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

/** GET /v3/bill/fundflowbill (申请资金账单). */
export function fundFlowBillLink(context: MerchantContext): PayAnswer {
  const type = context.query.get('account_type') ?? 'BASIC'
  if (!ACCOUNT_TYPES.some((known) => known === type)) {
    const rule = new RegExp(`^(${ACCOUNT_TYPES.join('|')})$`)
    return badQuery('account_type', '资金账户类型', rule, type)
  }
  if (tooMany(context)) {
    return refused(429, 'FREQUENCY_LIMITED', '请求过于频繁，请稍后再试', 268447840)
  }
  const asked = read(context, 'fundflow', type)
  return asked.ok ? told(context, asked.order) : asked.answer
}
