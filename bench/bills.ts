// A trade bill of a million rows, imported and matched on the embedded PostgreSQL, and how much memory
// that took at most. The bill is written while it is read: nothing ever holds it as a whole.
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseMchid } from '@minitill/protocol/model'
import { reconcileDay } from '../server/flows/reconcile-day.ts'
import { openDatabase, openPool } from '../server/store/database.ts'
import { openEmbedded } from '../server/store/embedded.ts'
import { migrate } from '../server/store/migrate.ts'
import { billLines, date, fillBooks, mchid } from './bills/day.ts'
import { benchPorts } from './bills/ports.ts'
import { keep } from './results.ts'

const rows = Number(process.env['MINITILL_BENCH_ROWS'] ?? 1_000_000)
/** With `--trades` the fund-flow bill, which has two rows more for each trade, does not come. */
const withFunds = !process.argv.includes('--trades')

async function* bytesOf(kind: 'trade' | 'fundflow'): AsyncGenerator<Buffer> {
  let piece: string[] = []
  let size = 0
  for (const line of billLines(kind, rows)) {
    piece.push(line)
    size += line.length
    if (size < 65_536) continue
    yield Buffer.from(piece.join(''))
    piece = []
    size = 0
  }
  yield Buffer.from(piece.join(''))
}

/** The most that the process held, looked at ten times a second. */
function watchMemory(): () => { rss_mib: number; heap_mib: number } {
  const most = { rss: 0, heap: 0 }
  const look = () => {
    const { rss, heapUsed } = process.memoryUsage()
    most.rss = Math.max(most.rss, rss)
    most.heap = Math.max(most.heap, heapUsed)
  }
  const timer = setInterval(look, 100)
  return () => {
    clearInterval(timer)
    look()
    const mib = (bytes: number) => Math.round(bytes / 2 ** 20)
    return { rss_mib: mib(most.rss), heap_mib: mib(most.heap) }
  }
}

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'minitill-bench-'))
  const embedded = await openEmbedded({ dataDir: folder, role: 'owner', holder: 'bench' })
  const pool = openPool(embedded.connection, 4)
  const db = openDatabase(pool)
  try {
    await migrate(db, 0)
    const filling = performance.now()
    await fillBooks(pool, rows)
    const filledMs = performance.now() - filling
    const marks: Record<string, number> = {}
    const ports = benchPorts(db, {
      bytesOf,
      withFunds,
      hash: createHash('sha1').update('bench').digest('hex'),
      mark: (name) => {
        marks[name] ??= performance.now()
      },
    })
    const memory = watchMemory()
    const began = performance.now()
    const result = await reconcileDay(ports, { mchid: parseMchid(mchid), date })
    const ended = performance.now()
    const most = memory()
    const wanted = withFunds ? 'reconciled' : 'waiting'
    if (result.kind !== wanted) throw new Error(JSON.stringify(result))
    const states = await pool.query(
      'SELECT place, count(*) AS rows FROM trade_row GROUP BY place ORDER BY place',
    )
    const fees = await pool.query(
      "SELECT sum(amount_fen) AS fen FROM posting WHERE account = 'fees'",
    )
    const seconds = (from: string, to: string | null) =>
      Math.round(((to === null ? ended : (marks[to] ?? ended)) - (marks[from] ?? began)) / 100) / 10
    keep('bills', {
      trade_rows: rows,
      fund_rows: withFunds ? rows * 2 : 0,
      books_filled_s: Math.round(filledMs / 100) / 10,
      import_trade_s: seconds('import trade', 'import fundflow'),
      ...(withFunds ? { import_funds_s: seconds('import fundflow', 'match') } : {}),
      match_s: seconds('match', null),
      all_s: Math.round((ended - began) / 100) / 10,
      rows_per_second: Math.round((rows * (withFunds ? 3 : 1)) / ((ended - began) / 1000)),
      peak: most,
      trade_places: states.rows,
      fees_booked_fen: fees.rows[0].fen,
      ...(result.kind === 'reconciled' ? { balance: result.day.balance } : {}),
    })
  } finally {
    await db.destroy()
    await embedded.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

await main()
