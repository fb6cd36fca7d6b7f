// Message push is posted by whoever knows the address. What WeChat did not seal for this app with
// its own key is nothing; what it did seal only makes us ask it. The control is the genuine twin.
import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { loadMessageAesKey, sealPush } from '../../protocol/seal/push.ts'
import { pushSignature } from '../../simulator/crypto/push.ts'
import { Carrier, parcel } from '../support/carrier.ts'
import type { Reply } from '../support/http.ts'
import { type Pair, startPair, until } from '../support/pair.ts'
import { Shopper } from '../support/shopper.ts'
import { bought } from '../support/till.ts'
import { Wechat } from '../support/wechat.ts'
import { callsAfter, changesNothing, journalEnd } from './support/nothing.ts'

const token = 'message-token-1'
const aesKey = 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG'

let pair: Pair
let person: Shopper
let order: { readonly id: string; readonly no: string }

beforeAll(async () => {
  pair = await startPair(1, { WECHAT_MESSAGE_TOKEN: token, WECHAT_MESSAGE_AES_KEY: aesKey })
  person = await Shopper.arrive(pair)
  order = await shipped()
})
afterAll(async () => {
  await pair.stop()
})

/** An order that was shipped: what WeChat says next is that it was received. */
async function shipped(): Promise<{ id: string; no: string }> {
  const one = await bought(person)
  const carrier = new Carrier(pair)
  await carrier.ship(one.id)
  await new Wechat(pair).advance(61_000)
  await carrier.untilOrder(one.id, 'shipped')
  return one
}

const settlement = (no = order.no) => ({
  ToUserName: 'gh_0123456789ab',
  FromUserName: 'o_anybody',
  CreateTime: Math.floor(pair.world.nowMs() / 1000),
  MsgType: 'event',
  Event: 'trade_manage_order_settlement',
  merchant_id: pair.credentials.mchid,
  merchant_trade_no: no,
})

interface Parts {
  readonly token?: string
  readonly aesKey?: string
  readonly appid?: string
  readonly skewS?: number
}

interface Push {
  readonly query: Record<string, string>
  readonly body: string
}

/** As WeChat seals it, but for what the test changes. */
function sealed(message: string, parts: Parts = {}): Push {
  const timestamp = Math.floor(pair.world.nowMs() / 1000) + (parts.skewS ?? 0)
  const nonce = randomBytes(8).toString('hex')
  const keys = {
    token: parts.token ?? token,
    aesKey: loadMessageAesKey(parts.aesKey ?? aesKey),
    appid: parts.appid ?? pair.credentials.appid,
  }
  const { Encrypt, MsgSignature } = sealPush(
    keys,
    { random: randomBytes(16), timestamp, nonce },
    message,
  )
  const query = {
    timestamp: String(timestamp),
    nonce,
    signature: pushSignature(keys.token, String(timestamp), nonce),
    encrypt_type: 'aes',
    msg_signature: MsgSignature,
  }
  return { query, body: JSON.stringify({ ToUserName: 'gh_0123456789ab', Encrypt }) }
}

async function post({ query, body }: Push, appid = pair.credentials.appid): Promise<Reply> {
  const path = `/wechat/messages/${appid}?${new URLSearchParams(query)}`
  return await pair.server.send('POST', path, body, { 'content-type': 'application/json' })
}

async function refused(push: Push, status = 401): Promise<void> {
  const reply = await changesNothing(pair, async () => await post(push))
  expect(reply.status).toBe(status)
  expect(reply.text).toBe('fail')
}

const genuine = (parts: Parts = {}) => sealed(JSON.stringify(settlement()), parts)
const inbox = async () => (await pair.db.query('SELECT status FROM push_message')).rows
const asked = async (after: number) =>
  (await callsAfter(pair, after)).filter((call) => call.includes('/order/get_order'))

