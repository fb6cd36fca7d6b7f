import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root: string = dirname(dirname(dirname(fileURLToPath(import.meta.url))))

/** One thing that is run and counted: a vitest project, or a checking program. */
export interface Lane {
  name: string
  /** Program below the root, with its arguments. */
  command: readonly string[]
  /** Whether it is vitest, whose report is read for the counts. */
  isVitest: boolean
  env?: Readonly<Record<string, string>>
  /** Why it can't run here and how to make it; absent when it can. */
  missing?: string
}

export interface Outcome {
  lane: Lane
  passed: number
  failed: number
  skipped: number
  ms: number
}

/** A vitest project as a lane; `filters` are parts of file names. */
export function vitest(name: string, project: string, filters: readonly string[] = []): Lane {
  const command = ['node_modules/vitest/vitest.mjs', 'run', '--project', project]
  return { name, command: [...command, '--passWithNoTests', ...filters], isVitest: true }
}

/** A checking program as a lane: it counts as one test. */
export const check = (name: string, ...command: string[]): Lane => ({
  name,
  command,
  isVitest: false,
})

/** Runs a lane in the foreground and counts what it says. */
export async function runLane(lane: Lane): Promise<Outcome> {
  console.log(`\n=== ${lane.name}`)
  const started = performance.now()
  const folder = mkdtempSync(join(tmpdir(), 'minitill-lane-'))
  const report = join(folder, 'report.json')
  try {
    const extra = lane.isVitest
      ? ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`]
      : []
    const code = await run([...lane.command, ...extra], laneEnvironment(lane))
    const counts = lane.isVitest ? readReport(report) : { passed: 0, failed: 0, skipped: 0 }
    if (!lane.isVitest && code === 0) counts.passed = 1
    // A runner that fails without a failed test (a file that did not load) is a failure too.
    if (code !== 0 && counts.failed === 0) counts.failed = 1
    return { lane, ...counts, ms: performance.now() - started }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Settings of the person's own must not leak into tests; a lane states what it needs. */
function laneEnvironment(lane: Lane): Record<string, string | undefined> {
  const own = /^(MINITILL|WECHAT|WECHATPAY)_|^(DATABASE_URL|SESSION_STORE|PUBLIC_URL)$/
  const clean = Object.entries(process.env).filter(([name]) => !own.test(name))
  const { MINITILL_REQUIRE_ALL: required } = process.env
  const kept = required === undefined ? {} : { MINITILL_REQUIRE_ALL: required }
  return { ...Object.fromEntries(clean), ...kept, ...lane.env }
}

function run(command: readonly string[], env: Record<string, string | undefined>): Promise<number> {
  const [program = '', ...args] = command
  const child = spawn(process.execPath, [join(root, program), ...args], {
    cwd: root,
    env,
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  return new Promise((resolve) => {
    child.once('error', () => resolve(1))
    child.once('exit', (code) => resolve(code ?? 1))
  })
}

/** The counts of vitest's JSON report; all zero when it wrote none. */
export function readReport(path: string): { passed: number; failed: number; skipped: number } {
  let value: unknown
  try {
    value = JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return { passed: 0, failed: 0, skipped: 0 }
  }
  const count = (name: string): number => {
    const found: unknown = typeof value === 'object' && value && Reflect.get(value, name)
    return typeof found === 'number' ? found : 0
  }
  return {
    passed: count('numPassedTests'),
    failed: count('numFailedTests'),
    skipped: count('numPendingTests') + count('numTodoTests'),
  }
}
