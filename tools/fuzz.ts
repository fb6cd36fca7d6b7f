// `npm run fuzz [-- --parser X --executions N --seed S --keep --results FILE]`: feeds the parsers of
// everything that comes from outside. With `--results` a chunk that is in the file already is not
// run again, so that a long run may be broken off and taken up.
import { execFileSync } from 'node:child_process'
import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { keep, keptOf } from '../tests/fuzz/core/corpus.ts'
import type { Parser } from '../tests/fuzz/core/parser.ts'
import { type Fuzzed, fuzz } from '../tests/fuzz/core/run.ts'
import { allParsers } from '../tests/fuzz/parsers/index.ts'
import { machineNow } from './figures/machine.ts'

const { values } = parseArgs({
  options: {
    parser: { type: 'string' },
    executions: { type: 'string', default: '100000' },
    seed: { type: 'string', default: '1' },
    keep: { type: 'boolean', default: false },
    results: { type: 'string' },
  },
})

/** A seed's share of one parser; small enough that little is lost when a run is broken off. */
const CHUNK = 100_000

interface Line extends Fuzzed {
  readonly commit: string
  readonly date: string
  readonly machine: ReturnType<typeof machineNow>
}

const git = (...args: string[]) => execFileSync('git', args, { encoding: 'utf8' }).trim()
const changed = git('status', '--porcelain', '--', '.', ':(exclude)bench/results') !== ''
const commit = `${git('rev-parse', 'HEAD')}${changed ? ' with changes' : ''}`

function linesOf(file: string | undefined): readonly Line[] {
  if (file === undefined || !existsSync(file)) return []
  const lines = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
  return lines.map((line) => JSON.parse(line))
}

function tell(parser: Parser, done: Fuzzed): void {
  const answers = Object.entries(done.answers).map(([said, times]) => `${said} ${times}`)
  process.stdout.write(`${parser.name}: ${done.executions} executions, ${answers.join(', ')}\n`)
  for (const { why, input } of done.crashers) {
    process.stdout.write(`  CRASH ${why}\n    ${JSON.stringify(input).slice(0, 500)}\n`)
  }
}

function runParser(parser: Parser, known: readonly Line[]): number {
  const wanted = Number(values.executions)
  let crashers = 0
  for (let chunk = 0; chunk * CHUNK < wanted; chunk += 1) {
    const seed = `${values.seed}/${chunk}`
    const executions = Math.min(CHUNK, wanted - chunk * CHUNK)
    const isDone = known.some(
      (line) => line.parser === parser.name && line.seed === seed && line.executions >= executions,
    )
    if (isDone) continue
    const kept = keptOf(parser.name).map(({ input }) => input)
    const done = fuzz(parser, { executions, seed, kept })
    crashers += done.crashers.length
    tell(parser, done)
    if (values.keep) keep(parser.name, done.crashers)
    const line = { ...done, commit, date: new Date().toISOString(), machine: machineNow() }
    if (values.results !== undefined) appendFileSync(values.results, `${JSON.stringify(line)}\n`)
  }
  return crashers
}

const parsers = (await allParsers()).filter(({ name }) => name === (values.parser ?? name))
if (parsers.length === 0) {
  process.stderr.write(
    `no such parser; there are ${(await allParsers()).map((p) => p.name).join(', ')}\n`,
  )
  process.exit(2)
}
const known = linesOf(values.results)
const crashers = parsers.reduce((sum, parser) => sum + runParser(parser, known), 0)
process.exitCode = crashers === 0 ? 0 : 1
