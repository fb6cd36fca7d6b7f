// Negative controls: each attack on money once more, with its guard taken away. Then it succeeds,
// so that the attack is a real one, and the guard is what stops it.
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readSettings } from '../../server/config.ts'
import {
  noticeBody,
  paidContent,
  placed,
  post,
  signed,
  tell,
  type Victim,
} from '../attacks/support/forge.ts'
import {
  type Gateway,
  signedAnswer,
  startWatchedPair,
  type Twist,
} from '../attacks/support/gateway.ts'
import { settledInbox, tasksAbout } from '../support/books.ts'
import type { Pair } from '../support/pair.ts'
import { Shopper } from '../support/shopper.ts'
import { movedGuards } from './weaken.ts'
import { without } from './without.ts'

let pair: Pair
let gateway: Gateway
let person: Shopper

beforeAll(async () => {
  const watched = await startWatchedPair()
  pair = watched.pair
  gateway = watched.gateway
  person = await Shopper.arrive(pair)
})
afterAll(async () => {
  await pair.stop()
  await gateway.close()
})

const cup = [{ product_id: 'cup', quantity: 1 }]

/** A message that pays although it should not, and the order that it pays. */
async function paysWithout(attack: string, send: (victim: Victim) => Promise<unknown>) {
  const victim = await placed(pair, person)
  await send(victim)
  await settledInbox(pair)
  expect(await person.status(victim.id)).toBe('unpaid')
  await without(attack, async () => {
    const other = await placed(pair, person)
    await send(other)
    await person.untilStatus(other.id, 'paid')
  })
}

const bodyOf = (victim: Victim) =>
  noticeBody(pair, { plaintext: JSON.stringify(paidContent(pair, victim)) })

test('every guard stands where its control takes it away', () => {
  expect(movedGuards()).toEqual([])
})

test('A-17 control: without the refusal of unknown fields the phone makes the price', async () => {
  const items = [{ product_id: 'cup', quantity: 1, price: 1 }]
  expect((await person.order([{ product_id: 'cup', quantity: 1 }])).json.total).toBe(2500)
  const order = await without('A-17', () => person.order(items))
  expect([order.status, order.json.total]).toEqual([201, 1])
})

test('A-21 control: without the key of the request there are two orders', async () => {
  const key = randomUUID()
  const first = (await person.order(cup, key)).json.id
  expect((await person.order(cup, key)).json.id).toBe(first)
  const second = await without('A-21', () => person.order(cup, key))
  expect([second.status, second.json.id === first]).toEqual([201, false])
})

test('A-27 control: if the phone were believed, saying "paid" would pay', async () => {
  const { id } = await person.checkout(cup)
  const reply = await without('A-27', () => person.post(`/v1/orders/${id}/confirm`))
  expect(reply.json.status).toBe('paid')
})

test('A-35 control: without the signature headers being needed anybody pays', async () => {
  await paysWithout('A-35', async (victim) => {
    await post(pair, bodyOf(victim), { 'content-type': 'application/json' })
  })
})

test('A-36 A-37 control: without the signature being checked anybody pays', async () => {
  await paysWithout('A-36', async (victim) => {
    const body = bodyOf(victim)
    const { private_key: privateKey } = pair.credentials
    await post(pair, body, signed(pair, body, { privateKey }))
  })
})

test('A-43 control: without the table of states a resend is a second order.paid, and goods leave twice', async () => {
  const told = async () => {
    const victim = await placed(pair, person)
    const content = paidContent(pair, victim)
    for (let nth = 0; nth < 3; nth += 1) expect((await tell(pair, content)).status).toBe(200)
    await settledInbox(pair)
    await person.untilStatus(victim.id, 'paid')
    const sql = `SELECT count(*)::int AS n FROM event WHERE type = 'order.paid' AND subject = $1`
    return (await pair.db.query(sql, [`order:${victim.id}`])).rows[0].n
  }
  expect(await told()).toBe(1)
  expect(await without('A-43', told)).toBe(3)
})

test('A-45 control: if the content need not be sealed a query answer pays as a notification', async () => {
  await paysWithout('A-45', async (victim) => {
    const body = Buffer.from(JSON.stringify(paidContent(pair, victim)))
    await post(pair, body, signed(pair, body))
  })
})

test("A-46 control: without the check of the party another merchant's payment pays ours", async () => {
  await paysWithout('A-46', (victim) => {
    const appid = 'wx1111111111111111'
    return tell(pair, paidContent(pair, victim, { appid, mchid: '1900000001' }))
  })
})

test('A-47 control: without the check of the amount one fen pays for the cup', async () => {
  await paysWithout('A-47', (victim) => {
    const amount = { total: 1, payer_total: 1, currency: 'CNY' }
    return tell(pair, paidContent(pair, victim, { amount }))
  })
})

