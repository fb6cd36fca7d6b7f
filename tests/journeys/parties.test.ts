// Three merchants and three mini programs in one deployment. Each has keys of its own; nothing of
// one reaches another.
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  noticeBody,
  paidContent,
  placed,
  post,
  signed,
  type Victim,
} from '../attacks/support/forge.ts'
import { balanceOf, settledInbox, tasksAbout } from '../support/books.ts'
import { Http } from '../support/http.ts'
import { type Pair, startPair } from '../support/pair.ts'
import { type Deployment, deployThree, type Party, rotateOwnKey } from '../support/parties.ts'
import { Shopper } from '../support/shopper.ts'
import { bought, Till } from '../support/till.ts'
import { counted, Wechat } from '../support/wechat.ts'

let pair: Pair
let deployment: Deployment
let till: Till
let wechat: Wechat

const paidBy = (whose: string) => ({
  template_id: `paid_by_the_${whose}`,
  data: { thing1: '{items}' },
})

beforeAll(async () => {
  pair = await startPair(
    1,
    {},
    {
      settings: async (simulator, usual) => {
        const { appid } = simulator.credentials
        deployment = await deployThree(simulator, {
          [appid]: { subscribe_messages: { paid: paidBy('first'), shipped: paidBy('first') } },
          wx0000bbbbbbbbbbbb: { subscribe_messages: { paid: paidBy('second') } },
          '1999988888': { order_ttl_minutes: 5 },
          '1999977777': { late_money: 'revive_or_refund', trade_prefix: 'CC' },
        })
        return deployment.environment(usual)
      },
    },
  )
  till = new Till(pair)
  wechat = new Wechat(pair)
})
afterAll(async () => {
  await pair.stop()
  deployment.remove()
})

const cup = [{ product_id: 'cup', quantity: 1 }]
const tradesThere = async () => (await pair.simulator.get('/_sim/trades')).json.data
const trade = async (no: string) =>
  (await tradesThere()).find((one: { out_trade_no: string }) => one.out_trade_no === no)
const newPerson = async () =>
  (await pair.simulator.post('/_sim/people', { name: 'Two apps', balance: 1_000_000 })).json.id

/** One person in each of the three apps. */
async function shoppers(): Promise<readonly [Shopper, Shopper, Shopper]> {
  const [a, b, c] = deployment.parties
  const one = async (appid: string) => await Shopper.enter(pair, await newPerson(), appid)
  return [await one(a.appid), await one(b.appid), await one(c.appid)]
}

test('orders of three merchants interleave, and each is paid to its own by notification alone', async () => {
  const people = await shoppers()
  const orders = await Promise.all(
    people.flatMap((one) => [one, one]).map((one) => one.checkout(cup)),
  )
  await wechat.withoutAsking(async () => {
    for (const nth of [5, 0, 3, 1, 4, 2]) {
      const [person, order] = [people[Math.floor(nth / 2)], orders[nth]]
      if (person === undefined || order === undefined) throw new Error('no such order')
      expect((await person.cashier(order.payment)).json.errMsg).toBe('requestPayment:ok')
    }
    for (const [nth, { id }] of orders.entries()) {
      await people[Math.floor(nth / 2)]?.untilStatus(id, 'paid')
    }
  })
  for (const [nth, { no }] of orders.entries()) {
    const { mchid, appid } = deployment.parties[Math.floor(nth / 2)] ?? {}
    expect(await trade(no)).toMatchObject({ mchid, appid, trade_state: 'SUCCESS' })
    const listed = (await till.get(`/orders?mchid=${mchid}&limit=100`)).json.data
    expect(listed.map((one: { out_trade_no: string }) => one.out_trade_no)).toContain(no)
    expect(new Set(listed.map((one: { mchid: string }) => one.mchid))).toEqual(new Set([mchid]))
  }
  const [, b] = deployment.parties
  const ofApp = (await till.get(`/orders?appid=${b.appid}&limit=100`)).json.data
  expect(ofApp).toHaveLength(2)
  expect((await till.get(`/orders?mchid=${b.mchid}&appid=wx0000000000000000`)).json.data).toEqual(
    [],
  )
})

