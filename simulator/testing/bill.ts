// Reads a bill as a merchant would, by the names in its header: not the code that writes bills, so
// that a mistake in one does not hide in the other.
import type { Answer, TestMerchant } from './merchant.ts'

export type BillRow = Readonly<Record<string, string>>

export interface ReadBill {
  readonly rows: readonly BillRow[]
  readonly totals: BillRow
}

/** Cells without backticks. Throws when the file is not made of two tables. */
export function readBill(text: string): ReadBill {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/)
  if (lines.pop() !== '') throw new Error('the last line has no end')
  const table = lines.map((line) => line.split(',').map((cell) => cell.replace(/^`/, '')))
  const at = table.findIndex(([first]) => first === '总交易单数' || first === '资金流水总笔数')
  if (at < 1 || at !== table.length - 2) throw new Error('the totals are not where they belong')
  const named = (header: readonly string[], cells: readonly string[]) => {
    if (header.length !== cells.length) throw new Error('a row has other cells than the header')
    return Object.fromEntries(header.map((name, nth) => [name, cells[nth] ?? '']))
  }
  const rows = table.slice(1, at).map((cells) => named(table[0] ?? [], cells))
  return { rows, totals: named(table[at] ?? [], table[at + 1] ?? []) }
}

/** Signed fen of yuan with two decimals or, for fees, five. */
export function fenOf(text: string | undefined): number {
  const match = /^(-?)(\d+)\.(\d\d)(?:000)?$/.exec(text ?? '')
  if (match === null) throw new Error(`${text} is no amount`)
  return Number(`${match[1]}${match[2]}${match[3]}`)
}

/** Path and query of a link, as they have to be signed. */
export function pathOfLink(answer: Answer): string {
  const { pathname, search } = new URL(String(answer.json['download_url']))
  return pathname + search
}

/** Asks for a bill and fetches it: the text of a plain one. */
export async function billText(merchant: TestMerchant, path: string): Promise<string> {
  const asked = await merchant.call('GET', path)
  if (asked.status !== 200) throw new Error(`${asked.status} ${asked.text}`)
  const file = await merchant.call('GET', pathOfLink(asked))
  if (file.status !== 200) throw new Error(`${file.status} ${file.text}`)
  return file.text
}
