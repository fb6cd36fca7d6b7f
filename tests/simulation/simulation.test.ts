import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '../..')

/** `npm run simulate` in a process of its own: its lines and its exit status. */
async function simulate(options: readonly string[], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, [join(root, 'tools/simulate.ts'), ...options], {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (bytes: Buffer) => {
      said += bytes.toString('utf8')
    })
  }
  const status = await new Promise<number | null>((resolve) => child.once('close', resolve))
  return { status, said, seeds: said.split('\n').filter((line) => line.startsWith('seed ')) }
}

test('the same seeds have the same history in two fresh processes, whatever zone and heap', async () => {
  const options = ['--seed', '5', '--seeds', '1', '--no-shrink']
  const zone = {
    TZ: 'America/St_Johns',
    LANG: 'tr_TR.UTF-8',
    NODE_OPTIONS: '--max-old-space-size=700',
  }
  const [one, other] = await Promise.all([simulate(options), simulate(options, zone)])
  expect(one.seeds.length).toBe(1)
  expect(other.seeds).toEqual(one.seeds)
})

test('a seed does not depend on the seeds that were run before it', async () => {
  const [after, alone] = await Promise.all([
    simulate(['--seed', '11', '--seeds', '2', '--no-shrink']),
    simulate(['--seed', '12', '--seeds', '1', '--no-shrink']),
  ])
  expect(alone.seeds.length).toBe(1)
  expect(after.seeds.at(-1)).toBe(alone.seeds[0])
})

test('what failed once, small or whole, fails no more', async () => {
  const { status, said } = await simulate(['--kept', '--no-shrink'])
  expect(said).toMatch(/ 0 violations in /)
  expect(status).toBe(0)
})

/** Payments under faults in this run; `npm run prove` has more. */
const payments = Number(process.env['MINITILL_TEST_PAYMENTS'] ?? 40)

test('payments under faults break no promise', async () => {
  const halves = await Promise.all([
    simulate(['--seed', '1000', '--payments', String(payments / 2)]),
    simulate(['--seed', '2000', '--payments', String(payments / 2)]),
  ])
  for (const { status, said } of halves) {
    expect(said).toMatch(/ 0 violations in /)
    expect(status).toBe(0)
  }
})

test('a planted bug is found, and one that does not fit ends the run', async () => {
  const { status, said } = await simulate(['--plant', 'answer before store', '--seeds', '20'])
  expect(said).toMatch(/BROKEN I-17/)
  expect(status).toBe(1)
  const unknown = await simulate(['--plant', 'no such bug', '--seeds', '1'])
  expect(unknown.said).toMatch(/no bug is called no such bug/)
})
