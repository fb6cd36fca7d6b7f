import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Bench } from './support.ts'

let bench: Bench
beforeEach(async () => {
  bench = await Bench.make()
})
afterEach(() => bench.end())

test('npm start says ready with four links, and SIGTERM to the launcher drains it to exit 0', async () => {
  const run = bench.start()
  await run.ready(20_000)
  const [server, simulator] = bench.ports
  expect(run.output).toContain(`phone        http://127.0.0.1:${simulator}/\n`)
  expect(run.output).toContain(`http://127.0.0.1:${simulator}/#/inspector\n`)
  expect(run.output).toContain(`http://127.0.0.1:${server}/console\n`)
  expect(run.output).toContain(`http://127.0.0.1:${server}/docs\n`)
  // WeChat's check of the address was answered, so that receipts are pushed to this pair.
  expect(run.output).not.toContain('message push')
  // The simulator has the templates of the demo's messages.
  expect(run.output).not.toContain('subscribe messages')
  run.signal('SIGTERM')
  expect(await run.exited).toBe(0)
  await run.gone()
})

test('development.env is private, whole, and keeps its keys over a second start', async () => {
  const path = join(bench.dataDir, 'development.env')
  const first = bench.start()
  await first.ready()
  expect(statSync(path).mode & 0o777).toBe(0o600)
  const keys = readFileSync(path, 'utf8').match(/^MINITILL_(ADMIN|SEAL)_KEY=.*$/gm)
  expect(keys).toHaveLength(2)
  first.signal('SIGINT')
  expect(await first.exited).toBe(0)
  const second = bench.start()
  await second.ready()
  expect(readFileSync(path, 'utf8').match(/^MINITILL_(ADMIN|SEAL)_KEY=.*$/gm)).toEqual(keys)
  second.signal('SIGTERM')
  expect(await second.exited).toBe(0)
  await second.gone()
})

test('a second start on the same data says in one line who has it, and exits 1', async () => {
  const first = bench.start()
  await first.ready()
  const second = bench.start()
  expect(await second.exited).toBe(1)
  expect(second.output.trim().split('\n')).toHaveLength(1)
  expect(second.output).toMatch(/is in use by npm start \(process \d+\): stop it/)
  first.signal('SIGTERM')
  expect(await first.exited).toBe(0)
  await first.gone()
})

test('a setting that does not exist is named with the nearest right one, before anything starts', async () => {
  const run = bench.start({ env: { MINITILL_PROT: '4000' } })
  expect(await run.exited).toBe(1)
  expect(run.output).toBe('minitill: MINITILL_PROT is not a setting; did you mean MINITILL_PORT?\n')
  expect(existsSync(bench.dataDir)).toBe(false)
})
