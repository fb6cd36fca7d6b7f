import { ModelError } from '../model-error.ts'
import { type Instant, parseRfc3339 } from '../time.ts'
import { cellsOf, linesOf } from './lines.ts'
import { type Mills, millsOf, millsPerFen } from './yuan.ts'

/** What a kind of bill consists of. */
export interface BillKind<Row> {
  /** The column of the totals by which their header is known: the number of rows. */
  readonly countName: string
  /** Columns that must be there, each by the names that it has had. */
  readonly needed: readonly (readonly string[])[]
  readonly row: (cells: Cells) => Row
  /** Totals that must agree, by the names that each has had: what one row adds to it. */
  readonly totals: readonly (readonly [names: readonly string[], of: (row: Row) => Mills])[]
  /** The totals of the first kind that must be there, so that a bill without sums is refused. */
  readonly mostNeeded: readonly string[]
}

export interface BillSums {
  readonly rows: number
  /** Signed fen by the first name of each total; what is finer than a fen is cut off. */
  readonly sums: Readonly<Record<string, number>>
}

/** One data row, read by the names of its columns. */
export class Cells {
  readonly #places: ReadonlyMap<string, number>
  readonly #cells: readonly string[]
  readonly line: number

  constructor(places: ReadonlyMap<string, number>, cells: readonly string[], line: number) {
    this.#places = places
    this.#cells = cells
    this.line = line
  }

  /** The value under the first of these names that the header has; undefined for none. */
  find(...names: readonly string[]): string | undefined {
    for (const name of names) {
      const place = this.#places.get(name)
      if (place !== undefined) return this.#cells[place] ?? ''
    }
    return undefined
  }

  text(most: number, ...names: readonly string[]): string {
    const value = this.find(...names) ?? ''
    if (value.length > most) throw this.wrong(names, 'is too long')
    // A NUL can be in no text of the database.
    return value.includes('\u0000') ? value.replaceAll('\u0000', '') : value
  }

  mills(...names: readonly string[]): Mills {
    const mills = millsOf(this.find(...names) ?? '')
    if (mills === null) throw this.wrong(names, 'must be an amount in yuan')
    return mills
  }

  /** Signed whole fen. */
  fen(...names: readonly string[]): number {
    const mills = this.mills(...names)
    if (mills % millsPerFen !== 0) throw this.wrong(names, 'must be whole fen')
    return mills / millsPerFen + 0
  }

  /** "2021-01-28 17:07:11" in Beijing. */
  time(...names: readonly string[]): Instant {
    try {
      return parseRfc3339(`${(this.find(...names) ?? '').replace(' ', 'T')}+08:00`)
    } catch {
      throw this.wrong(names, 'must be a time like 2021-01-28 17:07:11')
    }
  }

  wrong([name = '']: readonly string[], rule: string): ModelError {
    return new ModelError(name, `${rule} (line ${this.line})`)
  }
}

/**
 * Reads a bill as it streams in: header, rows, totals (wechat-pay §8.3, §8.4). Columns are found by
 * name, so that new and moved ones change nothing. Yields rows in arrays; what it yields counts
 * only when it returns, which is after the totals agreed with the rows to the last digit.
 * @throws ModelError for anything that is not a whole bill
 */
export async function* readBill<Row>(
  bytes: AsyncIterable<Uint8Array>,
  kind: BillKind<Row>,
): AsyncGenerator<readonly Row[], BillSums> {
  const reading = new Reading(kind)
  for await (const lines of linesOf(bytes)) {
    const rows: Row[] = []
    for (const line of lines) {
      const row = reading.take(line)
      if (row !== null) rows.push(row)
    }
    if (rows.length > 0) yield rows
  }
  return reading.end()
}

class Reading<Row> {
  readonly #kind: BillKind<Row>
  readonly #sums: Mills[]
  #header: ReadonlyMap<string, number> | null = null
  #totals: ReadonlyMap<string, number> | null = null
  #told: Cells | null = null
  #line = 0
  #rows = 0

  constructor(kind: BillKind<Row>) {
    this.#kind = kind
    this.#sums = kind.totals.map(() => 0)
  }

  /** A row of the table; null for header, totals and an empty line. */
  take(line: string): Row | null {
    this.#line += 1
    if (line === '') return null
    const cells = cellsOf(line)
    if (this.#told !== null) throw new ModelError('bill', 'goes on after its totals')
    if (this.#header === null) {
      this.#header = this.#begin(cells)
      return null
    }
    if (this.#totals !== null) {
      this.#told = this.#named(this.#totals, cells)
      return null
    }
    if (cells.includes(this.#kind.countName)) {
      this.#totals = placesOf(cells)
      return null
    }
    return this.#row(this.#named(this.#header, cells))
  }

  end(): BillSums {
    const told = this.#told
    if (told === null) throw new ModelError('bill', 'ends before its totals')
    const { countName, totals, mostNeeded } = this.#kind
    if (!/^\d{1,12}(\.0+)?$/.test(told.find(countName) ?? '')) {
      throw told.wrong([countName], 'must be a number of rows')
    }
    if (Number(told.find(countName)) !== this.#rows) {
      throw new ModelError(countName, `must be ${this.#rows}, the number of rows`)
    }
    if (told.find(...mostNeeded) === undefined) {
      throw new ModelError(mostNeeded[0] ?? '', 'is missing in the totals')
    }
    for (const [nth, [names]] of totals.entries()) {
      if (told.find(...names) === undefined) continue
      if (told.mills(...names) !== this.#sums[nth]) {
        throw new ModelError(names[0] ?? '', 'must be the sum of the rows')
      }
    }
    const sums = totals.map(([[name = '']], nth) => [
      name,
      Math.trunc((this.#sums[nth] ?? 0) / millsPerFen) + 0,
    ])
    return { rows: this.#rows, sums: Object.fromEntries(sums) }
  }

  #begin(cells: readonly string[]): ReadonlyMap<string, number> {
    const places = placesOf(cells)
    for (const names of this.#kind.needed) {
      if (!names.some((name) => places.has(name))) {
        throw new ModelError(names[0] ?? '', 'is missing in the header of the bill')
      }
    }
    return places
  }

  #named(places: ReadonlyMap<string, number>, cells: readonly string[]): Cells {
    if (cells.length !== places.size) {
      throw new ModelError('bill', `line ${this.#line} has other cells than its header`)
    }
    return new Cells(places, cells, this.#line)
  }

  #row(cells: Cells): Row {
    const row = this.#kind.row(cells)
    this.#rows += 1
    for (const [nth, [, of]] of this.#kind.totals.entries()) {
      const sum = (this.#sums[nth] ?? 0) + of(row)
      if (!Number.isSafeInteger(sum)) throw new ModelError('bill', 'adds up to too much')
      this.#sums[nth] = sum
    }
    return row
  }
}

function placesOf(cells: readonly string[]): ReadonlyMap<string, number> {
  const places = new Map(cells.map((name, place) => [name.trim(), place]))
  if (places.size !== cells.length) throw new ModelError('bill', 'names a column twice')
  return places
}
