// `npm run plant [-- name…]`: each planted bug by itself, until some seed finds it. Prints which
// promise broke, after how many seeds and seconds, and names the misses. Exit status 1 when one is
// missed that is not in `knownMisses`.
import { spawn } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { bugs, knownMisses } from '../tests/simulation/planted/bugs.ts'
import { commitName } from '../tests/simulation/report.ts'
import { root } from './lanes/lane.ts'

const { values, positionals } = parseArgs({
  options: {
    seeds: { type: 'string', default: '60' },
    processes: { type: 'string', default: '2' },
    json: { type: 'string' },
  },
  allowPositionals: true,
})

interface Found {
  readonly name: string
  readonly promise: string | null
  /** The seed that found it, which is also how many it took: they begin with 1. */
  readonly seeds: number
  readonly seconds: number
  readonly text: string
  readonly commit: string
}

/** One process, which ends with the first broken promise. */
async function hunt(name: string): Promise<Found> {
  const began = performance.now()
  const options = ['--plant', name, '--seed', '1', '--seeds', values.seeds, '--no-shrink']
  const child = spawn(process.execPath, [join(root, 'tools/simulate.ts'), ...options], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  child.stdout.on('data', (bytes: Buffer) => {
    said += bytes.toString('utf8')
  })
  child.stderr.on('data', (bytes: Buffer) => {
    said += bytes.toString('utf8')
  })
  await new Promise((resolve) => child.once('close', resolve))
  const seconds = Math.round((performance.now() - began) / 1000)
  const broken = /^seed (\d+) .*: BROKEN ([\w-]+): (.*)$/m.exec(said)
  if (broken !== null) {
    const [, seed = '0', promise = '', text = ''] = broken
    return { name, promise, seeds: Number(seed), seconds, text: text.slice(0, 160), commit }
  }
  if (!/ 0 violations in /.test(said))
    throw new Error(`${name} could not be run: ${said.slice(-800)}`)
  return { name, promise: null, seeds: Number(values.seeds), seconds, text: 'missed', commit }
}

const queue = bugs
  .map(({ name }) => name)
  .filter((name) => positionals.length === 0 || positionals.includes(name))
const found: Found[] = []
const commit = commitName()

/** After each, so that a hunt that is stopped has said what it found; others' lines stay. */
function keep(one: Found): void {
  const path = values.json
  if (path === undefined) return
  const before = existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Found[]) : []
  const byName = new Map([...before, one].map((line) => [line.name, line]))
  const lines = bugs.flatMap(({ name }) => byName.get(name) ?? [])
  writeFileSync(path, `${JSON.stringify(lines, null, 2)}\n`)
}

async function worker(): Promise<void> {
  for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
    const one = await hunt(name)
    found.push(one)
    keep(one)
    const end = one.promise === null ? 'MISSED' : `${one.promise} by seed ${one.seeds}`
    console.log(`${name}: ${end} in ${one.seconds} s: ${one.text}`)
  }
}

await Promise.all(Array.from({ length: Number(values.processes) }, () => worker()))
const missed = found.filter(({ promise }) => promise === null).map(({ name }) => name)
const caught = found.filter(({ promise }) => promise !== null).map(({ seeds }) => seeds)
const median = caught.toSorted((a, b) => a - b)[Math.floor(caught.length / 2)] ?? 0
console.log(`${caught.length} of ${found.length} planted bugs found, median by seed ${median}`)
if (missed.length > 0) console.log(`missed: ${missed.join('; ')}`)
process.exit(missed.every((name) => knownMisses.includes(name)) ? 0 : 1)
