// A bill as a table, and the table as the bytes of WeChat's CSV (wechat-pay.md §8.3, R83).
import type { BillForm } from '../state.ts'

/** One bill: a table of details and a table of totals. Cells are without their backticks. */
export interface Sheet {
  readonly header: readonly string[]
  readonly rows: readonly (readonly string[])[]
  readonly totalsHeader: readonly string[]
  readonly totals: readonly string[]
}

/** Merchant's text in a cell: a comma becomes backslash and blank, a line break the letters \n. */
export function escaped(text: string): string {
  return text.replaceAll(',', '\\ ').replaceAll(/\r\n|\r|\n/g, '\\n')
}

function line(cells: readonly string[]): string {
  return `\`${cells.join(',`')}`
}

/** The CSV: header cells bare, every other cell behind a backtick, each line with its end. */
export function sheetBytes(sheet: Sheet, form: Pick<BillForm, 'bom' | 'newline'>): Buffer {
  const end = form.newline === 'crlf' ? '\r\n' : '\n'
  const lines = [
    sheet.header.join(','),
    ...sheet.rows.map(line),
    ...(sheet.totals.length === 0 ? [] : [sheet.totalsHeader.join(','), line(sheet.totals)]),
  ]
  return Buffer.from(`${form.bom ? '\uFEFF' : ''}${lines.join(end)}${end}`, 'utf8')
}

/** The cells of one column, by its name; "" where there is none. */
export function column(sheet: Pick<Sheet, 'header' | 'rows'>, name: string): readonly string[] {
  const at = sheet.header.indexOf(name)
  return sheet.rows.map((row) => row[at] ?? '')
}
