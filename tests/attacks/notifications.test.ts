// Forged, damaged, replayed and early notifications of payment.
import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { sealResource } from '../../simulator/crypto/seal.ts'
import { type Pair, startPair } from '../support/pair.ts'
import { Shopper } from '../support/shopper.ts'
import {
  noticeBody,
  paidContent,
  placed,
  post,
  type SignatureParts,
  signed,
  tell,
  type Victim,
} from './support/forge.ts'
import { callsAfter, changesNothing, journalEnd, notedAfter } from './support/nothing.ts'
import type { RawHeaders } from './support/raw.ts'

let pair: Pair
let person: Shopper

beforeAll(async () => {
  pair = await startPair()
  person = await Shopper.arrive(pair)
})
afterAll(async () => {
  await pair.stop()
})

/** The genuine bytes for a new victim: with the right signature they pay. */
async function genuine(): Promise<{ victim: Victim; body: Buffer }> {
  const victim = await placed(pair, person)
  const content = paidContent(pair, victim)
  return { victim, body: noticeBody(pair, { plaintext: JSON.stringify(content) }) }
}

/** The control of every forgery here: the same bytes, rightly signed, pay the order. */
async function pays(body: Buffer, victim: Victim): Promise<void> {
  expect((await post(pair, body, signed(pair, body))).status).toBe(200)
  expect(await person.untilStatus(victim.id, 'paid')).toMatchObject({
    transaction_id: victim.transactionId,
  })
}

async function refused(body: Uint8Array, headers: RawHeaders, why: string, status = 401) {
  const reply = await changesNothing(pair, () => post(pair, body, headers))
  expect([reply.status, reply.json]).toEqual([status, { code: 'FAIL', message: why }])
}

const counter = async (line: string): Promise<number> => {
  const page = (await pair.server.get('/metrics')).text
  return Number(
    page
      .split('\n')
      .find((one) => one.startsWith(line))
      ?.split(' ')
      .at(-1) ?? 0,
  )
}

test('A-35 ★ without signature headers, or without any one of them, nothing', async () => {
  const { victim, body } = await genuine()
  await refused(body, { 'content-type': 'application/json' }, 'header_missing')
  for (const name of ['timestamp', 'nonce', 'serial', 'signature']) {
    const { [`wechatpay-${name}`]: _left, ...others } = signed(pair, body)
    await refused(body, others, 'header_missing')
    await refused(body, { ...others, [`wechatpay-${name}`]: '' }, 'header_missing')
  }
  await pays(body, victim)
})

test('A-36 ★ a wrong signature, one space more, JSON written anew: nothing', async () => {
  const { victim, body } = await genuine()
  const headers = signed(pair, body)
  const other = signed(pair, Buffer.from('another message'))
  const foreign = { ...headers, 'wechatpay-signature': String(other['wechatpay-signature']) }
  await refused(body, foreign, 'bad_signature')
  await refused(Buffer.concat([body, Buffer.from(' ')]), headers, 'bad_signature')
  const rewritten = Buffer.from(JSON.stringify(JSON.parse(body.toString()), null, 1))
  await refused(rewritten, headers, 'bad_signature')
  await refused(body, { ...headers, 'wechatpay-nonce': 'x' }, 'bad_signature')
  const signature = String(headers['wechatpay-signature'])
  for (const damaged of [`${signature}=`, signature.slice(1), `A${signature}`, 'x', '*']) {
    await refused(body, { ...headers, 'wechatpay-signature': damaged }, 'bad_signature')
  }
  await pays(body, victim)
})

test("A-37 ★ the merchant's own leaked key signs nothing that we believe", async () => {
  const { victim, body } = await genuine()
  const { private_key: privateKey, serial_no } = pair.credentials
  await refused(body, signed(pair, body, { privateKey }), 'bad_signature')
  await refused(body, signed(pair, body, { privateKey, serial: serial_no }), 'unknown_serial')
  await pays(body, victim)
})

