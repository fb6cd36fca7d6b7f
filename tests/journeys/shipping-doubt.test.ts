import { afterAll, beforeAll, expect, test } from 'vitest'
import { Carrier } from '../support/carrier.ts'
import { type Pair, startPair, until } from '../support/pair.ts'
import { Shopper } from '../support/shopper.ts'
import { bought, passUntil, Till } from '../support/till.ts'
import { Wechat } from '../support/wechat.ts'

// Telling WeChat of parcels when answers are lost, late, or no.
let pair: Pair
let person: Shopper
let till: Till
let carrier: Carrier
let wechat: Wechat

beforeAll(async () => {
  pair = await startPair()
  person = await Shopper.arrive(pair)
  till = new Till(pair)
  carrier = new Carrier(pair)
  wechat = new Wechat(pair)
})
afterAll(async () => {
  await pair.stop()
})

const statusOf = (id: string) => async () => (await carrier.of(id)).at(-1)?.['status']

const uploads = async () => (await wechat.seen('request', '/upload_shipping_info')).length
const point = 'mini.upload_shipping_info'

test('the answer is lost after its effect: the same words again are "nothing changed", and done', async () => {
  const { id, no } = await bought(person)
  await wechat.arm({ point, kind: 'answer_lost', count: 1 })
  const before = await uploads()
  await carrier.ship(id)
  await passUntil(wechat, statusOf(id), (status) => status === 'uploaded')
  expect(await uploads()).toBe(before + 2)
  expect(await carrier.there(no)).toMatchObject({ order_state: 2, finish_shipping_count: 1 })
})

test('WeChat does not know the payment for shipping yet, or is busy: it goes on by itself', async () => {
  for (const kind of ['payment_unknown', 'shipping_busy', 'shipping_frequency', 'html_502']) {
    const { id } = await bought(person)
    await wechat.arm({ point, kind, count: 2 })
    await carrier.ship(id)
    await passUntil(wechat, statusOf(id), (status) => status === 'uploaded')
    expect(await till.tasks(id)).toEqual([])
  }
})

test('all money back while it is in doubt: what WeChat has of it is asked, and nothing more is told', async () => {
  for (const [kind, status] of [
    ['answer_lost', 'uploaded'],
    ['request_lost', 'cancelled'],
  ] as const) {
    const { id } = await bought(person)
    const before = await uploads()
    await wechat.arm({ point, kind, count: 1 })
    await carrier.ship(id)
    await wechat.advance(60_000)
    await until(uploads, (count) => count === before + 1)
    const refund = await till.refund(id, 2500)
    await till.untilAccepted(refund)
    const there = `/_sim/refunds/${(await till.look(refund))['refund_id']}`
    expect((await pair.simulator.post(there, { to: 'SUCCESS' })).status).toBe(200)
    await till.until(refund, { status: 'succeeded' })
    await passUntil(wechat, statusOf(id), (now) => now === status)
    expect(await uploads()).toBe(before + 1)
    expect((await till.get(`/orders/${id}`)).json.shipping_status).toBe('not_required')
    expect(await till.tasks(id)).toEqual([])
  }
})

test('a dead token is renewed once, and the words go out with the new one', async () => {
  const { id } = await bought(person)
  const before = await uploads()
  await wechat.arm({ point, kind: 'token_killed', count: 1 })
  await carrier.ship(id)
  await passUntil(wechat, statusOf(id), (status) => status === 'uploaded')
  expect(await uploads()).toBe(before + 2)
})

test('lost words, and received before they were said again: what WeChat has is compared, and done', async () => {
  const { id, no } = await bought(person)
  await wechat.arm({ point, kind: 'answer_lost', count: 1 })
  await carrier.ship(id)
  await wechat.advance(61_000)
  const there = async () => await carrier.there(no)
  await until(there, (one) => one?.['order_state'] === 2)
  const confirm = { transaction_id: (await there())?.['transaction_id'], action: 'confirm' }
  const receipt = await pair.simulator.post('/_sim/receipts', { ...confirm, person: person.id })
  expect(receipt.json.status).toBe('success')
  await passUntil(wechat, statusOf(id), (status) => status === 'uploaded')
  expect(await till.tasks(id)).toEqual([])
})

test('shipping anew what was received meanwhile is refused there: a person is told, nothing moves', async () => {
  const { id, no } = await bought(person)
  await carrier.ship(id)
  await wechat.advance(61_000)
  await carrier.untilOrder(id, 'shipped')
  const transaction_id = (await carrier.there(no))?.['transaction_id']
  const confirm = { transaction_id, action: 'confirm', person: person.id }
  expect((await pair.simulator.post('/_sim/receipts', confirm)).json.status).toBe('success')
  const again = await carrier.ship(id)
  await passUntil(wechat, statusOf(id), (status) => status === 'refused')
  const task = await till.untilTask(id, 'shipping_refused')
  expect(task['detail']).toMatchObject({ shipment: again, order_id: id })
})

test('WeChat will not take it: a person is told, and once that is mended a new shipment goes', async () => {
  const { appid, app_secret: secret } = pair.credentials
  const manage = async (trade_managed: boolean) =>
    await pair.simulator.post('/_sim/apps', { appid, secret, trade_managed })
  const { id } = await bought(person)
  // Unmanaged there, and we have not asked since.
  await manage(false)
  const first = await carrier.ship(id)
  await passUntil(wechat, statusOf(id), (status) => status === 'refused')
  expect(await carrier.of(id)).toMatchObject([{ id: first, problem: '48001' }])
  const task = await till.untilTask(id, 'shipping_refused')
  expect(task['detail']).toMatchObject({ code: '48001', order_id: id })
  await manage(true)
  const second = await carrier.ship(id)
  await carrier.until(id, second, 'uploaded')
})

test('a mini program that WeChat does not manage ships without telling it', async () => {
  const { appid, app_secret: secret } = pair.credentials
  const register = async (trade_managed: boolean) => {
    await pair.simulator.post('/_sim/apps', { appid, secret, trade_managed })
    await wechat.advance(86_400_000)
    const managed = async () =>
      (await pair.db.query('SELECT managed FROM trade_management')).rows[0]?.managed
    await until(managed, (one) => one === trade_managed)
  }
  await register(false)
  const { id } = await bought(person)
  expect((await person.get(`/v1/orders/${id}`)).json.shipping_status).toBe('not_required')
  const before = (await wechat.seen('request', '/upload_shipping_info')).length
  await carrier.ship(id)
  await carrier.untilOrder(id, 'shipped')
  await wechat.advance(61_000)
  expect((await wechat.seen('request', '/upload_shipping_info')).length).toBe(before)
  await register(true)
})
