// `npm run teeth [-- --only name,… --lane unit,… --every --minutes N --few]`: plants each bug in a
// copy of the product and runs the lanes from cheap to dear until one finds it; `--every` asks all
// lanes. The simulation has its own word on each: a unit test that guards its own line says little.
// Exit status 1 when a bug was missed, or a lane fails without any.
import { execFileSync } from 'node:child_process'
import { appendFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type Bug, bugNamed, bugs, fewBugs, StalePatch } from '../tests/planted/index.ts'
import { root } from './lanes/lane.ts'
import { type Bench, makeBench } from './teeth/bench.ts'
import { lanes, type TeethLane } from './teeth/lanes.ts'
import { pageOf, pagePath, type Result, readResults, resultsPath } from './teeth/results.ts'
import { closeTests } from './teeth/tests.ts'

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    lane: { type: 'string' },
    tree: { type: 'string', default: root },
    minutes: { type: 'string', default: '600' },
    every: { type: 'boolean', default: false },
    few: { type: 'boolean', default: false },
    control: { type: 'boolean', default: false },
    keep: { type: 'boolean', default: true },
  },
  allowNegative: true,
})

const endMs = performance.now() + Number(values.minutes) * 60_000
const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: root })
  .toString()
  .trim()
const wanted = values.lane?.split(',')
const chosenLanes = lanes.filter(
  ({ name, isThere }) => isThere(values.tree) && (wanted === undefined || wanted.includes(name)),
)
const chosenBugs = values.few ? fewBugs : (values.only?.split(',').map(bugNamed) ?? bugs)

function note(result: Result): void {
  const { bug, lane, by, seconds } = result
  console.log(
    `${by === null ? 'passed' : 'CAUGHT'} ${bug} ${lane} in ${seconds} s${by === null ? '' : `: ${by}`}`,
  )
  if (values.keep) appendFileSync(join(root, resultsPath), `${JSON.stringify(result)}\n`)
}

/** One lane's word on one bug; null when it has none. A test that fails anyway is not believed. */
async function ask(bench: Bench, lane: TeethLane, bug: Bug): Promise<Result | null> {
  const verdict = await bench.with(bug, async () => await lane.run(bench.root, bug))
  const { by, file, seconds, trouble } = verdict
  if (trouble !== null) {
    console.log(`NO WORD ${bug.name} ${lane.name}: ${trouble}`)
    return null
  }
  if (by !== null && file) {
    const without = await bench.with(null, async () => await lane.again(bench.root, file))
    if (without.by !== null || without.trouble !== null) {
      console.log(`NO WORD ${bug.name} ${lane.name}: ${file} fails without it`)
      return null
    }
  }
  return { bug: bug.name, lane: lane.name, by, seconds, commit }
}

/** The same tests without any bug: where they fail, nothing that follows would mean anything. */
async function control(bench: Bench): Promise<boolean> {
  for (const bug of chosenBugs) {
    for (const lane of chosenLanes) {
      const { by, trouble, seconds } = await lane.run(bench.root, bug)
      if (by !== null) {
        console.log(`control ${lane.name}: ${by} fails without any bug, in ${seconds} s`)
        return false
      }
      if (trouble !== null) console.log(`control ${bug.name} ${lane.name}: ${trouble}`)
    }
  }
  return true
}

const bench = makeBench(values.tree)
const [caught, missed, untried] = [new Set<string>(), new Set<string>(), new Set<string>()]
let healthy = true
try {
  if (values.control) healthy = await control(bench)
  for (const bug of healthy ? chosenBugs : []) {
    for (const lane of chosenLanes) {
      const isEnough = caught.has(bug.name) && !values.every && lane.name !== 'simulation'
      if (isEnough || performance.now() > endMs) continue
      const result = await ask(bench, lane, bug).catch((error: unknown) => {
        if (!(error instanceof StalePatch)) throw error
        console.log(`NO WORD ${bug.name}: ${error.message}`)
        return null
      })
      if (result === null) continue
      note(result)
      if (result.by !== null) caught.add(bug.name)
      else missed.add(bug.name)
    }
    if (!caught.has(bug.name) && !missed.has(bug.name)) untried.add(bug.name)
  }
} finally {
  await closeTests()
  bench.remove()
}
const gone = [...missed].filter((name) => !caught.has(name))
console.log(`${caught.size} of ${caught.size + gone.length} planted bugs caught`)
if (gone.length > 0) console.log(`missed: ${gone.join(', ')}`)
if (untried.size > 0) console.log(`not tried: ${[...untried].join(', ')}`)
if (values.keep) writeFileSync(join(root, pagePath), pageOf(readResults(join(root, resultsPath))))
process.exit(gone.length === 0 && healthy ? 0 : 1)
