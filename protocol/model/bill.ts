// Bills: what WeChat says on the next day about a whole day (下载账单). A link, and the file behind it.
import { ModelError } from './model-error.ts'
import { fieldsOf, textOf } from './read.ts'

export { type FundBillRow, readFundBill } from './bill/funds.ts'
export type { BillSums } from './bill/table.ts'
export { readTradeBill, type TradeBillRow } from './bill/trade.ts'
export { millsOf, nearestFen, signedFenOf } from './bill/yuan.ts'

/** Where a bill lies for five minutes, and the hash of its bytes (申请交易账单, 申请资金账单). */
export interface BillLink {
  readonly hash_type: 'SHA1'
  /** 40 lower-case hex digits. */
  readonly hash_value: string
  readonly download_url: string
}

/** Reads the answer about a bill; ModelError when a field is missing or malformed. */
export function parseBillLink(value: unknown): BillLink {
  const fields = fieldsOf(value, 'bill')
  if (textOf(fields, 'hash_type', 16) !== 'SHA1') throw new ModelError('hash_type', 'must be SHA1')
  const hash = textOf(fields, 'hash_value', 64).toLowerCase()
  if (!/^[0-9a-f]{40}$/.test(hash)) throw new ModelError('hash_value', 'must be 40 hex digits')
  const url = textOf(fields, 'download_url', 2048)
  return { hash_type: 'SHA1', hash_value: hash, download_url: url }
}