test('each merchant has its own prefix and its own time to pay where the file says so', async () => {
  const minutes: number[] = []
  const prefixes: string[] = []
  for (const person of await shoppers()) {
    const { created_at, expires_at, out_trade_no } = (await person.order(cup)).json
    minutes.push((Date.parse(expires_at) - Date.parse(created_at)) / 60_000)
    prefixes.push(out_trade_no.slice(0, 2))
  }
  expect(minutes).toEqual([30, 5, 30])
  expect(prefixes).toEqual(['MT', 'MT', 'CC'])
})

test('refunds go to the merchant that took the money', async () => {
  for (const [nth, person] of (await shoppers()).entries()) {
    const { id, no } = await bought(person, cup)
    const refund = await till.refund(id, 700)
    await till.untilAccepted(refund)
    const { mchid } = deployment.parties[nth] ?? {}
    const there = (await pair.simulator.get('/_sim/refunds')).json.data
    const ours = there.filter((one: { out_trade_no: string }) => one.out_trade_no === no)
    expect(ours).toMatchObject([{ mchid, amount: 700 }])
    await wechat.advance(61_000)
    await till.until(refund, { status: 'succeeded' })
  }
})

test('a person of two apps is one account with an openid in each, and pays each order in its own app', async () => {
  const [, b, c] = deployment.parties
  const person = await newPerson()
  const inB = await Shopper.enter(pair, person, b.appid)
  const inC = await Shopper.enter(pair, person, c.appid)
  expect(inC.accountId).toBe(inB.accountId)
  const { id, payment } = await inB.checkout(cup)
  const elsewhere = await inC.post(`/v1/orders/${id}/pay`)
  expect([elsewhere.status, elsewhere.json.code]).toEqual([409, 'order_in_other_app'])
  await inB.cashier(payment)
  await inB.untilStatus(id, 'paid')
  const other = await bought(inC, cup)
  const files = await Promise.all(
    [id, other.id].map(async (one) => (await till.get(`/orders/${one}`)).json),
  )
  expect(files.map(({ appid, mchid }) => [appid, mchid])).toEqual([
    [b.appid, b.mchid],
    [c.appid, c.mchid],
  ])
  expect(new Set(files.map(({ openid }) => openid)).size).toBe(2)
})

test('each mini program is told its own templates to ask for, or none', async () => {
  const told: unknown[] = []
  for (const person of await shoppers()) {
    const { json } = await person.order(cup)
    const paying = await person.post(`/v1/orders/${json.id}/pay`)
    told.push(paying.json.subscribe_template_ids)
  }
  expect(told).toEqual([['paid_by_the_first'], ['paid_by_the_second'], undefined])
})

test('a code of one app opens nothing in another, and tokens are kept for each app', async () => {
  const [a, b] = deployment.parties
  const person = await newPerson()
  const { code } = (await pair.simulator.post('/_sim/login', { person, appid: a.appid })).json
  const wrong = await pair.server.post('/v1/sessions', { code, appid: b.appid })
  expect([wrong.status, wrong.json.code]).toEqual([401, 'login_code_invalid'])
  for (const { appid } of deployment.parties) {
    const shopper = await Shopper.enter(pair, person, appid)
    const phone = (await pair.simulator.post('/_sim/phone-code', { person, appid })).json
    expect((await shopper.post('/v1/session/phone', { code: phone.code })).status).toBe(200)
  }
  const { rows } = await pair.db.query('SELECT appid FROM access_token ORDER BY appid')
  expect(rows.map(({ appid }) => appid)).toEqual(
    deployment.parties.map(({ appid }) => appid).toSorted(),
  )
})