test('A-38 a thousand unknown serials cause one download of certificates at most', async () => {
  const { victim, body } = await genuine()
  const seq = await journalEnd(pair)
  const headers = signed(pair, body)
  for (let batch = 0; batch < 20; batch += 1) {
    const replies = await Promise.all(
      Array.from({ length: 50 }, async () => {
        const serial = randomBytes(20).toString('hex').toUpperCase()
        return await post(pair, body, { ...headers, 'wechatpay-serial': serial })
      }),
    )
    expect(new Set(replies.map(({ status, text }) => `${status} ${text}`)).size).toBe(1)
    expect(replies[0]?.status).toBe(401)
  }
  const downloads = (await callsAfter(pair, seq)).filter((url) => url.includes('certificates'))
  expect(downloads.length).toBeLessThanOrEqual(1)
  const strange = { ...headers, 'wechatpay-serial': 'PUB_KEY_ID_0000000000999999' }
  await refused(body, strange, 'unknown_public_key')
  expect(await person.status(victim.id)).toBe('unpaid')
  await pays(body, victim)
})

test('A-39 a timestamp that is old, ahead, none, odd or doubled is refused for its own reason', async () => {
  const { victim, body } = await genuine()
  const now = Math.floor(pair.world.nowMs() / 1000)
  const cases: ReadonlyArray<readonly [SignatureParts, string]> = [
    [{ skewS: -301 }, 'timestamp_too_old'],
    [{ skewS: 302 }, 'timestamp_in_future'],
    [{ timestamp: '0' }, 'timestamp_malformed'],
    [{ timestamp: `-${now}` }, 'timestamp_malformed'],
    [{ timestamp: `${now}000` }, 'timestamp_malformed'],
    [{ timestamp: '1e9' }, 'timestamp_malformed'],
    [{ timestamp: `0x${now.toString(16)}` }, 'timestamp_malformed'],
    [{ timestamp: `${now}.0` }, 'timestamp_malformed'],
    [{ timestamp: '' }, 'header_missing'],
  ]
  for (const [parts, why] of cases) await refused(body, signed(pair, body, parts), why)
  const headers = signed(pair, body)
  for (const name of ['timestamp', 'nonce', 'serial', 'signature']) {
    const value = String(headers[`wechatpay-${name}`])
    await refused(body, { ...headers, [`wechatpay-${name}`]: [value, value] }, 'header_doubled')
  }
  await pays(body, victim)
})

test("A-40 WeChat's signature probe is refused, counted apart, and alarms nobody", async () => {
  const { victim, body } = await genuine()
  const headers = signed(pair, body)
  const signature = `WECHATPAY/SIGNTEST/${String(headers['wechatpay-signature']).slice(19)}`
  const alarms = await counter('minitill_notification_refused_total')
  const probes = await counter('minitill_notification_probe_total')
  await refused(body, { ...headers, 'wechatpay-signature': signature }, 'probe')
  expect(await counter('minitill_notification_probe_total')).toBe(probes + 1)
  expect(await counter('minitill_notification_refused_total')).toBe(alarms)
  await pays(body, victim)
})

/** A payment through the cashier, and the message of it exactly as it came. */
async function delivered(): Promise<{ id: string; no: string; body: Buffer; headers: RawHeaders }> {
  const seq = await journalEnd(pair)
  const { id, no, payment } = await person.checkout([{ product_id: 'cup', quantity: 1 }])
  await person.cashier(payment)
  await person.untilStatus(id, 'paid')
  const message = (await notedAfter(pair, seq)).find(({ kind }) => kind === 'notification')
  if (message === undefined) throw new Error('no notification was delivered')
  return { id, no, body: Buffer.from(message.body), headers: message.headers }
}

