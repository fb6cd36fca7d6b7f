import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { readWorld, stepsOf } from './disk.ts'
import { drawOf } from './draw.ts'
import { actInCashier } from './phone/cashier.ts'
import { ensureSeedCredentials } from './seed.ts'
import { type Box, openBox, settled } from './testing/box.ts'

let box: Box
let folder: string

beforeAll(async () => {
  box = await openBox()
  folder = await mkdtemp(join(tmpdir(), 'minitill-world-'))
})

afterAll(() => rm(folder, { recursive: true, force: true }))

it('draws are keyed: leaving one out changes no other', () => {
  expect(drawOf('s', 'a', 3).hex(20)).toBe(drawOf('s', 'a', 3).hex(20))
  const others = [drawOf('s', 'a', 4), drawOf('s', 'b', 3), drawOf('t', 'a', 3)]
  expect(new Set(others.map((one) => one.hex(20))).size).toBe(3)
  expect(drawOf('s', 'a', 0).unit()).toBeLessThan(1)
})

it('a world is taken up again with orders, balances, clock and pending notifications', async () => {
  const own = join(folder, 'again')
  const first = await box.open(own)
  const { world } = first
  const { defaultAppid: appid, defaultPerson: person } = world.meta
  const body = JSON.stringify(box.merchant.order('world-0001', box.openid))
  const path = '/v3/pay/transactions/jsapi'
  const now = String(Math.floor(world.nowMs() / 1000))
  const signature = box.merchant.sign('POST', path, now, 'n', body)
  const { mchid, serial_no } = box.seed.credentials
  const authorization = `WECHATPAY2-SHA256-RSA2048 mchid="${mchid}",nonce_str="n",signature="${signature}",timestamp="${now}",serial_no="${serial_no}"`
  const request = { method: 'POST', url: path, headers: { authorization }, body: Buffer.from(body) }
  const { reply } = await first.answer(request)
  const { prepay_id } = JSON.parse(Buffer.from(reply.body).toString())
  const call = { appid, person, ...box.merchant.payment(prepay_id) }
  actInCashier(world, first.keys, call, 'pay', null)
  await first.commit()
  await first.clock.move((at) => at + 50)
  await first.stop()
  const second = await box.open(own)
  expect(second.world.dump()).toEqual(world.dump())
  expect(second.courier.pending).toBe(1)
  expect(second.world.nowMs()).toBe(world.nowMs())
  await second.stop()
})

it('a change is on the disk before its answer leaves', async () => {
  const own = join(folder, 'durable')
  const wechat = await box.open(own)
  wechat.world.put('burnt', 'x/y', 5)
  await wechat.commit()
  expect(await readFile(join(own, 'world.jsonl'), 'utf8')).toContain('["burnt","x/y",5]')
  await Promise.all(
    [1, 2, 3].map((nth) => {
      wechat.world.put('burnt', `x/${nth}`, nth)
      return wechat.commit()
    }),
  )
  expect((await readWorld(own)).filter(([table]) => table === 'burnt')).toHaveLength(4)
  await wechat.stop()
})

it('a torn last line is left out, a damaged line inside is refused', async () => {
  const lines = '[["burnt","a",1]]\n[["burnt","b",2]]\n[["burnt","c'
  expect(stepsOf(lines)).toEqual([
    ['burnt', 'a', 1],
    ['burnt', 'b', 2],
  ])
  expect(() => stepsOf('[["burnt","a"\n[["burnt","b",2]]\n')).toThrow(/line 1/)
  const own = join(folder, 'torn')
  const wechat = await box.open(own)
  await wechat.stop()
  const file = join(own, 'world.jsonl')
  await writeFile(file, `${await readFile(file, 'utf8')}[["burnt","torn"`)
  const again = await box.open(own)
  expect(again.world.get('burnt', 'torn')).toBeUndefined()
  await again.stop()
})

it('seeded credentials are made once, marked, and private to their owner', async () => {
  const own = join(folder, 'credentials')
  const [first, twin] = await Promise.all([ensureSeedCredentials(own), ensureSeedCredentials(own)])
  expect(twin).toEqual(first)
  expect(await ensureSeedCredentials(own)).toEqual(first)
  expect(first.mchid).toMatch(/^19999\d{5}$/)
  expect(first.appid).toMatch(/^wx0000[0-9a-f]{12}$/)
  expect(first.apiv3_key).toMatch(/^MinitillSimulator[0-9A-Za-z]{15}$/)
  expect(first.public_key_id).toMatch(/^PUB_KEY_ID_0000000000\d+$/)
  expect(first.message_aes_key).toMatch(/^[0-9A-Za-z]{43}$/)
  expect((await stat(join(own, 'credentials.json'))).mode & 0o777).toBe(0o600)
})

it('the clock only goes forward and walks in turn', async () => {
  const wechat = await box.open(null)
  const before = wechat.world.nowMs()
  const moves = [1000, 2000, 3000].map((ms) => wechat.clock.move((now) => now + ms))
  await Promise.all(moves)
  expect(wechat.world.nowMs()).toBe(before + 6000)
  wechat.world.moveTo(before)
  expect(wechat.world.nowMs()).toBe(before + 6000)
  await wechat.reset()
  expect(wechat.world.nowMs()).toBe(before + 6000)
  await wechat.stop()
})

it('a follower takes each step before the move is answered; a dead one is not waited for long', async () => {
  const wechat = await box.open(null)
  const steps: number[] = []
  const leave = wechat.clock.follow(
    'server',
    ({ step }) => {
      steps.push(step)
      queueMicrotask(() => wechat.clock.acknowledge('server', step))
    },
    () => undefined,
  )
  await wechat.clock.move((now) => now + 1000)
  expect(steps).toEqual([0, 1])
  leave?.()
  wechat.clock.follow(
    'dead',
    () => undefined,
    () => undefined,
  )
  const moving = wechat.clock.move((now) => now + 1000)
  await settled()
  await box.passTime(2000)
  expect(await moving).toMatchObject({ delivered: 0, failed: 0 })
  await wechat.stop()
})
