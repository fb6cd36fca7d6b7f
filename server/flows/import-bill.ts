import {
  type BillSums,
  type FundBillRow,
  type Instant,
  ModelError,
  readFundBill,
  readTradeBill,
  type TradeBillRow,
} from '@minitill/protocol/model'
import { BalanceChain } from '../domain/reconcile/balance.ts'
import type { BillFile, Ports, Tx } from '../ports/index.ts'
import type { AcceptedBill, Bill } from '../ports/tables/bills.ts'
import { commit } from './phase.ts'

export type Imported =
  | { readonly kind: 'accepted'; readonly bill: Bill }
  | { readonly kind: 'refused'; readonly why: string }
  /** Another import of the same bill began meanwhile, or ended. */
  | { readonly kind: 'overtaken' }

/** Rows of one transaction, and of one deletion. */
const chunk = 2_000
const clearChunk = 20_000

/**
 * Imports a bill in bounded transactions; its rows are seen by nobody until the last one
 * accepts it, after totals and number of rows agreed. A file that is no whole bill leaves
 * nothing. A crash leaves rows of an attempt that the next one deletes; one that was overtaken
 * writes nothing more.
 */
export async function importBill(ports: Ports, bill: Bill, file: BillFile): Promise<Imported> {
  const attempt = await commit(
    ports,
    'import-bill/begin',
    async (tx) => await tx.bills.begin(bill.id),
  )
  if (attempt === null) return await asItIs(ports, bill)
  if (!(await clear(ports, bill, attempt))) return { kind: 'overtaken' }
  const read = await readAll(ports, bill, attempt, file)
  if (read.kind === 'refused') {
    await clear(ports, bill, attempt)
    return read
  }
  if (read.kind === 'overtaken') return read
  const accepted = await commit(ports, 'import-bill/end', async (tx) => {
    if (!(await tx.bills.holds(bill.id, attempt))) return null
    const count = await rowsOf(tx, bill).countOf(bill.id)
    if (count !== read.found.rowCount) throw new Error('an import lost rows')
    const at = ports.clock.now()
    await tx.bills.accept(bill.id, read.found, at)
    await endBillTasks(tx, bill, at)
    return await tx.bills.byId(bill.id)
  })
  return accepted === null ? { kind: 'overtaken' } : { kind: 'accepted', bill: accepted }
}

const rowsOf = (tx: Tx, { kind }: Pick<Bill, 'kind'>) =>
  kind === 'trade' ? tx.tradeRows : tx.fundRows

async function asItIs(ports: Ports, bill: Bill): Promise<Imported> {
  const found = await ports.store.read.bills.byId(bill.id)
  return found?.status === 'accepted' ? { kind: 'accepted', bill: found } : { kind: 'overtaken' }
}

/** Deletes what an attempt left; false when another one has begun. */
async function clear(ports: Ports, bill: Bill, attempt: number): Promise<boolean> {
  for (;;) {
    const cleared = await commit(ports, 'import-bill/clear', async (tx) => {
      if (!(await tx.bills.holds(bill.id, attempt))) return null
      return await rowsOf(tx, bill).clear(bill.id, clearChunk)
    })
    if (cleared === null) return false
    if (cleared < clearChunk) return true
  }
}

type Read =
  | { readonly kind: 'read'; readonly found: AcceptedBill }
  | { readonly kind: 'refused'; readonly why: string }
  | { readonly kind: 'overtaken' }

/** Parser errors are the file's fault, and everything else is not. */
async function readAll(ports: Ports, bill: Bill, attempt: number, file: BillFile): Promise<Read> {
  try {
    const { hash } = file
    if (bill.kind === 'trade') {
      const sums = await importTrades(ports, bill, attempt, readTradeBill(file.read()))
      if (sums === null) return { kind: 'overtaken' }
      return { kind: 'read', found: { hash, rowCount: sums.rows, sums: sums.sums, ends: null } }
    }
    const chain = new BalanceChain()
    const rows = readFundBill(file.read())
    const sums = await importFunds(ports, bill, attempt, { rows, chain })
    if (sums === null) return { kind: 'overtaken' }
    const found = { hash, rowCount: sums.rows, sums: sums.sums, ends: chain.ends() }
    return { kind: 'read', found }
  } catch (error) {
    if (error instanceof ModelError) return { kind: 'refused', why: error.message }
    throw error
  }
}

async function importTrades(
  ports: Ports,
  bill: Bill,
  attempt: number,
  rows: AsyncGenerator<readonly TradeBillRow[], BillSums>,
): Promise<BillSums | null> {
  return await inChunks(rows, async (some, firstLine) => {
    const stranger = some.find(({ mchid }) => mchid !== bill.mchid)
    if (stranger !== undefined) throw new ModelError('商户号', 'must be that of the bill')
    const numbered = some.map((row, index) => ({ line: firstLine + index, row }))
    return await keep(ports, bill, attempt, async (tx) => {
      await tx.tradeRows.insert(bill.id, numbered)
    })
  })
}

async function importFunds(
  ports: Ports,
  bill: Bill,
  attempt: number,
  {
    rows,
    chain,
  }: {
    readonly rows: AsyncGenerator<readonly FundBillRow[], BillSums>
    readonly chain: BalanceChain
  },
): Promise<BillSums | null> {
  return await inChunks(rows, async (some, firstLine) => {
    for (const row of some) chain.add(row)
    const numbered = some.map((row, index) => ({ line: firstLine + index, row }))
    return await keep(ports, bill, attempt, async (tx) => {
      await tx.fundRows.insert(bill.id, bill.mchid, numbered)
    })
  })
}

async function keep(
  ports: Ports,
  bill: Bill,
  attempt: number,
  insert: (tx: Tx) => Promise<void>,
): Promise<boolean> {
  return await commit(ports, 'import-bill/rows', async (tx) => {
    const mayWrite = await tx.bills.holds(bill.id, attempt)
    if (mayWrite) await insert(tx)
    return mayWrite
  })
}

/** Hands rows on in equal chunks with the line of the first; null when it was told to stop. */
async function inChunks<Row>(
  rows: AsyncGenerator<readonly Row[], BillSums>,
  take: (some: readonly Row[], firstLine: number) => Promise<boolean>,
): Promise<BillSums | null> {
  let waiting: Row[] = []
  let line = 1
  for (;;) {
    const { done, value } = await rows.next()
    if (done) {
      const wasTaken = waiting.length === 0 || (await take(waiting, line))
      return wasTaken ? value : null
    }
    waiting.push(...value)
    while (waiting.length >= chunk) {
      if (!(await take(waiting.slice(0, chunk), line))) return null
      line += chunk
      waiting = waiting.slice(chunk)
    }
  }
}

/** The tasks about a bill end when it is here. */
export async function endBillTasks(tx: Tx, { id }: Pick<Bill, 'id'>, at: Instant): Promise<void> {
  const about = { kinds: ['bill_late', 'bill_refused'], field: 'bill', value: id } as const
  await tx.tasks.resolveAbout(about, 'arrived', at)
}
