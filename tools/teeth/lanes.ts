import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Bug, filesOf } from '../../tests/planted/index.ts'
import { runTests } from './tests.ts'

/** What one lane said about one bug. `by`: the test, or the seed, that found it; null: none did. */
export interface Verdict {
  readonly by: string | null
  /** The test file that failed, to be run once more without the bug. */
  readonly file: string | null
  readonly seconds: number
  /** Why the lane says nothing at all: it could not run, or ran out of time. */
  readonly trouble: string | null
}

export interface TeethLane {
  readonly name: string
  /** Whether the tree has it. */
  isThere(root: string): boolean
  /** Runs what is about the bug, whether it is planted in the bench or not. */
  run(root: string, bug: Bug): Promise<Verdict>
  /** Runs one failed file alone. */
  again(root: string, file: string): Promise<Verdict>
}

const mostMs = 4 * 60_000

function vitestLane(name: string, choose: (bug: Bug) => readonly string[]): TeethLane {
  return {
    name,
    isThere: () => true,
    run: async (root, bug) => await runTests(root, name, choose(bug)),
    again: async (root, file) => await runTests(root, name, [file]),
  }
}

const [payments, refunds] = [
  'server/flows/start-payment.test.ts',
  'server/flows/carry-refund.test.ts',
]
const wishes = 'server/flows/request-refund.test.ts'

/** Where the decisions of a file without a test of its own name are tested. */
const testedIn: Readonly<Record<string, readonly string[]>> = {
  'server/domain/payment-table.ts': ['server/domain/decide-payment.test.ts'],
  'server/domain/refund-table.ts': ['server/domain/decide-refund.test.ts'],
  'server/domain/settle-refund.ts': ['server/domain/decide-refund.test.ts'],
  'server/domain/settle.ts': ['server/domain/confluence.test.ts'],
  'server/domain/ledger.ts': ['server/domain/confluence.test.ts'],
  'protocol/sign/message.ts': ['protocol/sign/message.test.ts'],
  'server/adapters/wechat-pay/calls.ts': ['server/adapters/wechat-pay/'],
  'server/adapters/jobs/source.ts': ['server/adapters/jobs/'],
  'server/domain/refund-rhythm.ts': [refunds, wishes],
  'server/flows/ask-prepay.ts': [payments],
  'server/flows/ask-refund.ts': [refunds, wishes],
  'server/flows/close-order.ts': [payments],
  'server/flows/load-order.ts': [payments],
  'server/flows/send-refund.ts': [refunds],
  'server/store/refunds.ts': [refunds],
}

/** The test beside a file; of the store all of them, which are few. */
function besideOf(file: string): readonly string[] {
  const told = testedIn[file]
  if (told !== undefined) return told
  if (file.startsWith('server/store/')) return ['server/store/money.test.ts']
  return [file.replace(/\.ts$/, '.test.ts')]
}

/** From cheap to dear: the unit tests beside what was changed, then the stories that are about it. */
export const lanes: readonly TeethLane[] = [
  vitestLane('unit', (bug) => filesOf(bug).flatMap(besideOf)),
  vitestLane('attacks', (bug) => bug.near),
  vitestLane('journeys', (bug) => bug.near),
  {
    name: 'simulation',
    isThere: (root) => existsSync(join(root, 'tools/simulate.ts')),
    run: async (root) => await simulate(root, few),
    again: async (root) => await simulate(root, few),
  },
  {
    name: 'simulation on PostgreSQL',
    isThere: (root) =>
      existsSync(join(root, 'tests/simulation/real/main.ts')) &&
      process.env['MINITILL_TEST_DATABASE_URL'] !== undefined,
    run: async (root) => await simulate(root, crowded),
    again: async (root) => await simulate(root, crowded),
  },
]

/** Found late is found by luck; the release run has many more. */
const few = ['--seeds', '8', '--no-shrink', '--quiet']
const crowded = ['--seeds', '2', '--real']

async function simulate(root: string, how: readonly string[]): Promise<Verdict> {
  const options = ['--seed', '1', ...how]
  const ended = await start(root, ['tools/simulate.ts', ...options])
  const broken = /^seed (\d+) .*: BROKEN ([\w-]+)/m.exec(ended.said)
  const by = broken === null ? null : `seed ${broken[1]}: ${broken[2]}`
  const ran = by !== null || / 0 violations in /.test(ended.said)
  return {
    by,
    file: '',
    seconds: ended.seconds,
    trouble: ran ? null : ended.late ? 'ran out of time' : `ended ${ended.code}`,
  }
}

/** Runs a program of the bench; it is stopped when it found something or takes too long. */
async function start(root: string, args: readonly string[]) {
  const began = performance.now()
  const env = { ...process.env, NODE_ENV: 'test' }
  const child = spawn(process.execPath, [...args], {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let [said, late] = ['', false]
  const hear = (bytes: Buffer): void => {
    said += bytes.toString('utf8')
    if (/^seed .*: BROKEN [^\n]*\n/m.test(said)) child.kill('SIGTERM')
  }
  child.stdout.on('data', hear)
  child.stderr.on('data', hear)
  const watch = setTimeout(() => {
    late = true
    child.kill('SIGTERM')
  }, mostMs)
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  clearTimeout(watch)
  return { code, late, said, seconds: Math.round((performance.now() - began) / 100) / 10 }
}
