import { afterEach, beforeEach, expect, test } from 'vitest'
import { Bench, type Run } from './support.ts'

let bench: Bench
beforeEach(async () => {
  bench = await Bench.make()
})
afterEach(() => bench.end())

async function startsAgain(): Promise<void> {
  const again = bench.start()
  await again.ready()
  again.signal('SIGTERM')
  expect(await again.exited).toBe(0)
  await again.gone()
}

/** Kills one part, by its command line, of a pair that runs under npm. */
async function killPart(part: string, via: 'npm' | 'npm and shell' = 'npm'): Promise<Run> {
  const run = bench.start({ via })
  await run.ready()
  run.signal('SIGKILL', run.find(part))
  return run
}

test('kill -9 of the server: one line, everything else stops, exit 1, and npm start works again', async () => {
  const run = bench.start()
  await run.ready()
  run.signal('SIGKILL', run.find('server/main'))
  expect(await run.exited).toBe(1)
  expect(run.output).toMatch(/^minitill: the server ended \(SIGKILL\)/m)
  await run.gone()
  await startsAgain()
})

test('kill -9 of the simulator: one line, everything else stops, exit 1', async () => {
  const run = bench.start()
  await run.ready()
  run.signal('SIGKILL', run.find('simulator/main'))
  expect(await run.exited).toBe(1)
  expect(run.output).toMatch(/^minitill: the simulator ended \(SIGKILL\)/m)
  await run.gone()
})

test('kill -9 of the embedded PostgreSQL: one line, everything stops, its data recovers', async () => {
  const run = bench.start()
  await run.ready()
  run.signal('SIGKILL', run.find('bin/postgres'))
  expect(await run.exited).toBe(1)
  expect(run.output).toMatch(/^minitill: the embedded PostgreSQL ended/m)
  await run.gone()
  await startsAgain()
})

test('kill -9 of the launcher: the rest drains by itself, and npm start works again', async () => {
  const run = await killPart('launch.mjs')
  await run.gone()
  await startsAgain()
})

test('kill -9 of npm, also when a shell survives it: the rest drains by itself', async () => {
  for (const via of ['npm', 'npm and shell'] as const) {
    const run = bench.start({ via })
    await run.ready()
    run.signal('SIGKILL')
    await run.gone()
  }
  await startsAgain()
})

test('kill -9 of the shell between npm and us: the rest drains by itself', async () => {
  const run = await killPart('sh -c', 'npm and shell')
  await run.gone()
})

test('SIGTERM to npm: drained within 10 s, exit 0, nothing is left', async () => {
  const run = bench.start({ via: 'npm' })
  await run.ready()
  run.signal('SIGTERM')
  expect(await run.exited).toBe(0)
  await run.gone()
  await startsAgain()
})

test('kill -9 of npm, and npm start at the same moment: it waits for the old one and works', async () => {
  const run = bench.start({ via: 'npm' })
  await run.ready()
  run.signal('SIGKILL')
  await startsAgain()
})

test('kill -9 of our own process: the next start takes over the database that was left running', async () => {
  const run = bench.start()
  await run.ready()
  const postgres = run.find('bin/postgres')
  run.signal('SIGKILL', run.find('leash.mjs'))
  await run.exited
  const again = bench.start()
  await again.ready()
  expect(again.find('bin/postgres')).toBe(postgres)
  again.signal('SIGTERM')
  expect(await again.exited).toBe(0)
  await again.gone()
})

test('kill -9 of the whole group: the watchdog ends the database after a minute', async () => {
  const run = bench.start()
  await run.ready()
  run.signal('SIGKILL', -run.pid)
  await run.gone(90_000)
  await startsAgain()
})

test('Ctrl-C, which reaches the whole group at once, drains to exit 0', async () => {
  const run = bench.start()
  await run.ready()
  run.signal('SIGINT', -run.pid)
  expect(await run.exited).toBe(0)
  await run.gone()
})

test('SIGTERM while it is still starting ends it as cleanly', async () => {
  const run = bench.start()
  run.signal('SIGCONT')
  while (!run.all().some(({ command }) => command.includes('postgres'))) await Promise.resolve()
  run.signal('SIGTERM')
  expect(await run.exited).toBe(0)
  await run.gone()
  await startsAgain()
})

test('two first starts at the same instant: one runs, the other says who does', async () => {
  const runs = [bench.start(), bench.start()]
  const ended = await Promise.race(runs.map((run) => run.exited.then(() => run)))
  const winner = runs.find((run) => run !== ended) ?? ended
  expect(await ended.exited).toBe(1)
  expect(ended.output).toMatch(/^minitill: the database in .* is in use by npm start/)
  await winner.ready()
  winner.signal('SIGTERM')
  expect(await winner.exited).toBe(0)
  await winner.gone()
})
