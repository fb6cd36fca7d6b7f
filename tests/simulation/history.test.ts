import { expect, test } from 'vitest'
import { simulate } from './support/command.ts'

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

test('a planted bug is found, and one that does not fit ends the run', async () => {
  const { status, said } = await simulate(['--plant', 'answer before store', '--seeds', '20'])
  expect(said).toMatch(/BROKEN I-17/)
  expect(status).toBe(1)
  const unknown = await simulate(['--plant', 'no such bug', '--seeds', '1'])
  expect(unknown.said).toMatch(/no bug is called no such bug/)
})
