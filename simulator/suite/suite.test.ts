import { createPublicKey, verify } from 'node:crypto'
import { afterEach, expect, it } from 'vitest'
import { openResource } from '../crypto/seal.ts'
import { type RunningSimulator, startSimulator } from '../index.ts'
import { type Answer, TestMerchant } from '../testing/merchant.ts'
import {
  ControlError,
  connectWechat,
  createWechat,
  type SuiteNotification,
  type SuiteWechat,
  signedNotification,
} from './index.ts'

const closers: (() => Promise<void>)[] = []

afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

const AT = '2026-11-23T11:00:00+08:00'

async function created(options: Parameters<typeof createWechat>[0] = {}): Promise<SuiteWechat> {
  const wechat = await createWechat({ clock: AT, notify: () => 204, ...options })
  closers.push(() => wechat.close())
  return wechat
}

async function connected(): Promise<SuiteWechat> {
  const simulator: RunningSimulator = await startSimulator({
    port: 0,
    dataDir: null,
    seed: 'minitill',
  })
  const wechat = await connectWechat(simulator.url)
  closers.push(
    () => wechat.close(),
    () => simulator.stop(),
  )
  return wechat
}

/** A merchant's server that signs with the credentials and sends by the client. */
async function merchantOf(wechat: SuiteWechat): Promise<TestMerchant> {
  const { now_ms } = await wechat.clock.read()
  const send = async (
    method: string,
    url: string,
    headers: Readonly<Record<string, string>>,
    body: string,
  ): Promise<Answer> => {
    const answer = await wechat.answer({ method, url, headers, body })
    const json = answer.text.startsWith('{') ? JSON.parse(answer.text) : {}
    const headersOf = new Headers({ ...answer.headers })
    return { ...answer, bytes: Buffer.from(answer.body), headers: headersOf, json }
  }
  return new TestMerchant(send, wechat.credentials, () => now_ms)
}

async function pays(wechat: SuiteWechat, number: string): Promise<void> {
  const merchant = await merchantOf(wechat)
  const [person] = await wechat.people.list()
  const openid = person?.openids[wechat.credentials.appid] ?? ''
  const { json } = await merchant.prepay(number, openid)
  const call = merchant.payment(String(json['prepay_id']))
  expect(await wechat.cashier({ ...call, action: 'pay' })).toMatchObject({
    errMsg: 'requestPayment:ok',
  })
}

/** What every suite must be able to do, whichever way it reaches the simulator. */
async function story(wechat: SuiteWechat): Promise<void> {
  const { code } = await wechat.login()
  const { appid, app_secret: secret } = wechat.credentials
  const query = `appid=${appid}&secret=${secret}&js_code=${code}&grant_type=authorization_code`
  const url = `https://api.weixin.qq.com/sns/jscode2session?${query}`
  const session = (await (await wechat.fetch(url)).json()) as { openid: string }
  expect(session.openid).toHaveLength(28)
  expect((await wechat.phoneCode()).code).toMatch(/^[0-9a-f]{64}$/)
  await pays(wechat, 'suite-0001')
  await wechat.clock.advance(1000)
  const [trade] = await wechat.trades()
  expect(trade).toMatchObject({ out_trade_no: 'suite-0001', trade_state: 'SUCCESS', total: 100 })
  const before = await wechat.snapshot()
  await pays(wechat, 'suite-0002')
  expect(await wechat.trades()).toHaveLength(2)
  await wechat.restore(before)
  expect(await wechat.trades()).toHaveLength(1)
  const { id } = await wechat.faults.arm({ point: 'mini.code2session', kind: 'busy', next: true })
  expect(await (await wechat.fetch(url)).json()).toMatchObject({ errcode: -1 })
  await wechat.faults.disarm(id)
  expect(await wechat.journal()).toMatchObject([{ fault: 'busy' }])
  await wechat.reset()
  expect(await wechat.trades()).toEqual([])
}

it('a suite in this process and one over HTTP tell the same story', async () => {
  await story(await created())
  await story(await connected())
})

it('what the simulator refuses is an error that names the field', async () => {
  const wechat = await created()
  const refused = wechat.login({ person: 'nobody' })
  await expect(refused).rejects.toThrow(/person: no such person/)
  await expect(refused).rejects.toBeInstanceOf(ControlError)
  await expect(wechat.call('GET', '/_sim/moon')).rejects.toThrow(/there is no GET/)
  await expect(createWechat({ clock: 'noon' })).rejects.toThrow(/RFC 3339/)
  await expect(connectWechat('http://192.0.2.1:4001')).rejects.toThrow(/simulator here/)
  await expect(connectWechat('http://127.0.0.1:9')).rejects.toThrow(/no simulator answers/)
})

