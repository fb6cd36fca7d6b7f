// `npm run simulate -- --real`: seeds on a real PostgreSQL, and whether it really was a crowd.
import { firedLines, lineOf } from '../report.ts'
import { Arena, type Bustle } from './arena.ts'
import { crowdPlan } from './plan.ts'

/** Fewer than these, and nothing was shown. */
const least = { open: 32, inFlight: 8 }

interface Total {
  payments: number
  seeds: number
  broken: number
  open: number
  active: number
  inFlight: number
  sent: number
  lockWaits: number
  deadlocks: number
  readonly codes: Map<string, number>
  readonly fired: Map<string, number>
}

/** @returns the exit status: 1 when a promise was broken, or when there was no crowd */
export async function simulateReally(
  firstSeed: number,
  seeds: number,
  env: NodeJS.ProcessEnv,
): Promise<number> {
  const url = env['MINITILL_TEST_DATABASE_URL']
  if (url === undefined) {
    console.error('--real needs MINITILL_TEST_DATABASE_URL: a PostgreSQL 15 or later')
    return 1
  }
  const began = performance.now()
  const total: Total = {
    ...{ payments: 0, seeds: 0, broken: 0, sent: 0, lockWaits: 0, deadlocks: 0 },
    ...{ open: 0, active: 0, inFlight: 0, codes: new Map(), fired: new Map() },
  }
  const arena = await Arena.open(url)
  try {
    for (let nth = 0; nth < seeds; nth += 1) await oneSeed(arena, firstSeed + nth, total)
  } finally {
    await arena.close()
  }
  for (const line of firedLines(total.fired)) console.log(line)
  console.log(summary(total, (performance.now() - began) / 1000))
  const isCrowd = total.open >= least.open && total.inFlight >= least.inFlight
  if (!isCrowd) console.log(`NO CROWD: ${least.open} connections and ${least.inFlight} at once`)
  return total.broken === 0 && isCrowd ? 0 : 1
}

async function oneSeed(arena: Arena, seed: number, total: Total): Promise<void> {
  const began = performance.now()
  const { verdict, bustle } = await arena.simulate(crowdPlan(seed))
  const seconds = ((performance.now() - began) / 1000).toFixed(0)
  console.log(`${lineOf(verdict)}; ${crowdOf(bustle)} in ${seconds} s`)
  for (const story of bustle.deadlocks) console.log(`DEADLOCK ${story}`)
  if (verdict.violation !== null) console.log(verdict.lines.join('\n'))
  total.seeds += 1
  total.payments += verdict.payments
  total.broken += verdict.violation === null ? 0 : 1
  total.sent += bustle.sent
  total.lockWaits += bustle.lockWaits
  total.deadlocks += bustle.deadlocks.length
  for (const name of ['open', 'active', 'inFlight'] as const) {
    total[name] = Math.max(total[name], bustle[name])
  }
  addUp(total.codes, bustle.codes)
  addUp(total.fired, verdict.fired)
}

function addUp(sums: Map<string, number>, counts: ReadonlyMap<string, number>): void {
  for (const [name, count] of counts) sums.set(name, (sums.get(name) ?? 0) + count)
}

const crowdOf = ({ open, active, inFlight, sent, lockWaits }: Bustle | Total): string =>
  `${open} connections open at once, ${inFlight} statements on their way at once, ${active} seen at ` +
  `work at once, ${lockWaits} seen waiting for a lock, ${sent} statements`

function summary(total: Total, seconds: number): string {
  const codes = [...total.codes].map(([code, count]) => `${code} ${count}`).join(', ')
  return (
    `${total.payments} payments over ${total.seeds} seeds on PostgreSQL, ${crowdOf(total)}, ` +
    `${total.deadlocks} deadlocks, errors: ${codes || 'none'}, ` +
    `${total.broken} violations in ${seconds.toFixed(0)} s`
  )
}
