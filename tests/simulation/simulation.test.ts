import { expect, test } from 'vitest'
import { simulate } from './support/command.ts'

/** Payments under faults in this run; `npm run prove` has ten thousand. */
const payments = 300

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