const recordsOf = async (id: string) =>
  (
    await pair.db.query(
      `SELECT (SELECT count(*)::int FROM entry e JOIN payment p ON e.subject = 'payment:' || p.id
                 WHERE p.order_id = $1) AS entries,
              (SELECT count(*)::int FROM event WHERE subject = 'order:' || $1
                 AND type = 'order.paid') AS events`,
      [id],
    )
  ).rows[0]

test('A-43 ★ a genuine notification replayed a thousand times is one transition', async () => {
  const { id, body, headers } = await delivered()
  await changesNothing(pair, async () => {
    for (let batch = 0; batch < 20; batch += 1) {
      const replies = await Promise.all(Array.from({ length: 50 }, () => post(pair, body, headers)))
      expect(replies.every(({ status, text }) => status === 200 && text === '')).toBe(true)
    }
  })
  // The same payment told under a new notification id, as WeChat may do after a resend.
  const victimContent = await contentOf(id)
  expect((await tell(pair, victimContent)).status).toBe(200)
  expect(await recordsOf(id)).toEqual({ entries: 1, events: 1 })
})

async function contentOf(id: string) {
  const { rows } = await pair.db.query('SELECT * FROM payment WHERE order_id = $1', [id])
  const [{ out_trade_no: no, amount_fen, openid, transaction_id: transactionId }] = rows
  return paidContent(pair, { id, no, total: Number(amount_fen), openid, transactionId })
}

test('A-44 the same outside the window of five minutes is refused', async () => {
  const { body, headers } = await delivered()
  expect((await post(pair, body, headers)).status).toBe(200)
  await pair.simulator.post('/_sim/clock', { advance_ms: 301_000 })
  await refused(body, headers, 'timestamp_too_old')
})

test('A-45 ★ a genuine signed query answer is no notification', async () => {
  await pair.simulator.post('/_sim/faults', { point: 'notification', kind: 'lost', next: true })
  const seq = await journalEnd(pair)
  const { id, payment } = await person.checkout([{ product_id: 'cup', quantity: 1 }])
  await person.cashier(payment)
  await person.post(`/v1/orders/${id}/confirm`)
  await person.untilStatus(id, 'paid', 12_000)
  const answers = (await notedAfter(pair, seq)).filter(
    ({ method, answer }) => method === 'GET' && answer.body.includes('"SUCCESS"'),
  )
  const answer = answers[0]?.answer
  if (answer === undefined) throw new Error('WeChat was not asked')
  await refused(Buffer.from(answer.body), answer.headers, 'not_a_notification', 400)
  // The sealed certificates are signed and sealed alike; only their shape tells them apart.
  const sealed = sealResource(
    '-----BEGIN CERTIFICATE-----',
    pair.credentials.apiv3_key,
    'abcdefghijkl',
    'certificate',
  )
  const resource = {
    algorithm: 'AEAD_AES_256_GCM',
    nonce: 'abcdefghijkl',
    associated_data: 'certificate',
    ciphertext: sealed,
  }
  const list = Buffer.from(
    JSON.stringify({ data: [{ serial_no: 'x', encrypt_certificate: resource }] }),
  )
  await refused(list, signed(pair, list), 'not_a_notification', 400)
})

test('A-57 ★ a notification before our own prepay answer is stored pays the order, once', async () => {
  const fault = { point: 'pay.prepay', kind: 'paid_before_answer', next: true, delay_ms: 1_500 }
  expect((await pair.simulator.post('/_sim/faults', fault)).status).toBe(201)
  const { id } = (await person.order([{ product_id: 'cup', quantity: 1 }])).json
  const [paying] = await Promise.all([
    person.post(`/v1/orders/${id}/pay`),
    person.untilStatus(id, 'paid', 12_000),
  ])
  expect([paying.status, paying.json.code]).toEqual([409, 'order_paid'])
  expect(await recordsOf(id)).toEqual({ entries: 1, events: 1 })
  const { rows } = await pair.db.query('SELECT status FROM payment WHERE order_id = $1', [id])
  expect(rows).toEqual([{ status: 'paid' }])
})
