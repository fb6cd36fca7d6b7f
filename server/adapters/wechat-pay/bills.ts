import type { PayAnswer, PayCall } from '@minitill/protocol'
import { parseBillLink } from '@minitill/protocol/model'
import type { BillRequest, WechatBills } from '../../ports/index.ts'
import { answer } from '../../ports/index.ts'
import type { BillTransfer } from './bill-transfer.ts'
import { read } from './calls.ts'
import type { Ring } from './rings.ts'

/** How a bill is asked for and fetched; the adapter's own. */
export interface BillParts {
  readonly ringOf: (mchid: BillRequest['mchid']) => Ring
  readonly send: (ring: Ring, call: PayCall, phase: string) => Promise<PayAnswer>
  /** The headers of a signed GET. */
  readonly sign: (ring: Ring, path: string) => Promise<Readonly<Record<string, string>>>
  readonly origins: readonly string[]
  readonly transfer: BillTransfer
}

/** WeChat Pay's hosts (wechat-pay §0.1): a bill may lie at each of them and nowhere else. */
const officialOrigins = [
  'https://api.mch.weixin.qq.com',
  'https://api2.mch.weixin.qq.com',
  'https://api.wechatpay.cn',
  'https://api2.wechatpay.cn',
]

/** 申请交易账单, 申请资金账单, 下载账单. */
export function billCalls(parts: BillParts): WechatBills {
  return {
    bill: async (request) => {
      const ring = parts.ringOf(request.mchid)
      const call = { method: 'GET', path: billPath(request) } as const
      const reply = await parts.send(ring, call, 'fetch-bill/bill')
      const told = read(reply, 200, (json) => ({
        kind: 'link' as const,
        link: parseBillLink(json),
      }))
      if (told.got === 'silence') return told
      if (told.value.kind === 'refused') return answer(told.value)
      const place = placeOf(told.value.link.download_url, parts.origins)
      if (place === null) return answer({ kind: 'unusable', why: 'link' })
      const { hash_value: hash } = told.value.link
      const headers = await parts.sign(ring, place.path)
      return await parts.transfer({ ...place, headers, hash })
    },
  }
}

function billPath({ kind, date, account }: BillRequest): string {
  const query = `bill_date=${encodeURIComponent(date)}`
  return kind === 'trade'
    ? `/v3/bill/tradebill?${query}&bill_type=${account}&tar_type=GZIP`
    : `/v3/bill/fundflowbill?${query}&account_type=${account}&tar_type=GZIP`
}

interface Place {
  readonly origin: string
  /** Path and query, as they were told: they are signed as they are. */
  readonly path: string
}

/**
 * The place that a link names, if it is one of WeChat's own; in development the simulator's. The text
 * itself must begin with a known origin, so that no two readings of an address can differ: another
 * host, http, an IP literal, a user part or a backslash is none of them.
 */
export function placeOf(link: string, origins: readonly string[]): Place | null {
  const isOfficial = origins.every((origin) => officialOrigins.includes(origin))
  const known = isOfficial ? officialOrigins : origins
  const origin = known.find((one) => link.startsWith(`${one}/`))
  if (origin === undefined) return null
  const path = link.slice(origin.length)
  return /^\/[!-~]{1,2000}$/.test(path) && !/[\\#@]/.test(path) ? { origin, path } : null
}