test('A-48 control: without the check of the state a payment that failed pays', async () => {
  await paysWithout('A-48', (victim) =>
    tell(pair, paidContent(pair, victim, { trade_state: 'PAYERROR' })),
  )
})

test('A-49 control: without suspense the money of an unknown number is nowhere', async () => {
  const unknown = async () => {
    const victim = await placed(pair, person)
    const out_trade_no = `${victim.no.slice(0, -4)}none`
    expect((await tell(pair, paidContent(pair, victim, { out_trade_no }))).status).toBe(200)
    await settledInbox(pair)
    return await tasksAbout(pair, out_trade_no)
  }
  expect(await unknown()).toEqual(['unknown_order'])
  expect(await without('A-49', unknown)).toEqual([])
})

test('A-50 control: without the check of the kind a message of a refund pays', async () => {
  await paysWithout('A-50', (victim) => {
    const envelope = { event_type: 'REFUND.SUCCESS' }
    return tell(pair, paidContent(pair, victim), { envelope })
  })
})

test('A-57 control: if a payment had to wait for our own prepay answer its money would be lost', async () => {
  const victim = await placed(pair, person)
  await without('A-57', async () => {
    expect((await tell(pair, paidContent(pair, victim))).status).toBe(200)
    await settledInbox(pair)
  })
  expect(await person.status(victim.id)).toBe('unpaid')
  expect(await tasksAbout(pair, victim.no)).toEqual([])
})

/** An order with its five fields handed out, of which WeChat knows that nobody paid. */
async function waiting(): Promise<Victim> {
  const { id, no } = await person.checkout(cup)
  const { rows } = await pair.db.query('SELECT openid FROM payment WHERE out_trade_no = $1', [no])
  const transactionId = `4200${randomUUID().replaceAll('-', '').slice(0, 24)}`
  return { id, no, total: 2_500, openid: rows[0].openid, transactionId }
}

/** What the order is after a false answer to our query. */
async function askedWith(answer: (victim: Victim) => ReturnType<Twist>): Promise<string> {
  const victim = await waiting()
  const isQuery: Twist = ({ method, url }) =>
    method === 'GET' && url.includes(victim.no) ? answer(victim) : null
  const confirm = () => person.post(`/v1/orders/${victim.id}/confirm`)
  return (await gateway.during(isQuery, confirm)).json.status
}

test("A-58 control: if an answer need not name what was asked, another's payment pays", async () => {
  const other = await waiting()
  const answer = (victim: Victim) =>
    signedAnswer(pair, 200, paidContent(pair, { ...victim, no: other.no }))
  expect(await askedWith(answer)).toBe('unpaid')
  expect(await without('A-58', () => askedWith(answer))).toBe('paid')
})

test('A-59 control: if an answer need not be signed, whoever stands between pays', async () => {
  const headers = { 'content-type': 'application/json' }
  const answer = (victim: Victim) => ({
    status: 200,
    headers,
    body: JSON.stringify(paidContent(pair, victim)),
  })
  expect(await askedWith(answer)).toBe('unpaid')
  expect(await without('A-59', () => askedWith(answer))).toBe('paid')
})

test('A-60 control: if an unsigned error were believed, an order would close that can still be paid', async () => {
  const cancelled = async () => {
    const { id, payment } = await person.checkout(cup)
    const body = JSON.stringify({ code: 'ORDER_CLOSED', message: '' })
    const isClose: Twist = ({ url }) => (url.endsWith('/close') ? { status: 400, body } : null)
    return await gateway.during(isClose, async () => {
      const { json } = await person.post(`/v1/orders/${id}/cancel`)
      return [json.status, (await person.cashier(payment)).json.errMsg]
    })
  }
  expect(await cancelled()).toEqual(['unpaid', 'requestPayment:ok'])
  expect(await without('A-60', cancelled)).toEqual(['closed', 'requestPayment:ok'])
})

test('A-84 control: without the marks a production server would take the simulator for WeChat', async () => {
  const c = pair.credentials
  const env = {
    MINITILL_ENV: 'production',
    PUBLIC_URL: 'https://shop.example',
    DATABASE_URL: pair.databaseUrl,
    MINITILL_SEAL_KEY: Buffer.alloc(32, 1).toString('base64'),
    WECHAT_APPID: c.appid,
    WECHAT_APP_SECRET: c.app_secret,
    WECHATPAY_MCHID: c.mchid,
    WECHATPAY_SERIAL_NO: c.serial_no,
    WECHATPAY_PRIVATE_KEY: c.private_key,
    WECHATPAY_APIV3_KEY: c.apiv3_key,
    WECHATPAY_PUBLIC_KEY_ID: c.public_key_id,
    WECHATPAY_PUBLIC_KEY: c.public_key,
  }
  expect(() => readSettings(env)).toThrow('refused in production')
  const settings = await without('A-84', async () => readSettings(env))
  expect(settings.env).toBe('production')
})
