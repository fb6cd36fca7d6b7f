import { afterEach, beforeEach, expect, test } from 'vitest'
import { Customer } from './shop.ts'
import { Bench, type Run, until } from './support.ts'

let bench: Bench
beforeEach(async () => {
  bench = await Bench.make()
})
afterEach(() => bench.end())

async function started(): Promise<Run> {
  const run = bench.start()
  await run.ready()
  return run
}

/** Orders without pause until the server is gone; answers what it acknowledged. */
async function orderUntilGone(customer: Customer, acknowledged: string[]): Promise<void> {
  for (let index = 0; ; index += 1) {
    const id = await customer.order(`key-${index}`).catch(() => null)
    if (id === null) return
    acknowledged.push(id)
  }
}

test('a second start keeps the data of both sides', async () => {
  const first = await started()
  const customer = await Customer.enter(bench.ports)
  const id = await customer.order('one')
  await customer.pay(id)
  await customer.untilPaid(id)
  first.signal('SIGTERM')
  expect(await first.exited).toBe(0)
  const second = await started()
  expect(await customer.status(id)).toBe('paid')
  expect(await customer.trades()).toBe(1)
  second.signal('SIGTERM')
  expect(await second.exited).toBe(0)
  await second.gone()
})

test.each(['server/main', 'bin/postgres', 'launch.mjs'])(
  'kill -9 of %s under orders loses none that was acknowledged, and what was paid is paid',
  async (part) => {
    const run = await started()
    const customer = await Customer.enter(bench.ports)
    const bought = await customer.order('bought')
    await customer.pay(bought)
    const acknowledged: string[] = []
    const ordering = orderUntilGone(customer, acknowledged)
    await until('ten orders acknowledged', 20_000, () => acknowledged.length >= 10)
    run.signal('SIGKILL', run.find(part))
    await ordering
    await run.gone(90_000)
    const again = await started()
    for (const id of acknowledged) expect(await customer.status(id)).toBe('unpaid')
    await customer.untilPaid(bought)
    again.signal('SIGTERM')
    expect(await again.exited).toBe(0)
    await again.gone()
  },
)
