// What a fault does to a bill before its hash is taken (models F-57…F-62): the file is complete and
// its hash fits, but it tells something else than the world does.
import type { Sheet } from './sheet.ts'
import { signedFen, yuan } from './yuan.ts'

/** A table that gets the totals which its rows add up to. */
export type Totalled = (table: Pick<Sheet, 'header' | 'rows'>) => Sheet

/** Amounts that an altered fen touches, if a row has them and they are not zero. */
const AMOUNTS = ['订单金额', '应结订单金额', '申请退款金额', '退款金额', '收支金额(元)']
const NUMBERS = [
  '微信订单号',
  '商户订单号',
  '微信退款单号',
  '商户退款单号',
  '微信支付业务单号',
  '资金流水单号',
  '业务凭证号',
]
/**
 * The older form's columns that are not simply gone, by today's names: what stands there, and whose
 * values. It knew whole amounts and the part of them that coupons paid.
 */
const OLD_COLUMNS: Readonly<Record<string, readonly [name: string, from: string, less?: string]>> =
  {
    特约商户号: ['子商户号', '特约商户号'],
    应结订单金额: ['总金额', '订单金额'],
    代金券金额: ['企业红包金额', '代金券金额'],
    退款金额: ['退款金额', '申请退款金额'],
    充值券退款金额: ['企业红包退款金额', '申请退款金额', '退款金额'],
    应结订单总金额: ['总交易额', '订单总金额'],
    退款总金额: ['总退款金额', '申请退款总金额'],
    充值券退款总金额: ['总企业红包退款金额', '申请退款总金额', '退款总金额'],
  }
const NEW_COLUMNS = ['订单金额', '申请退款金额', '费率备注', '订单总金额', '申请退款总金额']

type Alteration = (sheet: Sheet, totalled: Totalled) => Sheet

/** Changes cells of the first row by their column's name, and lets the totals follow. */
function firstRow(change: (name: string, cell: string) => string): Alteration {
  return ({ header, rows: [first = [], ...rest] }, totalled) => {
    const changed = first.map((cell, at) => change(header[at] ?? '', cell))
    return totalled({ header, rows: [changed, ...rest] })
  }
}

function oneFenMore(name: string, cell: string): string {
  return AMOUNTS.includes(name) && signedFen(cell) !== 0 ? yuan(signedFen(cell) + 1) : cell
}

/** A number that nobody gave out, with the same beginning and length. */
function unknownNumber(name: string, cell: string): string {
  if (!NUMBERS.includes(name) || cell.length < 2) return cell
  const kept = Math.floor(cell.length / 2)
  return `${cell.slice(0, kept)}${'9'.repeat(cell.length - kept)}`
}

function rows(change: (all: Sheet['rows']) => Sheet['rows']): Alteration {
  return ({ header, rows: all }, totalled) => totalled({ header, rows: change(all) })
}

/** Columns by their place in the old header; the same for both tables. */
function inColumns(sheet: Sheet, order: (header: readonly string[]) => readonly number[]): Sheet {
  const kept = order(sheet.header)
  const keptTotals = order(sheet.totalsHeader)
  const take = (cells: readonly string[], places: readonly number[]) =>
    places.map((at) => cells[at] ?? '')
  return {
    header: take(sheet.header, kept),
    rows: sheet.rows.map((row) => take(row, kept)),
    totalsHeader: take(sheet.totalsHeader, keptTotals),
    totals: take(sheet.totals, keptTotals),
  }
}

function older(header: readonly string[], rows: readonly (readonly string[])[]) {
  const columns = header
    .filter((name) => !NEW_COLUMNS.includes(name))
    .map((name) => OLD_COLUMNS[name] ?? ([name, name] as const))
  const cellOf = (row: readonly string[], name: string) => row[header.indexOf(name)] ?? ''
  const told = rows.map((row) =>
    columns.map(([, from, less]) => {
      const cell = cellOf(row, from)
      return less === undefined ? cell : yuan(signedFen(cell) - signedFen(cellOf(row, less)))
    }),
  )
  return { header: columns.map(([name]) => name), rows: told }
}

const oldColumns: Alteration = ({ header, rows: all, totalsHeader, totals }) => {
  const sums = older(totalsHeader, [totals])
  return { ...older(header, all), totalsHeader: sums.header, totals: sums.rows[0] ?? [] }
}

const ODD_TEXT = '红富士`1斤\\ "大"果\\n=1+1'

/** 45 becomes 45.0 and 0.00 becomes 0.0, as in bills of test systems. */
function oddNumber(cell: string): string {
  return cell.includes('.') ? cell.replace(/0$/, '') : `${cell}.0`
}

const ALTERATIONS: Readonly<Record<string, Alteration>> = {
  off_by_one_fen: firstRow(oneFenMore),
  unknown_row: ({ header, rows: all }, totalled) => {
    const stranger = (all[0] ?? []).map((cell, at) => unknownNumber(header[at] ?? '', cell))
    return totalled({ header, rows: [...all, stranger] })
  },
  missing_row: rows((all) => all.slice(1)),
  duplicate_row: rows((all) => [...all, ...all.slice(0, 1)]),
  wrong_total: (sheet) => {
    const at = sheet.totalsHeader.findLastIndex((name) => /^(应结订单总金额|支出金额)$/.test(name))
    const totals = sheet.totals.map((cell, nth) => (nth === at ? yuan(signedFen(cell) + 1) : cell))
    return { ...sheet, totals }
  },
  missing_totals: (sheet) => ({ ...sheet, totalsHeader: [], totals: [] }),
  old_columns: oldColumns,
  moved_columns: (sheet) =>
    inColumns(sheet, (header) =>
      [...header.slice(3), ...header.slice(0, 3)].map((name) => header.indexOf(name)),
    ),
  new_column: (sheet) => ({
    ...sheet,
    header: [...sheet.header, '新增列'],
    rows: sheet.rows.map((row) => [...row, '1']),
  }),
  odd_text: ({ header, rows: all }, totalled) => {
    const at = header.findIndex((name) => name === '商品名称' || name === '备注')
    const changed = all.map((row) => row.map((cell, nth) => (nth === at ? ODD_TEXT : cell)))
    return totalled({ header, rows: changed })
  },
  odd_numbers: (sheet) => ({ ...sheet, totals: sheet.totals.map(oddNumber) }),
}

/** The faults that change a bill's content. */
export const BILL_ALTERATIONS: readonly string[] = Object.keys(ALTERATIONS)

/** The bill as a fault of this kind would have it; unchanged for all other kinds. */
export function altered(sheet: Sheet, kind: string | null, totalled: Totalled): Sheet {
  const alteration = kind === null ? undefined : ALTERATIONS[kind]
  return alteration === undefined ? sheet : alteration(sheet, totalled)
}