test('a push that another token signed, or nobody did, is 401 and nothing', async () => {
  await refused(genuine({ token: 'another-token-9' }))
  const { query, body } = genuine()
  await refused({ query: { ...query, msg_signature: 'a'.repeat(40) }, body })
  const { msg_signature: _gone, ...rest } = query
  await refused({ query: rest, body })
})

test('the signature of one push does not carry the words of another', async () => {
  await refused({ query: genuine().query, body: genuine().body })
})

test('plain words with a right plain signature do not pass by the seal of safe mode', async () => {
  const { timestamp = '', nonce = '', signature = '' } = genuine().query
  await refused({ query: { timestamp, nonce, signature }, body: JSON.stringify(settlement()) })
})

test("another key's seal, another app's seal and an app that is not ours are refused", async () => {
  await refused(genuine({ aesKey: 'Z'.repeat(43) }))
  await refused(genuine({ appid: 'wx00000000000000aa' }))
  const reply = await changesNothing(pair, async () => await post(genuine(), 'wx00000000000000aa'))
  expect(reply.status).toBe(404)
})

test('a genuine push is dead ten minutes later, and not alive before its time', async () => {
  await refused(genuine({ skewS: -601 }))
  await refused(genuine({ skewS: 601 }))
})

test('a document type or an entity is refused, outside the seal and inside it', async () => {
  const bomb =
    '<!DOCTYPE xml [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><xml><MsgType>&b;</MsgType></xml>'
  await refused({ query: genuine().query, body: bomb })
  await refused(sealed(bomb))
  await refused(sealed('<xml><MsgType>&mine;</MsgType></xml>'))
})

test('a body above its bound is refused before it is read', async () => {
  await refused(
    { query: genuine().query, body: JSON.stringify({ Encrypt: 'A'.repeat(70_000) }) },
    413,
  )
})

test('the check of the address gives the echo to WeChat only', async () => {
  const { timestamp = '', nonce = '', signature = '' } = genuine().query
  const check = async (query: Record<string, string>) => {
    const text = new URLSearchParams({ ...query, echostr: '4711' }).toString()
    return await pair.server.get(`/wechat/messages/${pair.credentials.appid}?${text}`)
  }
  expect(await check({ timestamp, nonce, signature })).toMatchObject({ status: 200, text: '4711' })
  const forged = await check({ timestamp, nonce, signature: 'b'.repeat(40) })
  expect(forged).toMatchObject({ status: 401, text: 'fail' })
})

test('a genuine push of an untrue receipt only asks WeChat; its copies ask nothing more', async () => {
  const before = await journalEnd(pair)
  const push = genuine()
  expect(await post(push)).toMatchObject({ status: 200, text: 'success' })
  await until(inbox, (rows) => rows.length === 1 && rows[0].status !== 'new')
  expect(await asked(before)).toHaveLength(1)
  const after = (await person.get(`/v1/orders/${order.id}`)).json
  expect(after.shipping_status).toBe('shipped')
  await changesNothing(pair, async () => {
    for (const _copy of Array.from({ length: 20 })) expect((await post(push)).status).toBe(200)
  })
})

test('a genuine push about an order that is not ours changes no order and asks nobody', async () => {
  const before = await journalEnd(pair)
  const push = sealed(JSON.stringify(settlement('NOBODYS0000000000001')))
  expect((await post(push)).status).toBe(200)
  await until(inbox, (rows) => rows.every(({ status }) => status !== 'new'))
  expect(await asked(before)).toEqual([])
})

test('an order that nobody paid cannot be shipped: 409, and nothing but the kept answer', async () => {
  const placed = await person.order([{ product_id: 'cup', quantity: 1 }])
  const before = await journalEnd(pair)
  const body = { logistics_type: 1, items: [parcel()] }
  const carrier = new Carrier(pair)
  const reply = await carrier.ask(placed.json.id, body)
  expect(reply.status).toBe(409)
  expect(await carrier.of(placed.json.id)).toEqual([])
  expect(await callsAfter(pair, before)).toEqual([])
})
