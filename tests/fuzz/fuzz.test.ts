import { expect, test } from 'vitest'
import { keptOf } from './core/corpus.ts'
import { must, type Parser, textOf } from './core/parser.ts'
import { fuzz, judge } from './core/run.ts'
import { allParsers } from './parsers/index.ts'

/** `npm run prove` gives more; a release far more, by `npm run fuzz`. */
const executions = Number(process.env['MINITILL_TEST_FUZZ_EXECUTIONS'] ?? '3000')
const parsers = await allParsers()
const named = parsers.map((parser): [string, Parser] => [parser.name, parser])

test.each(named)(
  '%s: whatever comes from outside, only its own refusals come back, in time',
  (name, parser) => {
    const kept = keptOf(name).map(({ input }) => input)
    const done = fuzz(parser, { executions, seed: 'test', kept })
    expect(done.crashers).toEqual([])
    // A fuzzer that is never let in, or never refused, looks at one side of the door only.
    const seen = Object.keys(done.answers)
    if (name !== 'settings')
      expect(seen.some((said) => /^(accepted|zh|.*session|phone)/.test(said))).toBe(true)
    if (name !== 'request-hash') expect(seen.length).toBeGreaterThan(name === 'settings' ? 0 : 1)
  },
)

test('every kept input is refused or accepted as it should be, a setting misspelt at length too (A-98)', () => {
  const kept = parsers.flatMap((parser) =>
    keptOf(parser.name).map(({ why, input }) => ({ why, found: judge(parser, input).why })),
  )
  expect(kept.filter(({ found }) => found !== null)).toEqual([])
  expect(kept.length).toBeGreaterThan(3)
})

test('a crash, a broken promise and a slow answer are each found, with the input that does it', () => {
  const naughty = (feed: Parser['feed']): Parser => ({
    name: 'naughty',
    good: ['{"amount":300}'],
    make: () => '{"amount":300}',
    feed,
  })
  const crash = naughty((input) => {
    if (textOf(input).includes('\u0000')) throw new TypeError('a hole')
    return 'accepted'
  })
  const lie = naughty((input) => {
    must(!textOf(input).includes('}}'), 'one end')
    return 'accepted'
  })
  const slow = naughty((input) => {
    // By the processor's own clock: on a busy machine a wall clock runs without us.
    const used = () => process.cpuUsage().user / 1000
    const until = used() + (textOf(input) === 'slow' ? 250 : 0)
    while (used() < until);
    return 'accepted'
  })
  for (const [parser, why, executions] of [
    [crash, /^TypeError: a hole/, 5_000],
    [lie, /^Broken: one end/, 5_000],
    [slow, /^took \d+ ms/, 3],
  ] as const) {
    const { crashers } = fuzz(parser, { executions, seed: 'teeth', kept: ['slow'] })
    expect(crashers[0]?.why).toMatch(why)
    expect(judge(parser, crashers[0]?.input ?? null).why).toMatch(why)
  }
})

test('the same seed draws the same inputs, and another one others', () => {
  const [parser] = parsers
  if (parser === undefined) throw new Error('no parser')
  const run = (seed: string) => fuzz(parser, { executions: 2_000, seed }).answers
  expect(run('a')).toEqual(run('a'))
  expect(run('a')).not.toEqual(run('b'))
})
