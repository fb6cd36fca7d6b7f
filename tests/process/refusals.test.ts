import { chmodSync, chownSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Bench } from './support.ts'

const ORDINARY = 65_534

let bench: Bench
beforeEach(async () => {
  bench = await Bench.make()
})
afterEach(() => bench.end())

test('a taken port is named with its setting, and nothing is left running', async () => {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(bench.ports[0], '127.0.0.1', resolve))
  const run = bench.start()
  expect(await run.exited).toBe(1)
  server.close()
  expect(run.output).toBe(
    `minitill: port ${bench.ports[0]} on 127.0.0.1 is taken: set MINITILL_PORT to a free one\n`,
  )
  await run.gone()
  const again = bench.start()
  await again.ready()
  again.signal('SIGTERM')
  expect(await again.exited).toBe(0)
})

test('a data folder that is a file is refused in one line', async () => {
  writeFileSync(bench.dataDir, '')
  const run = bench.start()
  expect(await run.exited).toBe(1)
  expect(run.output).toMatch(
    /^minitill: the data folder .* can't be written \(E\w+\): set MINI.*\n$/,
  )
})

test.runIf(process.getuid?.() === 0)(
  'an ordinary user whose data folder is not writable is told so',
  async () => {
    mkdirSync(bench.dataDir)
    chmodSync(bench.dataDir, 0o755)
    chmodSync(bench.folder, 0o755)
    const run = bench.start({ uid: ORDINARY })
    expect(await run.exited).toBe(1)
    expect(run.output).toMatch(/^minitill: the data folder .* can't be written \(EACCES\).*\n$/)
  },
)

test.runIf(process.getuid?.() === 0)(
  'an ordinary user starts it, with data of his own',
  async () => {
    chownSync(bench.folder, ORDINARY, ORDINARY)
    const run = bench.start({ uid: ORDINARY })
    await run.ready()
    const postgres = run.find('bin/postgres')
    expect(readFileSync(`/proc/${postgres}/status`, 'utf8')).toMatch(
      new RegExp(`Uid:\\s+${ORDINARY}`),
    )
    run.signal('SIGTERM')
    expect(await run.exited).toBe(0)
    await run.gone()
    // What an ordinary user began, root goes on with, as that user.
    const root = bench.start()
    await root.ready()
    root.signal('SIGTERM')
    expect(await root.exited).toBe(0)
  },
)

test('a database of another major version is refused, with what to do', async () => {
  const run = bench.start()
  await run.ready()
  run.signal('SIGTERM')
  await run.exited
  writeFileSync(join(bench.dataDir, 'postgres/data/PG_VERSION'), '17\n')
  const again = bench.start()
  expect(await again.exited).toBe(1)
  expect(again.output).toMatch(/was made by PostgreSQL 17 and this is PostgreSQL 18: dump it/)
  expect(again.output.trim().split('\n')).toHaveLength(1)
})

test('a very long data folder still starts, with its socket elsewhere', async () => {
  const dataDir = join(bench.folder, 'very-long-folder-name-'.repeat(9), 'data with spaces')
  const run = bench.start({ dataDir })
  await run.ready()
  run.signal('SIGTERM')
  expect(await run.exited).toBe(0)
  await run.gone()
})

test.runIf(process.getuid?.() === 0)(
  'root, with a data folder below a 0700 home: the database lives where its user can go',
  async () => {
    chmodSync(bench.folder, 0o700)
    const run = bench.start()
    await run.ready()
    expect(run.output).toMatch(/^database {5}(\/var\/lib\/minitill|\/tmp\/minitill-)/m)
    const place = /^database +(\S+)$/m.exec(run.output)?.[1] ?? ''
    run.signal('SIGTERM')
    expect(await run.exited).toBe(0)
    const again = bench.start()
    await again.ready()
    expect(again.output).toContain(place)
    again.signal('SIGTERM')
    expect(await again.exited).toBe(0)
  },
)