it('a clock that stands moves by advance only, and notifications go to the test', async () => {
  const arrived: SuiteNotification[] = []
  const answers = [500, null, 200]
  const wechat = await created({
    notify: (message) => {
      arrived.push(message)
      return answers[arrived.length - 1] ?? null
    },
  })
  await pays(wechat, 'suite-0003')
  expect(arrived).toEqual([])
  expect(await wechat.clock.advance(24 * 60 * 60 * 1000)).toMatchObject({ delivered: 1, failed: 2 })
  expect(arrived).toHaveLength(3)
  expect((await wechat.clock.read()).now).toBe('2026-11-24T03:00:00.000Z')
  await wechat.clock.set('2026-11-25T03:00:00Z')
  expect((await wechat.clock.read()).now_ms).toBe(Date.parse('2026-11-25T03:00:00Z'))
})

it('the same seed and clock make the same world again', async () => {
  const ids = async () => {
    const wechat = await created({ seed: 'again' })
    await pays(wechat, 'suite-0004')
    const [trade] = await wechat.trades()
    return [trade?.prepay_id, trade?.transaction_id, trade?.openid, trade?.notifications[0]?.id]
  }
  const first = await ids()
  expect(await ids()).toEqual(first)
})

it.each([
  ['in this process', () => created()],
  ['over HTTP', connected],
])('eight worlds in parallel %s never see one another', async (_way, begin) => {
  const main = await begin()
  const names = Array.from({ length: 8 }, (_, index) => `w${index}`)
  const worlds = await Promise.all(names.map((name) => main.world(name)))
  await Promise.all(
    worlds.map(async (world, index) => {
      if (index % 2 === 0) await world.faults.arm({ preset: 'notify lost all day' })
      for (let nth = 0; nth <= index; nth += 1) await pays(world, `parallel-${index}-${nth}`)
      await world.clock.advance(index * 60_000)
    }),
  )
  for (const [index, world] of worlds.entries()) {
    const trades = await world.trades()
    expect(trades).toHaveLength(index + 1)
    expect(trades.every((one) => one.out_trade_no.startsWith(`parallel-${index}-`))).toBe(true)
    const state = await world.state()
    expect(state.armed_faults).toHaveLength(index % 2 === 0 ? 1 : 0)
    // Over HTTP the real clock runs on between reading it and moving it.
    expect(Math.abs(state.offset_ms - index * 60_000)).toBeLessThan(30_000)
    expect(state.people[0]?.balance).toBe(100_000 - 100 * (index + 1))
    expect(await world.journal(0, 500)).toSatisfy((entries: { body: string }[]) =>
      entries.every(({ body }) => !body.includes('parallel-') || body.includes(`-${index}-`)),
    )
  }
  expect((await main.state()).counts.trades).toBe(0)
  await main.world('w1').then((world) => world.reset())
  expect((await worlds[2]?.trades())?.length).toBe(3)
})

it('signedNotification is one that verifies and opens with the keys that it gives', async () => {
  const made = await signedNotification({ content: { out_trade_no: 'unit-1' } })
  const { text, headers, keys } = made
  const message = `${headers['wechatpay-timestamp']}\n${headers['wechatpay-nonce']}\n${text}\n`
  const fits = (signature: string | undefined) =>
    verify(
      'sha256',
      Buffer.from(message),
      createPublicKey(keys.public_key),
      Buffer.from(signature ?? '', 'base64'),
    )
  expect(headers['wechatpay-serial']).toBe(keys.serial_no)
  expect(fits(headers['wechatpay-signature'])).toBe(true)
  const { ciphertext, nonce, associated_data: data } = JSON.parse(text).resource
  expect(JSON.parse(openResource(ciphertext, keys.apiv3_key, nonce, data))).toEqual(made.content)
  expect(made.content).toMatchObject({ out_trade_no: 'unit-1', trade_state: 'SUCCESS' })
})

it('signedNotification can take a world’s keys, and be wrong in a named way', async () => {
  const wechat = await created()
  const from = await wechat.snapshot()
  const { keys } = await signedNotification({ from })
  expect(keys).toEqual({
    serial_no: wechat.credentials.public_key_id,
    public_key: wechat.credentials.public_key,
    apiv3_key: wechat.credentials.apiv3_key,
  })
  const missing = await signedNotification({ fault: 'missing_signature' })
  expect(Object.keys(missing.headers).join()).not.toContain('wechatpay')
  const damaged = await signedNotification({ fault: 'damaged_ciphertext' })
  const { ciphertext, nonce, associated_data: data } = JSON.parse(damaged.text).resource
  expect(() => openResource(ciphertext, damaged.keys.apiv3_key, nonce, data)).toThrow()
  await expect(signedNotification({ apiv3_key: 'short' })).rejects.toThrow(/apiv3_key/)
})
