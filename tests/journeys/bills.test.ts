import { afterAll, beforeAll, expect, test } from 'vitest'
import { Accounts } from '../support/bills.ts'
import { fingerprint } from '../support/books.ts'
import { type Pair, startPair } from '../support/pair.ts'
import { Shopper } from '../support/shopper.ts'
import { bought, Till } from '../support/till.ts'
import { Wechat } from '../support/wechat.ts'

// Days and their bills, one after the other, as an accountant sees them.
let pair: Pair
let person: Shopper
let till: Till
let wechat: Wechat
let accounts: Accounts

beforeAll(async () => {
  pair = await startPair()
  person = await Shopper.arrive(pair)
  till = new Till(pair)
  wechat = new Wechat(pair)
  accounts = new Accounts(pair, till, wechat)
})
afterAll(async () => {
  await pair.stop()
})

test('a day with a payment and a refund is compared by itself, right to the fen, fees booked', async () => {
  const date = accounts.today()
  const { id, no } = await bought(person)
  const refund = await till.refund(id, 1000)
  await till.untilAccepted(refund)
  await wechat.advance(61_000)
  await till.until(refund, { status: 'succeeded' })
  await accounts.untilNextDay()
  const day = await accounts.until(date)
  expect(day.open_differences).toBe(0)
  expect(day.merchants[0]).toMatchObject({
    // Two trades; three movements: payment, fee, refund.
    matched: 5,
    foreign: 0,
    differences: [],
    balance: { there: 1491, unexplained: 0, ledger: 1491 },
  })
  expect(await till.balance('fees')).toBe(9)
  expect(no).not.toBe('')
})
