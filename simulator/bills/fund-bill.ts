// The fund-flow bill (资金账单, wechat-pay.md §8.4): every movement of an account, with its balance.
import { billTime } from './bill-time.ts'
import { column, escaped, type Sheet } from './sheet.ts'
import { signedFen, yuan } from './yuan.ts'

export const ACCOUNT_TYPES = ['BASIC', 'OPERATION', 'FEES'] as const

/** One movement as its row tells it. */
export interface FundRow {
  readonly atMs: number
  /** 微信支付业务单号: what the movement is about. */
  readonly businessId: string
  /** 资金流水单号. */
  readonly flowId: string
  readonly name: string
  readonly type: string
  /** Signed: what leaves the account is negative. */
  readonly amountFen: number
  readonly balanceFen: number
  readonly applicant: string
  readonly note: string
  /** 业务凭证号: the merchant's own number. */
  readonly voucher: string
}

const CELLS: Readonly<Record<string, (row: FundRow) => string>> = {
  记账时间: ({ atMs }) => billTime(atMs),
  微信支付业务单号: ({ businessId }) => businessId,
  资金流水单号: ({ flowId }) => flowId,
  业务名称: ({ name }) => name,
  业务类型: ({ type }) => type,
  收支类型: ({ amountFen }) => (amountFen < 0 ? '支出' : '收入'),
  '收支金额(元)': ({ amountFen }) => yuan(Math.abs(amountFen)),
  '账户结余(元)': ({ balanceFen }) => yuan(balanceFen),
  资金变更提交申请人: ({ applicant }) => applicant,
  备注: ({ note }) => escaped(note),
  业务凭证号: ({ voucher }) => voucher,
}

/** The table with the totals that its rows add up to. */
export function withFundTotals(table: Pick<Sheet, 'header' | 'rows'>): Sheet {
  const kinds = column(table, '收支类型')
  const amounts = column(table, '收支金额(元)').map(signedFen)
  const of = (kind: string) => amounts.filter((_, at) => kinds[at] === kind)
  const sum = (some: readonly number[]) => yuan(some.reduce((all, one) => all + one, 0))
  const [income, outgo] = [of('收入'), of('支出')]
  return {
    ...table,
    totalsHeader: ['资金流水总笔数', '收入笔数', '收入金额', '支出笔数', '支出金额'],
    totals: [
      String(table.rows.length),
      String(income.length),
      sum(income),
      String(outgo.length),
      sum(outgo),
    ],
  }
}

/** The bill over these movements, in their order; null when there are none. */
export function fundBill(movements: readonly FundRow[]): Sheet | null {
  if (movements.length === 0) return null
  const cells = Object.values(CELLS)
  const rows = movements.map((movement) => cells.map((cell) => cell(movement)))
  return withFundTotals({ header: Object.keys(CELLS), rows })
}
