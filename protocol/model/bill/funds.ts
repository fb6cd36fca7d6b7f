import type { Instant } from '../time.ts'
import { type BillKind, type BillSums, type Cells, readBill } from './table.ts'
import { millsPerFen } from './yuan.ts'

/** A row of the fund-flow bill (资金账单): one movement of an account of the merchant's. */
export interface FundBillRow {
  readonly atMs: Instant
  /** 微信支付业务单号: WeChat's number of the payment or refund. */
  readonly businessId: string
  /** 资金流水单号: the movement's own. */
  readonly flowId: string
  /** 业务类型: 交易, 退款, 扣除交易手续费, 提现, … */
  readonly type: string
  /** Signed: what leaves the account is negative. */
  readonly amountFen: number
  /** 账户结余 after it. */
  readonly balanceFen: number
  readonly note: string
  /** 业务凭证号: the merchant's number of it. */
  readonly voucher: string
}

const income = '收入'
const outgo = '支出'
const amount = '收支金额(元)'
const balance = '账户结余(元)'
/** Full-width brackets have been seen in spreadsheets. */
const amounts = [amount, '收支金额（元）', '收支金额'] as const
const balances = [balance, '账户结余（元）', '账户结余'] as const

const kind: BillKind<FundBillRow> = {
  countName: '资金流水总笔数',
  needed: [
    ['记账时间'],
    ['微信支付业务单号'],
    ['资金流水单号'],
    ['业务类型'],
    ['收支类型'],
    amounts,
    balances,
    ['业务凭证号'],
  ],
  row: fundRow,
  totals: [
    [['收入笔数'], ({ amountFen }) => (amountFen > 0 ? oneMills : 0)],
    [['收入金额'], ({ amountFen }) => Math.max(amountFen, 0) * millsPerFen],
    [['支出笔数'], ({ amountFen }) => (amountFen < 0 ? oneMills : 0)],
    [['支出金额'], ({ amountFen }) => Math.max(-amountFen, 0) * millsPerFen],
  ],
  mostNeeded: ['收入金额'],
}

/** A count of one, in the unit in which totals are compared: "1" is read as one yuan. */
const oneMills = 100_000

/** Streams a fund-flow bill; see `readBill`. */
export function readFundBill(
  bytes: AsyncIterable<Uint8Array>,
): AsyncGenerator<readonly FundBillRow[], BillSums> {
  return readBill(bytes, kind)
}

function fundRow(cells: Cells): FundBillRow {
  const direction = cells.text(8, '收支类型')
  if (direction !== income && direction !== outgo) {
    throw cells.wrong(['收支类型'], `must be ${income} or ${outgo}`)
  }
  const size = cells.fen(...amounts)
  if (size < 0) throw cells.wrong(amounts, 'must not be negative')
  const flowId = cells.text(64, '资金流水单号')
  if (flowId === '') throw cells.wrong(['资金流水单号'], 'is missing')
  return {
    atMs: cells.time('记账时间'),
    businessId: cells.text(64, '微信支付业务单号'),
    flowId,
    type: cells.text(64, '业务类型'),
    amountFen: direction === outgo ? 0 - size : size,
    balanceFen: cells.fen(...balances),
    note: cells.text(2048, '备注'),
    voucher: cells.text(128, '业务凭证号'),
  }
}
