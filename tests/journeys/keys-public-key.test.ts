import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Pair, startPair, until } from '../support/pair.ts'
import { Shopper } from '../support/shopper.ts'
import { type Seen, Wechat } from '../support/wechat.ts'

// A merchant with WeChat Pay's public key: first with nothing else, then back in the time of the
// switch, when certificates and public key both sign.
let pair: Pair
let wechat: Wechat

beforeAll(async () => {
  const recognition = { verification: 'public_key', given: 'public_key' } as const
  pair = await startPair(1, { MINITILL_ORDER_TTL_MINUTES: '1000' }, { recognition })
  wechat = new Wechat(pair)
})
afterAll(async () => {
  await pair.stop()
})

const cup = [{ product_id: 'cup', quantity: 1 }]
const certificates = async () =>
  (await pair.db.query('SELECT count(*)::int AS n FROM platform_key')).rows[0].n as number
const notices = async () => await wechat.seen('notification', '/wechat/pay/notify/')
const kindOf = (one: Seen) =>
  one.headers['wechatpay-serial']?.startsWith('PUB_KEY_ID_') ? 'public_key' : 'certificate'

/** Several people pay, and WeChat is not asked; answers the notifications that came of it. */
async function payments(count: number): Promise<{ ids: string[]; person: Shopper }> {
  const person = await Shopper.arrive(pair)
  const ids: string[] = []
  for (let n = 0; n < count; n += 1) {
    const { id, payment } = await person.checkout(cup)
    await person.cashier(payment)
    ids.push(id)
  }
  return { ids, person }
}

test('a merchant with the public key only is paid, and no certificate is ever kept', async () => {
  const { ids, person } = await wechat.withoutAsking(async () => {
    const paid = await payments(1)
    await paid.person.untilStatus(paid.ids[0] ?? '', 'paid', 4_000)
    return paid
  })
  expect(await person.status(ids[0] ?? '')).toBe('paid')
  expect((await notices()).map(kindOf)).toEqual(['public_key'])
  const prepay = (await wechat.seen('request', '/transactions/jsapi')).at(-1)
  expect(prepay?.headers['wechatpay-serial']).toBe(pair.credentials.public_key_id)
  expect(prepay?.answer.headers['wechatpay-serial']).toBe(pair.credentials.public_key_id)
  expect(await certificates()).toBe(0)
})

test('a message of an unknown public key is refused without any download', async () => {
  const before = await wechat.downloads()
  const seconds = Math.floor(Date.parse((await pair.simulator.get('/_sim/clock')).json.now) / 1000)
  const headers = {
    'wechatpay-timestamp': String(seconds),
    'wechatpay-nonce': 'a'.repeat(32),
    'wechatpay-serial': 'PUB_KEY_ID_0114232134912410000000000000',
    'wechatpay-signature': Buffer.alloc(256).toString('base64'),
  }
  const path = `/wechat/pay/notify/${pair.credentials.mchid}`
  expect((await pair.server.post(path, { id: 'x' }, headers)).status).toBe(401)
  await wechat.advance(10_000)
  expect(await wechat.downloads()).toBe(before)
})

test('when the merchant begins the switch, one download makes both kinds believed', async () => {
  const { certificate } = pair.credentials
  await wechat.merchant({ certificate, verification: 'both' })
  await wechat.switch({ public_key_share: 0 })
  const [before, tried] = [await wechat.downloads(), (await notices()).length]
  await wechat.withoutAsking(async () => {
    const { ids, person } = await payments(1)
    const refused = await wechat.untilNotified(tried + 1)
    expect([kindOf(refused), refused.answer.status]).toEqual(['certificate', 401])
    await until(certificates, (n) => n === 1)
    await wechat.advance(16_000)
    await person.untilStatus(ids[0] ?? '', 'paid')
  })
  expect(await wechat.downloads()).toBe(before + 1)
})

test.each([0.1, 0.5, 1])(
  'with a share of %d by public key every notification pays',
  async (share) => {
    await wechat.switch({ public_key_share: share })
    const [before, tried] = [await wechat.downloads(), (await notices()).length]
    await wechat.withoutAsking(async () => {
      const { ids, person } = await payments(share === 0.5 ? 16 : 4)
      for (const id of ids) await person.untilStatus(id, 'paid', 4_000)
    })
    const all = (await notices()).slice(tried)
    expect(all.map(({ answer }) => answer.status)).toEqual(all.map(() => 200))
    if (share === 0.5) expect(new Set(all.map(kindOf)).size).toBe(2)
    if (share === 1) expect(new Set(all.map(kindOf))).toEqual(new Set(['public_key']))
    expect(await wechat.downloads()).toBe(before)
  },
)

test('a process that starts in the time of the switch believes both kinds at once', async () => {
  const before = await wechat.downloads()
  const { port } = new URL(pair.server.url)
  await pair.stopFirst()
  await pair.another({ MINITILL_PORT: port, PUBLIC_URL: `http://127.0.0.1:${port}` })
  for (const share of [0, 1]) {
    await wechat.switch({ public_key_share: share })
    const tried = (await notices()).length
    await wechat.withoutAsking(async () => {
      const { ids, person } = await payments(1)
      await person.untilStatus(ids[0] ?? '', 'paid', 4_000)
    })
    const told = (await notices()).slice(tried)
    expect(told.map(kindOf)).toEqual([share === 0 ? 'certificate' : 'public_key'])
  }
  expect(await wechat.downloads()).toBe(before)
})

test('after the switch the public key signs everything, and what was begun before is paid', async () => {
  await wechat.switch({ public_key_share: 0 })
  const person = await Shopper.arrive(pair)
  const { id, payment } = await person.checkout(cup)
  const { certificate } = pair.credentials
  await wechat.merchant({ certificate, verification: 'public_key' })
  const tried = (await notices()).length
  await person.cashier(payment)
  await person.untilStatus(id, 'paid', 4_000)
  expect(kindOf(await wechat.untilNotified(tried + 1))).toBe('public_key')
})
