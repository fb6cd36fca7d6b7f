// Negative control of the bills: one that is not whole, with its guards taken away.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Accounts } from '../support/bills.ts'
import { type Pair, startPair } from '../support/pair.ts'
import { Shopper } from '../support/shopper.ts'
import { bought, Till } from '../support/till.ts'
import { Wechat } from '../support/wechat.ts'
import { without } from './without.ts'

let pair: Pair

beforeAll(async () => {
  pair = await startPair()
})
afterAll(async () => {
  await pair.stop()
})

test('A-64 control: without hash and totals a bill that is not whole is taken for the truth', async () => {
  const person = await Shopper.arrive(pair)
  const wechat = new Wechat(pair)
  const accounts = new Accounts(pair, new Till(pair), wechat)
  for (const [kind, problem] of [
    ['wrong_hash', 'trade: hash'],
    ['wrong_total', 'trade: 应结订单总金额: must be the sum of the rows'],
  ]) {
    const date = accounts.today()
    await bought(person)
    const id = await wechat.arm({ point: 'pay.tradebill', kind, probability: 1 })
    await accounts.untilNextDay()
    const refused = await accounts.until(date, 'refused')
    expect(refused.merchants[0].problem).toBe(problem)
    await without('A-64', async () => {
      await wechat.advance(31 * 60_000)
      await accounts.until(date)
    })
    const sql = `SELECT status FROM bill WHERE kind = 'trade' AND date = $1`
    expect((await pair.db.query(sql, [date])).rows).toEqual([{ status: 'accepted' }])
    await wechat.disarm(id)
  }
})
