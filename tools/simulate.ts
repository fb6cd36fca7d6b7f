// `npm run simulate -- --seed N [--payments N | --seeds N]`: seeds from N on until so many payments
// were simulated. Exit status 1 when a promise was broken.
//   --no-shrink   a failing seed is told as it is
//   --keep        and kept in tests/simulation/seeds
//   --kept        the kept seeds instead of new ones
//   --plant NAME  with a planted bug; ends at the first seed that finds it
//   --real        on the PostgreSQL that MINITILL_TEST_DATABASE_URL names, many statements at a time
//   --tooth NAME  with --real: and then up to three seeds with this bug, one of which must find it
//   --json FILE   appends the result as one line
import '../tests/simulation/engine/ambient.ts'
import { appendFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { parseArgs } from 'node:util'

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    payments: { type: 'string', default: '300' },
    seeds: { type: 'string' },
    shrink: { type: 'boolean', default: true },
    keep: { type: 'boolean', default: false },
    quiet: { type: 'boolean', default: false },
    json: { type: 'string' },
    plant: { type: 'string' },
    kept: { type: 'boolean', default: false },
    real: { type: 'boolean', default: false },
    tooth: { type: 'string' },
  },
  allowNegative: true,
})

if (values.plant !== undefined) {
  const { plant } = await import('../tests/simulation/planted/plant.ts')
  plant(values.plant)
}
// Only now: what is planted changes these files as they are loaded.
if (values.real) {
  const { simulateReally } = await import('../tests/simulation/real/main.ts')
  const { seed, seeds = '1', tooth = null } = values
  const url = process.env['MINITILL_TEST_DATABASE_URL']
  // The status is the verdict: 1 for a broken promise, no crowd, or a bug that was not found.
  process.exit(await simulateReally({ seed: Number(seed), seeds: Number(seeds), tooth, url }))
}
const { SimulatedDatabase } = await import('../tests/simulation/engine/database.ts')
const { planOf } = await import('../tests/simulation/plan.ts')
const { codeName, commitName, firedLines, keepSeed, keptSeeds, lineOf } = await import(
  '../tests/simulation/report.ts'
)
const { simulate } = await import('../tests/simulation/run.ts')
const { shrink } = await import('../tests/simulation/shrink.ts')

const wantedSeeds = values.seeds === undefined ? null : Number(values.seeds)
const wantedPayments = Number(values.payments)
const firstSeed = Number(values.seed)
const began = performance.now()
const database = await SimulatedDatabase.open()
const fired = new Map<string, number>()
const total = { seeds: 0, payments: 0, paid: 0, refunds: 0, crashes: 0, steps: 0, broken: 0 }

const isEnough = () =>
  wantedSeeds === null ? total.payments >= wantedPayments : total.seeds >= wantedSeeds

/** Either the seeds that failed once, or one seed after the other until it is enough. */
function* plans() {
  if (values.kept) for (const kept of keptSeeds()) yield* kept.plans
  else for (let seed = firstSeed; !isEnough(); seed += 1) yield planOf(seed)
}

for (const plan of plans()) {
  const verdict = await simulate(plan, database)
  total.seeds += 1
  for (const name of ['payments', 'paid', 'refunds', 'crashes', 'steps'] as const) {
    total[name] += verdict[name]
  }
  for (const [kind, count] of verdict.fired) fired.set(kind, (fired.get(kind) ?? 0) + count)
  if (!values.quiet || verdict.violation !== null) console.log(lineOf(verdict))
  if (verdict.violation === null) continue
  total.broken += 1
  await explain(plan, verdict)
  if (values.plant !== undefined) break
}

/** The last events of the run, and of the smallest run that fails in the same way. */
async function explain(
  plan: Parameters<typeof simulate>[0],
  verdict: Awaited<ReturnType<typeof simulate>>,
) {
  if (values.plant !== undefined) return
  console.log(`commit ${commitName()}`)
  console.log(verdict.lines.join('\n'))
  if (!values.shrink) return
  const small = await shrink(plan, verdict, database)
  console.log(`shrunk in ${small.runs} runs: ${lineOf(small.verdict)}`)
  console.log(`orders ${small.verdict.orders.join(' ')}; instances ${small.plan.instances}`)
  console.log(`faults ${small.verdict.hits.join(', ')}`)
  console.log(small.verdict.lines.join('\n'))
  if (values.keep) console.log(`kept as ${keepSeed(small.plan, small.verdict)}`)
}

const seconds = (performance.now() - began) / 1000
const { user, system } = process.cpuUsage()
const cpuSeconds = (user + system) / 1_000_000
const result = {
  name: 'simulation',
  commit: commitName(),
  code: codeName(),
  date: new Date().toISOString(),
  machine: { cpu: cpus()[0]?.model ?? 'unknown', cores: cpus().length, node: process.version },
  ...total,
  firstSeed,
  seconds: Math.round(seconds),
  cpuSeconds: Math.round(cpuSeconds),
  fired: Object.fromEntries(fired),
}
if (values.json !== undefined) appendFileSync(values.json, `${JSON.stringify(result)}\n`)
for (const line of firedLines(fired)) if (!values.quiet) console.log(line)
console.log(
  `${total.payments} payments over ${total.seeds} seeds, ${total.paid} paid, ${total.refunds} refunds, ` +
    `${total.crashes} crashes, ${total.steps} steps, ${total.broken} violations in ${seconds.toFixed(0)} s ` +
    `(${cpuSeconds.toFixed(0)} s of a core)`,
)
process.exit(total.broken === 0 ? 0 : 1)
