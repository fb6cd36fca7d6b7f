import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Http } from '../support/http.ts'
import { type Pair, startPair, until } from '../support/pair.ts'
import { Shopper } from '../support/shopper.ts'
import { Wechat } from '../support/wechat.ts'

// A merchant who was opened before the public key: platform certificates are all it has.
let pair: Pair
let wechat: Wechat

beforeAll(async () => {
  const recognition = { verification: 'certificate', given: 'certificate' } as const
  pair = await startPair(1, { MINITILL_ORDER_TTL_MINUTES: '1000' }, { recognition })
  wechat = new Wechat(pair)
})
afterAll(async () => {
  await pair.stop()
})

const minute = 60_000
const cup = [{ product_id: 'cup', quantity: 1 }]
const kept = async () =>
  (await pair.db.query('SELECT serial_no FROM platform_key ORDER BY serial_no')).rows.map(
    (row) => row.serial_no as string,
  )
const appliedNotices = async () =>
  (await pair.db.query(`SELECT count(*)::int AS n FROM inbox WHERE status = 'applied'`)).rows[0].n

/** A message that names a certificate which nobody ever issued. */
async function strangeNotice(): Promise<number> {
  const reply = await pair.server.post(
    `/wechat/pay/notify/${pair.credentials.mchid}`,
    { id: 'x' },
    {
      'wechatpay-timestamp': String(Math.floor((await now()) / 1000)),
      'wechatpay-nonce': randomBytes(16).toString('hex'),
      'wechatpay-serial': randomBytes(20).toString('hex').toUpperCase(),
      'wechatpay-signature': randomBytes(256).toString('base64'),
    },
  )
  return reply.status
}
const now = async () => Date.parse((await pair.simulator.get('/_sim/clock')).json.now)

test('a merchant with platform certificates only is paid, after one download at the start', async () => {
  expect(await until(kept, (serials) => serials.length > 0)).toHaveLength(1)
  const person = await Shopper.arrive(pair)
  const { id, payment } = await person.checkout(cup)
  await wechat.withoutAsking(async () => {
    await person.cashier(payment)
    await person.untilStatus(id, 'paid', 4_000)
  })
  expect(await wechat.downloads()).toBe(1)
  const notified = await wechat.untilNotified(1)
  expect(await kept()).toEqual([notified.headers['wechatpay-serial']])
})

test('a second server process uses the certificates of the first without a download', async () => {
  const before = await wechat.downloads()
  const second = await pair.another()
  const person = await Shopper.arrive(pair)
  const { id } = (await person.order(cup)).json
  const paying = await person.post(`/v1/orders/${id}/pay`, {}, new Http(second.url))
  expect(paying.status).toBe(200)
  await person.cashier(paying.json.payment)
  const confirm = async () =>
    await person.post(`/v1/orders/${id}/confirm`, {}, new Http(second.url))
  await until(confirm, ({ json }) => json.status === 'paid', 4_000)
  await second.stop()
  expect(await wechat.downloads()).toBe(before)
})

test('the certificate rotates in flight: the answer is believed after one download', async () => {
  const before = await wechat.downloads()
  const person = await Shopper.arrive(pair)
  await wechat.arm({ point: 'pay.prepay', kind: 'platform_rotation', next: true })
  const { id, payment } = await person.checkout(cup)
  expect(await wechat.downloads()).toBe(before + 1)
  expect(await kept()).toHaveLength(2)
  // Asked once: the answer that named an unknown serial was not thrown away.
  const rotated = (await wechat.seen('request', '/v3/pay/transactions/jsapi')).at(-1)
  expect(await kept()).toContain(rotated?.answer.headers['wechatpay-serial'])
  expect(rotated?.fault).toBe('platform_rotation')
  await person.cashier(payment)
  await person.untilStatus(id, 'paid')
})

test('within five minutes no unknown serial, however many come, makes another download', async () => {
  const before = await wechat.downloads()
  const person = await Shopper.arrive(pair)
  const { id, payment } = await person.checkout(cup)
  await wechat.during({ point: 'pay.query', kind: 'unknown_serial', probability: 1 }, async () => {
    for (let n = 0; n < 20; n += 1) {
      expect(await strangeNotice()).toBe(401)
      await person.post(`/v1/orders/${id}/confirm`)
    }
    await wechat.during(
      { point: 'notification', kind: 'unknown_serial', probability: 1 },
      async () => {
        await person.cashier(payment)
        await wechat.advance(4 * minute)
        expect(await person.status(id)).toBe('unpaid')
      },
    )
  })
  expect(await wechat.downloads()).toBe(before)
  await wechat.advance(10 * minute)
  await person.untilStatus(id, 'paid')
})

test('when five minutes are over, a hundred unknown serials make one download more', async () => {
  await wechat.advance(6 * minute)
  const before = await wechat.downloads()
  const all = await Promise.all(Array.from({ length: 100 }, strangeNotice))
  expect(new Set(all)).toEqual(new Set([401]))
  await until(
    async () => await wechat.downloads(),
    (n) => n > before,
  )
  await wechat.advance(4 * minute)
  await strangeNotice()
  await wechat.advance(1_000)
  expect(await wechat.downloads()).toBe(before + 1)
})

