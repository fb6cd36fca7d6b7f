// `npm run crash [-- --times N --minutes N]`: every crash point and every way to lose the database, N
// times. The work is cut into parts, each a line of tests/crash/results/release.jsonl; what was done
// since the last change is not done again, so that a run may be stopped and taken up.
import { execFileSync } from 'node:child_process'
import { appendFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { availableParallelism, cpus } from 'node:os'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
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
  readonly commit: string
  readonly date: string
  readonly machine: string
  readonly round: number
  readonly part: string
  readonly passed: number
  readonly failed: number
  readonly seconds: number
}

const commit = lastChange()

/** The last commit that changed what is killed here, or how; a result that is kept changes nothing. */
function lastChange(): string {
  const what = ['server', 'protocol', 'simulator', 'tests/support', 'tests/crash']
  const paths = [...what, 'package-lock.json', ':!tests/crash/results']
  const git = (...args: string[]) =>
    execFileSync('git', [...args, '--', ...paths], { cwd: root, encoding: 'utf8' }).trim()
  const isDirty = git('status', '--porcelain', '--untracked-files=no') !== ''
  return `${git('log', '-1', '--format=%h')}${isDirty ? '+' : ''}`
}

function lines(): readonly Line[] {
  if (!existsSync(path)) return []
  const all = readFileSync(path, 'utf8').trim().split('\n').filter(Boolean)
  return all.map((text) => JSON.parse(text) as Line).filter((line) => line.commit === commit)
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
  const line: Line = { commit, date, machine, round, part: lane.name, passed, failed, seconds }
  mkdirSync(dirname(path), { recursive: true })
  appendFileSync(path, `${JSON.stringify(line)}\n`)
}

const sum = (name: 'passed' | 'failed' | 'seconds') =>
  lines().reduce((total, line) => total + line[name], 0)
const left = wanted.filter(({ round, lane }) => !isDone(round, lane)).length
console.log(
  `${sum('passed')} passed, ${sum('failed')} failed in ${values.times} rounds, ${left} parts left, ` +
    `commit ${commit}, ${(sum('seconds') / 60).toFixed(1)} min`,
)
process.exit(left === 0 && sum('failed') === 0 ? 0 : 1)
