// Negative control of two merchants on one server: whose keys open a message.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { noticeBody, paidContent, placed, post, signed } from '../attacks/support/forge.ts'
import { forgetParties, second, withSecondMerchant } from '../attacks/support/second-merchant.ts'
import { settledInbox } from '../support/books.ts'
import { type Pair, startPair } from '../support/pair.ts'
import { Shopper } from '../support/shopper.ts'
import { without } from './without.ts'

let pair: Pair

beforeAll(async () => {
  pair = await startPair(1, {}, { settings: withSecondMerchant })
})
afterAll(async () => {
  await pair.stop()
  forgetParties()
})

test("A-51 control: if any merchant's keys opened a message, one merchant would pay the other's orders", async () => {
  const person = await Shopper.arrive(pair)
  const told = async () => {
    const victim = await placed(pair, person)
    const plaintext = JSON.stringify(paidContent(pair, victim))
    const body = noticeBody(pair, { plaintext, apiv3Key: second.apiv3Key })
    const reply = await post(pair, body, signed(pair, body, { mchid: second.mchid }))
    await settledInbox(pair)
    return { id: victim.id, status: reply.status }
  }
  const refused = await told()
  expect([refused.status, await person.status(refused.id)]).toEqual([401, 'unpaid'])
  const paid = await without('A-51', told)
  expect(paid.status).toBe(200)
  await person.untilStatus(paid.id, 'paid')
})
