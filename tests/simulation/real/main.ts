// `npm run simulate -- --real`: seeds on a real PostgreSQL, whether it really was a crowd, and whether
// a planted bug that only a crowd can show is found.
import { firedLines, lineOf } from '../report.ts'
import { Arena } from './arena.ts'
import { crowdPlan } from './plan.ts'
import { isFound } from './tooth.ts'
import { crowdLine, Totals } from './totals.ts'

export interface Wish {
  readonly seed: number
  readonly seeds: number
  /** A planted bug that must be found afterwards. */
  readonly tooth: string | null
  /** Of a PostgreSQL whose user may make databases. */
  readonly url: string | undefined
}

const mostTries = 3

/** @returns the exit status: 1 when a promise was broken, or when there was no crowd */
export async function simulateReally({ seed, seeds, tooth, url }: Wish): Promise<number> {
  if (url === undefined) {
    console.error('--real needs MINITILL_TEST_DATABASE_URL: a PostgreSQL 15 or later')
    return 1
  }
  const began = performance.now()
  const total = await runSeeds(url, seed, seeds)
  for (const line of firedLines(total.fired)) console.log(line)
  console.log(total.summary((performance.now() - began) / 1000))
  if (!total.isCrowd) console.log(total.whyNoCrowd())
  const isSharp = tooth === null || (await isFoundSoon(tooth, seed))
  return total.broken === 0 && total.isCrowd && isSharp ? 0 : 1
}

/** The order is the machine's: what one seed misses is found by the next, or the lane is blind. */
async function isFoundSoon(bug: string, seed: number): Promise<boolean> {
  for (let nth = 0; nth < mostTries; nth += 1) if (await isFound(bug, seed + nth)) return true
  return false
}

async function runSeeds(url: string, first: number, count: number): Promise<Totals> {
  const arena = await Arena.open(url)
  // Who is stopped leaves no database behind, and has proved nothing.
  const stop = () => void arena.close().finally(() => process.exit(1))
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stop)
  const total = new Totals()
  try {
    for (let nth = 0; nth < count; nth += 1) await runSeed(arena, first + nth, total)
  } finally {
    await arena.close()
  }
  return total
}

async function runSeed(arena: Arena, seed: number, total: Totals): Promise<void> {
  const began = performance.now()
  const { verdict, bustle } = await arena.simulate(crowdPlan(seed))
  const seconds = ((performance.now() - began) / 1000).toFixed(0)
  console.log(`${lineOf(verdict)}; ${crowdLine(bustle)}; ${seconds} s`)
  if (verdict.violation !== null) console.log(verdict.lines.join('\n'))
  for (const story of bustle.deadlocks) console.log(`DEADLOCK ${story}`)
  total.add(verdict, bustle)
}