test('a notification by a new certificate is refused, then believed when WeChat resends it', async () => {
  await wechat.advance(6 * minute)
  const [before, applied] = [await wechat.downloads(), await appliedNotices()]
  const person = await Shopper.arrive(pair)
  const { id, payment } = await person.checkout(cup)
  const tried = (await wechat.seen('notification', '/wechat/pay/notify/')).length
  await wechat.withoutAsking(async () => {
    await wechat.arm({ point: 'notification', kind: 'platform_rotation', next: true })
    await person.cashier(payment)
    expect((await wechat.untilNotified(tried + 1)).answer.status).toBe(401)
    await until(
      async () => await wechat.downloads(),
      (n) => n === before + 1,
    )
    await until(
      async () => (await kept()).length,
      (n) => n === 3,
    )
    await wechat.advance(16_000)
    await person.untilStatus(id, 'paid')
  })
  expect(await appliedNotices()).toBe(applied + 1)
  expect(await wechat.downloads()).toBe(before + 1)
})

test('many answers at the instant of a rotation are all believed after one download', async () => {
  await wechat.advance(6 * minute)
  const before = await wechat.downloads()
  const person = await Shopper.arrive(pair)
  const ids = await Promise.all(
    Array.from({ length: 8 }, async () => (await person.order(cup)).json.id as string),
  )
  const requests = async () => (await wechat.seen('request', '/transactions/jsapi')).length
  const asked = await requests()
  await wechat.arm({ point: 'pay.prepay', kind: 'platform_rotation', next: true })
  const paying = await Promise.all(ids.map((id) => person.post(`/v1/orders/${id}/pay`)))
  expect(paying.map(({ status }) => status)).toEqual(ids.map(() => 200))
  // None was asked a second time: no answer was thrown away for want of the key.
  expect((await requests()) - asked).toBe(ids.length)
  expect(await wechat.downloads()).toBe(before + 1)
})

/** WeChat issues two certificates and signs with nothing else, before any of our servers looks. */
async function rotateUnseen(): Promise<void> {
  for (let n = 0; n < 2; n += 1) {
    await wechat.arm({ point: 'pay.certificates', kind: 'platform_rotation', next: true })
    const authorization = `mchid="${pair.credentials.mchid}"`
    const reply = await pair.simulator.get('/v3/certificates', { authorization })
    expect(reply.status).toBe(401)
  }
}

test('two processes that meet a rotation at the same instant download once between them', async () => {
  await wechat.advance(6 * minute)
  const second = await pair.another()
  const other = new Http(second.url)
  await rotateUnseen()
  const before = await wechat.downloads()
  await wechat.arm({ point: 'pay.certificates', kind: 'answer_delayed', delay_ms: 300, next: true })
  const person = await Shopper.arrive(pair)
  const ids = await Promise.all(
    Array.from({ length: 8 }, async () => (await person.order(cup)).json.id as string),
  )
  const pay = async (id: string, index: number) =>
    await person.post(`/v1/orders/${id}/pay`, {}, index % 2 === 0 ? pair.server : other)
  const paying = await Promise.all(ids.map(pay))
  expect(paying.map(({ status }) => status)).toEqual(ids.map(() => 200))
  expect(await wechat.downloads()).toBe(before + 1)
  await second.stop()
})

test('a merchant that rotates its own certificate collects with the old and the new one', async () => {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
  const serial = randomBytes(20).toString('hex').toUpperCase().replace(/^0/, '1')
  const person = await Shopper.arrive(pair)
  const begun = await person.checkout(cup)
  const key = { certificate_serial: serial, public_key: publicKey, verification: 'certificate' }
  await wechat.merchant(key)
  const later = await person.checkout(cup)
  const own = { WECHATPAY_SERIAL_NO: serial, WECHATPAY_PRIVATE_KEY: privateKey }
  const renewed = await pair.another(own)
  const again = await person.post(`/v1/orders/${begun.id}/pay`, {}, new Http(renewed.url))
  expect(again.json.payment.package).toBe(begun.payment['package'])
  expect((await person.cashier(again.json.payment)).json.errMsg).toBe('requestPayment:ok')
  expect((await person.cashier(later.payment)).json.errMsg).toBe('requestPayment:ok')
  await person.untilStatus(begun.id, 'paid')
  await person.untilStatus(later.id, 'paid')
  const fresh = (await person.order(cup)).json
  const asked = await person.post(`/v1/orders/${fresh.id}/pay`, {}, new Http(renewed.url))
  expect(asked.status).toBe(200)
  const last = (await wechat.seen('request', '/v3/pay/transactions/jsapi')).at(-1)
  expect(last?.headers['authorization']).toContain(`serial_no="${serial}"`)
  await renewed.stop()
})
