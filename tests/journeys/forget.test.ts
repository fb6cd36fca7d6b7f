// DELETE /v1/account: the person leaves, the orders stay.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Pair, startPair, until } from '../support/pair.ts'
import { type Deployment, deployThree } from '../support/parties.ts'
import { Shopper } from '../support/shopper.ts'
import { bought, Till } from '../support/till.ts'

let pair: Pair
let deployment: Deployment
let till: Till

beforeAll(async () => {
  const settings = async (
    simulator: Parameters<typeof deployThree>[0],
    usual: Parameters<Deployment['environment']>[0],
  ) => {
    deployment = await deployThree(simulator)
    return deployment.environment(usual)
  }
  pair = await startPair(2, {}, { settings })
  till = new Till(pair)
})
afterAll(async () => {
  await pair.stop()
  deployment.remove()
})

const cup = [{ product_id: 'cup', quantity: 1 }]
const forget = async (one: Shopper) =>
  await pair.server.send('DELETE', '/v1/account', undefined, one.headers())
const rowsOf = async (accountId: string) =>
  (
    await pair.db.query(
      `SELECT (SELECT count(*)::int FROM identity WHERE account_id = $1) AS identities,
        (SELECT count(*)::int FROM union_account WHERE account_id = $1) AS unions,
        (SELECT count(*)::int FROM session WHERE account_id = $1) AS sessions,
        (SELECT count(*)::int FROM idempotency WHERE scope = $1) AS answers,
        (SELECT count(*)::int FROM customer_order WHERE account_id = $1) AS orders,
        (SELECT phone_sealed IS NULL AND phone_masked IS NULL AND status = 'forgotten'
          FROM account WHERE id = $1) AS empty`,
      [accountId],
    )
  ).rows[0]

test('phone, identities in every app, sessions and kept answers go; the paid order stays and is refunded', async () => {
  const [, b, c] = deployment.parties
  const { id: person } = await Shopper.arrive(pair)
  const inB = await Shopper.enter(pair, person, b.appid)
  const inC = await Shopper.enter(pair, person, c.appid)
  expect(inC.accountId).toBe(inB.accountId)
  const phone = (await pair.simulator.post('/_sim/phone-code', { person, appid: b.appid })).json
  expect((await inB.post('/v1/session/phone', { code: phone.code })).status).toBe(200)
  const { id } = await bought(inB, cup)
  expect((await forget(inB)).status).toBe(204)
  expect(await rowsOf(inB.accountId)).toEqual({
    ...{ identities: 0, unions: 0, sessions: 0, answers: 0 },
    ...{ orders: 1, empty: true },
  })
  for (const one of [inB, inC]) {
    for (const at of [pair.server, pair.other]) {
      expect((await one.get('/v1/session', at)).status).toBe(401)
    }
  }
  expect((await till.get(`/orders/${id}`)).json).toMatchObject({ status: 'paid', total: 2500 })
  const refund = await till.refund(id, 2500)
  await till.untilAccepted(refund)
  const again = await Shopper.enter(pair, person, b.appid)
  expect(again.accountId).not.toBe(inB.accountId)
  expect((await again.get('/v1/orders')).json.data).toEqual([])
  expect((await again.get(`/v1/orders/${id}`)).status).toBe(404)
  expect((await again.get('/v1/session')).json.account.phone_masked).toBeNull()
  // Both apps lead to the one new account, as for anybody who comes for the first time.
  expect((await Shopper.enter(pair, person, c.appid)).accountId).toBe(again.accountId)
})

test('money for an order that was open when its person left still pays it', async () => {
  const person = await Shopper.arrive(pair)
  const { id, payment } = await person.checkout(cup)
  expect((await forget(person)).status).toBe(204)
  await person.cashier(payment)
  const status = async () => (await till.get(`/orders/${id}`)).json.status
  await until(status, (seen) => seen === 'paid')
})

test('an order cannot be placed for somebody who left', async () => {
  const person = await Shopper.arrive(pair)
  await forget(person)
  const reply = await pair.server.post(
    '/admin/v1/orders',
    { amount: 1, description: 'x', reference: 'gone', account_id: person.accountId },
    till.headers({ 'idempotency-key': 'gone' }),
  )
  expect([reply.status, reply.json.errors[0].field]).toEqual([400, 'account_id'])
})

test('logins that race with it end in a living account, never in the forgotten one', async () => {
  const [, b, c] = deployment.parties
  const { id: person } = await Shopper.arrive(pair)
  const inB = await Shopper.enter(pair, person, b.appid)
  const logins = Array.from({ length: 12 }, async (_, nth) =>
    Shopper.enter(pair, person, nth % 2 === 0 ? b.appid : c.appid),
  )
  const [gone, ...raced] = await Promise.all([forget(inB), ...logins])
  expect(gone.status).toBe(204)
  const late = await Shopper.enter(pair, person, b.appid)
  expect(late.accountId).not.toBe(inB.accountId)
  expect((await late.get('/v1/session')).status).toBe(200)
  expect(await rowsOf(inB.accountId)).toMatchObject({ identities: 0, unions: 0, empty: true })
  // Whoever logged in before it was ended with it; whoever came after is the new account.
  for (const one of raced) {
    const { status } = await one.get('/v1/session')
    expect(status).toBe(one.accountId === inB.accountId ? 401 : 200)
  }
})

test('without a token it is 401 and forgets nobody', async () => {
  const person = await Shopper.arrive(pair)
  expect((await pair.server.send('DELETE', '/v1/account')).status).toBe(401)
  expect((await person.get('/v1/session')).status).toBe(200)
})
