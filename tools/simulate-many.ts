// `node tools/launch.mjs tools/simulate-many.ts --payments N [--resume]`: the simulation in chunks, two
// processes at a time, each chunk from a fresh process. With --resume every chunk is a line of
// tests/simulation/results/release.jsonl, and those of the same product need not be run again.
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { codeName } from '../tests/simulation/report.ts'
import { root } from './lanes/lane.ts'

const { values } = parseArgs({
  options: {
    payments: { type: 'string', default: '10000' },
    processes: { type: 'string', default: '2' },
    seed: { type: 'string', default: '1' },
    resume: { type: 'boolean', default: false },
    /** Takes no new chunk after so many minutes; a release run goes on another time. */
    minutes: { type: 'string' },
  },
})

/** Seeds of a chunk: some six hundred payments; a release run begins fewer processes. */
const seedsEach = values.resume ? 24 : 8
const wanted = Number(values.payments)
const folder = mkdtempSync(join(tmpdir(), 'minitill-simulation-'))
const release = join(root, 'tests/simulation/results/release.jsonl')
const path = values.resume ? release : join(folder, 'result.jsonl')

interface Line {
  readonly code: string
  readonly firstSeed: number
  readonly seeds: number
  readonly payments: number
  readonly broken: number
  readonly fired: Readonly<Record<string, number>>
}

const code = codeName()

function lines(): readonly Line[] {
  if (!existsSync(path)) return []
  const all = readFileSync(path, 'utf8').trim().split('\n').filter(Boolean)
  return all.map((text) => JSON.parse(text) as Line).filter((line) => line.code === code)
}

const sum = (name: 'payments' | 'seeds' | 'broken') =>
  lines().reduce((total, line) => total + line[name], 0)

const began = performance.now()
const done = new Set(lines().map(({ firstSeed }) => firstSeed))
let nextSeed = Number(values.seed)

function takeChunk(): number | null {
  const minutes = (performance.now() - began) / 60_000
  if (values.minutes !== undefined && minutes > Number(values.minutes)) return null
  if (sum('payments') >= wanted) return null
  while (done.has(nextSeed)) nextSeed += seedsEach
  const seed = nextSeed
  nextSeed += seedsEach
  return seed
}

function simulate(seed: number): Promise<void> {
  const options = ['--seed', `${seed}`, '--seeds', `${seedsEach}`, '--quiet', '--json', path]
  const child = spawn(process.execPath, [join(root, 'tools/simulate.ts'), ...options], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    // A broken promise is counted in its line; anything else that ends a process is an error.
    child.once('exit', (code) =>
      code === 0 || code === 1 ? resolve() : reject(new Error(`a process ended with ${code}`)),
    )
  })
}

async function worker(): Promise<void> {
  for (let seed = takeChunk(); seed !== null; seed = takeChunk()) await simulate(seed)
}

await Promise.all(Array.from({ length: Number(values.processes) }, () => worker()))
const fired = new Map<string, number>()
for (const line of lines()) {
  for (const [kind, count] of Object.entries(line.fired)) {
    fired.set(kind, (fired.get(kind) ?? 0) + count)
  }
}
for (const [kind, count] of [...fired].sort(([a], [b]) => (a < b ? -1 : 1))) {
  console.log(`${kind} ${count}`)
}
const [payments, seeds, broken] = [sum('payments'), sum('seeds'), sum('broken')]
const minutes = ((performance.now() - began) / 60_000).toFixed(1)
console.log(
  `${payments} payments over ${seeds} seeds, ${broken} violations, code ${code}, ${minutes} min now`,
)
rmSync(folder, { recursive: true, force: true })
process.exit(broken === 0 && (payments >= wanted || values.resume) ? 0 : 1)