test('one merchant’s key rotates on WeChat’s side first or on ours first, and nobody is disturbed', async () => {
  const [, b, c] = deployment.parties
  const people = await shoppers()
  const all = async (at: Http = pair.server) => {
    for (const person of people) {
      const { id } = (await person.order(cup)).json
      const paying = await person.post(`/v1/orders/${id}/pay`, {}, at)
      expect(paying.status).toBe(200)
      await person.cashier(paying.json.payment)
      await person.untilStatus(id, 'paid')
    }
  }
  // WeChat first: both serials are good there while this server still signs with the old one.
  const entry = await rotateOwnKey(pair.simulator, b, 'BE'.repeat(20), 'certificate')
  await all()
  deployment.write({ [b.mchid]: entry })
  const second = await pair.another()
  await all(new Http(second.url))
  await all()
  // Ours first: until WeChat knows the new serial, this merchant alone is refused, and clearly.
  const early = { serial_no: 'CE'.repeat(20), private_key: keyOf(entry) }
  deployment.write({ [b.mchid]: entry, [c.mchid]: early })
  const third = await pair.another()
  const [ofA, ofB, ofC] = people
  const paying = async (person: Shopper) => {
    const { id } = (await person.order(cup)).json
    return await person.post(`/v1/orders/${id}/pay`, {}, new Http(third.url))
  }
  expect((await paying(ofA)).status).toBe(200)
  expect((await paying(ofB)).status).toBe(200)
  const refused = await paying(ofC)
  expect([refused.status, refused.json.code]).toEqual([503, 'wechat_unavailable'])
  await third.stop()
  await second.stop()
  deployment.write()
})

const keyOf = (entry: { private_key: string }) => entry.private_key

test('WeChat’s certificate of one merchant rotates: one download, by that merchant alone', async () => {
  const [, b] = deployment.parties
  const serials = async (mchid: string) =>
    (await pair.db.query('SELECT serial_no FROM platform_key WHERE mchid = $1', [mchid])).rows
      .length
  const before = await Promise.all(deployment.parties.map(({ mchid }) => serials(mchid)))
  const downloads = await wechat.downloads()
  await wechat.advance(6 * 60_000)
  const person = await Shopper.enter(pair, await newPerson(), b.appid)
  await wechat.arm({ point: 'pay.prepay', kind: 'platform_rotation', next: true })
  const { id, payment } = await person.checkout(cup)
  await person.cashier(payment)
  await person.untilStatus(id, 'paid')
  const after = await Promise.all(deployment.parties.map(({ mchid }) => serials(mchid)))
  expect(after).toEqual([before[0], (before[1] ?? 0) + 1, before[2]])
  expect(await wechat.downloads()).toBe(downloads + 1)
})

test('a number without a merchant’s prefix is another system’s there, and ours where it has it', async () => {
  const [a, , c] = deployment.parties
  const before = await counted(pair.server, 'notification_foreign_total')
  for (const [party, no, total] of [
    [a, 'MT00000000000000unknown', 1],
    [c, 'MT00000000000000unknown', 2],
    [c, 'CC00000000000000unknown', 4],
  ] as const) {
    const victim = { id: '', no, total, openid: 'o'.repeat(28), transactionId: `42000000${total}` }
    expect((await told(party, victim)).status).toBe(200)
  }
  await settledInbox(pair)
  expect(await counted(pair.server, 'notification_foreign_total')).toBe(before + 1)
  expect(await tasksAbout(pair, 'MT00000000000000unknown')).toEqual(['unknown_order'])
  expect(await tasksAbout(pair, 'CC00000000000000unknown')).toEqual(['unknown_order'])
  expect(await balanceOf(pair, 'suspense')).toBe(-5)
})

test('late money waits for a person at one merchant and revives the order at the other', async () => {
  const [a, , c] = deployment.parties
  const [ofA, , ofC] = await shoppers()
  const late = async (party: Party, person: Shopper) => {
    const victim = await placed(pair, person)
    const { json } = await person.post(`/v1/orders/${victim.id}/cancel`)
    expect(json.status).toBe('closed')
    expect((await told(party, victim)).status).toBe(200)
    return victim
  }
  const [waiting, revived] = [await late(a, ofA), await late(c, ofC)]
  await ofC.untilStatus(revived.id, 'paid')
  await till.untilTask(waiting.no, 'late_money')
  expect(await ofA.status(waiting.id)).toBe('closed')
  expect(await till.tasks(revived.no)).toEqual([])
})

/** A genuine message of this merchant's payment, signed and sealed with its own keys. */
async function told(party: Party, victim: Victim) {
  const { appid, mchid, apiv3Key } = party
  const content = paidContent(pair, victim, { appid, mchid })
  const body = noticeBody(pair, { plaintext: JSON.stringify(content), apiv3Key })
  return await post(pair, body, signed(pair, body, { mchid }), mchid)
}
