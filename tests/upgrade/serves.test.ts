// The present code starts on the database of every release that was kept, and goes on with its work.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Pair } from '../support/pair.ts'
import { Shopper } from '../support/shopper.ts'
import { bought, passUntil, Till } from '../support/till.ts'
import { broken } from '../support/truth.ts'
import { Wechat } from '../support/wechat.ts'
import { keptVersions } from './keep/release.ts'
import { expectAllKept, paidBefore, promisesOf, untilSettled } from './support/end.ts'
import { House } from './support/house.ts'

const cup = [{ product_id: 'cup', quantity: 1 }]

describe.each(keptVersions())('the database of release %s', (version) => {
  let house: House
  let pair: Pair
  let wrongBefore: readonly string[]
  let known: readonly string[]

  beforeAll(async () => {
    house = await House.open(version)
    pair = house.pair
    wrongBefore = await broken(pair)
    known = await promisesOf(pair.db)
    await house.startNew()
  })
  afterAll(async () => {
    await pair.stop()
  })

  test('it is ready, and who was logged in still is', async () => {
    expect((await pair.server.get('/readyz')).status).toBe(200)
    const { authorization } = house
    const session = await pair.server.get('/v1/session', { authorization })
    expect([session.status, session.json.account.phone_masked]).toEqual([200, expect.any(String)])
  })

  test('a new order is paid', async () => {
    const { id } = await bought(await Shopper.arrive(pair), cup)
    const { rows } = await pair.db.query('SELECT status FROM customer_order WHERE id = $1', [id])
    expect(rows).toEqual([{ status: 'paid' }])
  })

  test('an order that was paid before is refunded', async () => {
    const till = new Till(pair)
    const refund = await till.refund(await paidBefore(pair, 0), 2500)
    await till.untilAccepted(refund)
    const look = () => till.look(refund)
    await passUntil(new Wechat(pair), look, ({ status }) => status === 'succeeded')
  })

  test('what was under way ends, nothing is lost, and every promise is kept', async () => {
    await untilSettled(pair)
    const wrong = (await broken(pair)).filter((one) => !wrongBefore.includes(one))
    expect(wrong).toEqual([])
    await expectAllKept(pair.db, known)
  })
})
