import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Bench, checkout } from './support.ts'

const program = join(checkout, 'simulator/main.ts')

let bench: Bench
beforeEach(async () => {
  bench = await Bench.make()
})
afterEach(() => bench.end())

test('two simulators on one folder: the second says whose it is and ends; a killed one leaves it free', async () => {
  const first = bench.start({ program })
  await first.says('simulator listening on')
  const other = { MINITILL_SIMULATOR_PORT: '0' }
  const second = bench.start({ program, env: other })
  expect(await second.exited).toBe(1)
  const owner = first.find('simulator/main.ts')
  expect(second.output).toMatch(
    /^the folder \S+\/simulator is in use by another simulator \(process \d+\); stop it, or set MINITILL_DATA_DIR to another folder\n$/,
  )
  first.signal('SIGKILL', owner)
  for (const { pid } of first.all()) first.signal('SIGKILL', pid)
  await first.gone()
  const third = bench.start({ program, env: other })
  await third.says('simulator listening on')
  third.signal('SIGTERM')
  await third.gone()
})
