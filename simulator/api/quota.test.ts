import { beforeEach, expect, it } from 'vitest'
import type { Seed } from '../seed.ts'
import { type Box, openBox } from '../testing/box.ts'
import { type MiniServer, miniServer } from '../testing/mini.ts'

let box: Box
let seed: Seed | undefined
let mini: MiniServer
const DAY_MS = 24 * 60 * 60 * 1000

beforeEach(async () => {
  box = await openBox(seed)
  seed = box.seed
  mini = miniServer(box)
})

async function plain(): Promise<unknown> {
  const { appid, app_secret: secret } = box.seed.credentials
  const query = new URLSearchParams({ grant_type: 'client_credential', appid, secret })
  const { json } = await box.merchant.control('GET', `/cgi-bin/token?${query}`)
  return json['errcode'] ?? 0
}

async function stable(): Promise<unknown> {
  const { appid, app_secret: secret } = box.seed.credentials
  const body = { grant_type: 'client_credential', appid, secret }
  return (await box.merchant.control('POST', '/cgi-bin/stable_token', body)).json['errcode'] ?? 0
}

it('M13 a day’s calls of token are counted, until the day is over or the quota is cleared', async () => {
  box.set({ token_per_day: 2 })
  expect([await plain(), await plain(), await plain()]).toEqual([0, 0, 45009])
  const told = await mini.post('/cgi-bin/openapi/quota/get', { cgi_path: '/cgi-bin/token' })
  expect(told).toMatchObject({ errcode: 0, quota: { daily_limit: 2, used: 2, remain: 0 } })
  const { appid } = box.seed.credentials
  expect(await mini.post('/cgi-bin/clear_quota', { appid })).toMatchObject({ errcode: 0 })
  expect([await plain(), await plain(), await plain()]).toEqual([0, 0, 45009])
  await mini.walk(DAY_MS)
  expect(await plain()).toBe(0)
})

it('M14 stable_token: ten thousand a minute, half a million a day', async () => {
  const { world } = box.wechat
  const { appid } = box.seed.credentials
  const key = `${appid} /cgi-bin/stable_token`
  await stable()
  const used = world.must('quotas', key)
  world.put('quotas', key, { ...used, usedThisMinute: 9_999 })
  expect([await stable(), await stable()]).toEqual([0, 45011])
  await mini.walk(60_000)
  expect(await stable()).toBe(0)
  world.put('quotas', key, { ...world.must('quotas', key), usedToday: 499_999 })
  expect([await stable(), await stable()]).toEqual([0, 45009])
})

it('the quota is cleared ten times a month; other paths and apps are refused', async () => {
  const { appid, app_secret: appsecret } = box.seed.credentials
  const clear = async (body: object) => (await mini.post('/cgi-bin/clear_quota', body))['errcode']
  expect(await clear({ appid: 'wxother' })).toBe(40013)
  for (let nth = 0; nth < 9; nth += 1) expect(await clear({ appid })).toBe(0)
  const bySecret = (body: object) => mini.post('/cgi-bin/clear_quota/v2', body)
  expect(await bySecret({ appid, appsecret: 'x' })).toMatchObject({ errcode: 40125 })
  expect(await bySecret({ appid, appsecret })).toMatchObject({ errcode: 0 })
  expect(await clear({ appid })).toBe(48006)
  await mini.walk(31 * DAY_MS)
  expect(await clear({ appid })).toBe(0)
  const ask = (cgi_path: unknown) => mini.post('/cgi-bin/openapi/quota/get', { cgi_path })
  expect(await ask('/sns/jscode2session')).toMatchObject({ errcode: 76022 })
  expect(await ask('/cgi-bin/nothing')).toMatchObject({ errcode: 76021 })
  expect(await ask(5)).toMatchObject({ errcode: 47001 })
})

it('M20 what the administrator said about an address, told by stable_token', async () => {
  const seen: unknown[] = []
  for (const ip_whitelist of ['confirm', 'refused_day', 'refused_hour'] as const) {
    box.set({ ip_whitelist })
    seen.push(await stable(), await plain())
  }
  expect(seen).toEqual([89503, 40164, 89506, 40164, 89507, 40164])
})

it('a frozen secret and a forbidden account, on demand', async () => {
  const seen: unknown[] = []
  for (const kind of ['secret_frozen', 'token_forbidden', 'account_frozen']) {
    box.arm('mini.token', kind)
    seen.push(await plain())
  }
  box.arm('mini.stable_token', 'secret_frozen')
  seen.push(await stable())
  expect(seen).toEqual([40243, 50004, 50007, 40243])
})
