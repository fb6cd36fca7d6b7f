import { realpathSync } from 'node:fs'
import type { Mchid } from '@minitill/protocol/model'
import { openJobs } from './adapters/jobs/index.ts'
import { noPoints } from './adapters/points/index.ts'
import { systemRandom } from './adapters/random/index.ts'
import { readSettings, type Settings } from './config.ts'
import { unexplained } from './domain/reconcile/balance.ts'
import { billDay, lastBilled } from './domain/reconcile/bill-day.ts'
import { countOf, earlierDay, type ReconciledDay, reconcileDay } from './flows/reconcile-day.ts'
import { openClock } from './instance/clock.ts'
import { Closers } from './instance/closers.ts'
import { openInstanceDatabase } from './instance/database.ts'
import { parkedJobs } from './instance/parked-jobs.ts'
import { openPorts } from './instance/ports.ts'
import { reasonsOf } from './instance/process.ts'
import { version } from './main.ts'
import { openLog } from './observe/log.ts'
import { openMetrics } from './observe/metrics.ts'
import type { Ports } from './ports/index.ts'
import type { Reconciliation } from './ports/tables/differences.ts'
import { openStore } from './store/index.ts'

/** Exit statuses of `minitill reconcile`. */
const clean = 0
const openDifferences = 1
const couldNotRun = 2

/**
 * `minitill reconcile <date>`: compares a day of every merchant with WeChat's bills, beside a running
 * server or without one, and says what came of it.
 * @returns 0 clean, 1 open differences, 2 could not run
 * @throws an Error with one clear sentence when settings or database refuse
 */
export async function reconcile(
  date: string,
  settings: Settings,
  say: (line: string) => void,
): Promise<number> {
  const closers = new Closers()
  try {
    const ports = await open(settings, closers)
    const last = lastBilled(ports.clock.now())
    if (billDay(date) === null || date > last.date) {
      say(`${date} is no day whose bills are there: the last one is ${last.date}`)
      return couldNotRun
    }
    let status = clean
    for (const mchid of ports.parties.mchids) {
      const earlier = await heldBackBy(ports, mchid, date)
      const result = earlier ?? (await reconcileDay(ports, { mchid, date }))
      for (const line of report(mchid, date, result)) say(line)
      status = Math.max(status, statusOf(result))
    }
    return status
  } finally {
    await closers.closeAll()
  }
}

async function open(settings: Settings, closers: Closers): Promise<Ports> {
  const log = openLog('silent')
  const random = systemRandom()
  const { clock } = await openClock(settings, `reconcile-${random.uuid()}`)
  closers.add(() => clock.close())
  const opened = await openInstanceDatabase(settings, { log, atMs: clock.now() })
  closers.add(() => opened.close())
  const jobs = await openJobs({
    db: opened.db,
    pool: opened.pool,
    clock,
    log,
    showParked: parkedJobs(clock, random),
    production: settings.env === 'production',
  })
  closers.add(() => jobs.close())
  const metrics = openMetrics()
  closers.add(async () => metrics.close())
  const store = openStore(opened.db, (tx) => jobs.in(tx))
  const parts = {
    db: opened.db,
    store,
    clock,
    log,
    meter: metrics.meter,
    points: noPoints,
    version,
  }
  const { ports, close } = openPorts(settings, parts)
  closers.add(close)
  return ports
}

/** In order, as the server does it: the day that this one stands on, while it is waited for. */
async function heldBackBy(ports: Ports, mchid: Mchid, date: string): Promise<HeldBack | null> {
  const earlier = await earlierDay(ports, mchid, date)
  if (earlier === null) return null
  const why = earlier.problem ?? 'its turn has not come'
  return { kind: 'waiting', problem: `for ${earlier.date}, which is not compared yet (${why})` }
}

function statusOf(result: ReconciledDay | HeldBack): number {
  if (result.kind !== 'reconciled') return couldNotRun
  const { counts, balance } = result.day
  const open = counts === null ? 0 : countOf(counts, 'open')
  const isRight = balance === null || unexplained(balance) === 0
  return open === 0 && isRight ? clean : openDifferences
}

type HeldBack = { readonly kind: 'waiting'; readonly problem: string }

function report(mchid: string, date: string, result: ReconciledDay | HeldBack): readonly string[] {
  const about = `${date} ${mchid}`
  if (result.kind === 'overtaken') return [`${about}: another run is at work on it`]
  if (result.kind !== 'reconciled') return [`${about}: ${result.kind}, ${result.problem}`]
  return [
    `${about}: ${summary(result.day)}`,
    ...classLines(result.day),
    ...balanceLines(result.day),
  ]
}

function summary({ counts }: Reconciliation): string {
  if (counts === null) return 'no counts'
  const { tradeRows, fundRows, matched, foreign } = counts
  const open = countOf(counts, 'open')
  return (
    `${tradeRows} trades, ${fundRows} movements: ${matched} matched, ${foreign} of other systems, ` +
    `${countOf(counts, 'healed')} healed, ${countOf(counts, 'explained')} explained, ${open} open`
  )
}

function classLines({ counts }: Reconciliation): readonly string[] {
  return (counts?.differences ?? []).map(
    (one) => `  ${one.class} ${one.status}: ${one.count}, ${yuan(one.amountFen)} CNY`,
  )
}

function balanceLines({ balance }: Reconciliation): readonly string[] {
  if (balance === null) return ['  balance: nothing to compare with']
  const parts = [
    `books ${yuan(balance.ledgerFen)}`,
    `refunds under way ${yuan(balance.refundsUnderWayFen)}`,
    `other systems ${yuan(balance.foreignFen)}`,
    `carried over ${yuan(balance.carriedFen)}`,
    `differences ${yuan(balance.differencesFen)}`,
  ]
  const rest = unexplained(balance)
  const end = rest === 0 ? 'right to the fen' : `unexplained ${yuan(rest)}`
  return [`  balance: WeChat ${yuan(balance.thereFen)} = ${parts.join(' + ')}: ${end}`]
}

/** Signed fen as yuan, by its digits. */
function yuan(fen: number): string {
  const digits = String(Math.abs(fen)).padStart(3, '0')
  return `${fen < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`
}

// Run as a program (minitill reconcile) and not imported by a test.
const [, program, date = ''] = process.argv
if (program !== undefined && realpathSync(program) === import.meta.filename) {
  const say = (line: string) => process.stdout.write(`${line}\n`)
  const run = async () => await reconcile(date, readSettings(process.env), say)
  run().then(
    (status) => process.exit(status),
    (error: unknown) => {
      for (const reason of reasonsOf(error)) process.stderr.write(`${reason}\n`)
      process.exit(couldNotRun)
    },
  )
}
