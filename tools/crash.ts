// `npm run crash [-- --times N --minutes N]`: every crash point and every way to lose the database, N
// times. The work is cut into parts, each a line of tests/crash/results/release.jsonl; what the
// same code has done already is not done again, so that a run may be stopped and taken up.
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { availableParallelism, cpus } from 'node:os'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { codeName, commitName } from '../tests/simulation/report.ts'
import { type Lane, root, runLane, vitest } from './lanes/lane.ts'
import { crashLanes, lookAround } from './lanes/machine.ts'

const { values } = parseArgs({
  options: {
    times: { type: 'string', default: '1' },
    /** Takes no new part after so many minutes. */
    minutes: { type: 'string', default: '600' },
  },
})

/** Into so many parts the points are cut: two minutes each. */
const partCount = 6
const path = join(root, 'tests/crash/results/release.jsonl')

interface Line {
  readonly code: string
  readonly commit: string
  readonly date: string
  readonly machine: string
  readonly round: number
  readonly part: string
  readonly passed: number
  readonly failed: number
  readonly seconds: number
}

/** What is killed here, and how. */
const own = readdirSync(join(root, 'tests/crash')).filter((name) => !/results|README/.test(name))
const product = ['protocol', 'server', 'simulator', 'package-lock.json', 'tests/support']
const code = codeName([...product, ...own.map((name) => `tests/crash/${name}`)])

function lines(): readonly Line[] {
  if (!existsSync(path)) return []
  const all = readFileSync(path, 'utf8').trim().split('\n').filter(Boolean)
  return all.map((text) => JSON.parse(text) as Line).filter((line) => line.code === code)
}

/** The points in parts, then whatever else there is. */
function parts(all: readonly Lane[]): readonly Lane[] {
  const cut = Array.from({ length: partCount }, (_, index) => {
    const part = `${index + 1}/${partCount}`
    const lane = vitest(`crash points ${part}`, 'crash', ['crash/points'])
    return { ...lane, env: { MINITILL_CRASH_POINTS: part } }
  })
  return [...cut, ...all.slice(1).filter((lane) => lane.missing === undefined)]
}

const began = performance.now()
const isLate = () => (performance.now() - began) / 60_000 > Number(values.minutes)
const lanes = crashLanes(await lookAround(process.env))
for (const { name, missing } of lanes) if (missing) console.log(`NOT RUN ${name}: ${missing}`)
const wanted = Array.from({ length: Number(values.times) }, (_, index) => index + 1).flatMap(
  (round) => parts(lanes).map((lane) => ({ round, lane })),
)
const isDone = (round: number, { name }: Lane) =>
  lines().some((line) => line.round === round && line.part === name && line.failed === 0)

for (const { round, lane } of wanted) {
  if (isDone(round, lane) || isLate()) continue
  const { passed, failed, ms } = await runLane(lane)
  const machine = `${cpus()[0]?.model.trim() ?? 'unknown'}, ${availableParallelism()} ×`
  const date = new Date().toISOString().slice(0, 10)
  const seconds = Math.round(ms / 1000)
  const commit = commitName()
  const line: Line = {
    code,
    commit,
    date,
    machine,
    round,
    part: lane.name,
    passed,
    failed,
    seconds,
  }
  mkdirSync(dirname(path), { recursive: true })
  appendFileSync(path, `${JSON.stringify(line)}\n`)
}

const sum = (name: 'passed' | 'failed' | 'seconds') =>
  lines().reduce((total, line) => total + line[name], 0)
const left = wanted.filter(({ round, lane }) => !isDone(round, lane)).length
console.log(
  `${sum('passed')} passed, ${sum('failed')} failed in ${values.times} rounds, ${left} parts left, ` +
    `code ${code}, ${(sum('seconds') / 60).toFixed(1)} min`,
)
process.exit(left === 0 && sum('failed') === 0 ? 0 : 1)
