import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Http } from '../support/http.ts'
import { type Pair, startPair } from '../support/pair.ts'
import { Wechat } from '../support/wechat.ts'

// The app's access_token, shared by two servers: asked for once, renewed once.
let pair: Pair
let wechat: Wechat

beforeAll(async () => {
  pair = await startPair(2)
  wechat = new Wechat(pair)
})
afterAll(async () => {
  await pair.stop()
})

interface Phone {
  readonly person: string
  readonly token: string
}

async function arrive(): Promise<Phone> {
  const person = (await pair.simulator.post('/_sim/people', {})).json.id as string
  const { code } = (await pair.simulator.post('/_sim/login', { person })).json
  const session = await pair.server.post('/v1/sessions', { code })
  return { person, token: session.json.token }
}

/** Taps the phone button; answers the status and the number as it is shown. */
async function bind({ person, token }: Phone, at: Http = pair.server): Promise<[number, string]> {
  const { code } = (await pair.simulator.post('/_sim/phone-code', { person })).json
  const headers = { authorization: `Bearer ${token}` }
  const reply = await at.post('/v1/session/phone', { code }, headers)
  return [reply.status, reply.json.account?.phone_masked ?? reply.json.code]
}

const bound = [200, expect.stringMatching(/^1[0-9]{2}\*{4}[0-9]{4}$/)]
const refreshes = async () => (await wechat.seen('request', '/cgi-bin/stable_token')).length

/** Everybody taps at the same instant, every other one on the second server. */
async function bindAll(count: number): Promise<unknown[]> {
  const phones = await Promise.all(Array.from({ length: count }, arrive))
  return await Promise.all(
    phones.map((phone, index) => bind(phone, index % 2 === 0 ? pair.server : pair.other)),
  )
}

test('twenty phone bindings at once on two servers ask for one access_token', async () => {
  expect(await bindAll(20)).toEqual(Array.from({ length: 20 }, () => bound))
  expect(await refreshes()).toBe(1)
})

test.each([
  ['killed early (40001)', 'token_killed'],
  ['expired (42001)', 'token_expired'],
  ['malformed (40014)', 'token_malformed'],
])('a phone binding survives a token %s with exactly one refresh', async (_name, kind) => {
  const before = await refreshes()
  await wechat.arm({ point: 'mini.getuserphonenumber', kind, next: true })
  expect(await bind(await arrive())).toEqual(bound)
  expect(await refreshes()).toBe(before + 1)
  expect(await bind(await arrive(), pair.other)).toEqual(bound)
  expect(await refreshes()).toBe(before + 1)
})

test('a token killed while twenty people bind on two servers is renewed once', async () => {
  const before = await refreshes()
  await wechat.arm({ point: 'mini.getuserphonenumber', kind: 'token_killed', next: true })
  expect(await bindAll(20)).toEqual(Array.from({ length: 20 }, () => bound))
  expect(await refreshes()).toBe(before + 1)
})

test('a token near its end is renewed before anybody meets its end', async () => {
  expect(await bind(await arrive())).toEqual(bound)
  const before = await refreshes()
  await wechat.advance(117 * 60_000)
  const asked = (await wechat.seen('request', '/getuserphonenumber')).length
  expect(await bind(await arrive())).toEqual(bound)
  expect(await refreshes()).toBe(before + 1)
  expect((await wechat.seen('request', '/getuserphonenumber')).length).toBe(asked + 1)
})

test('WeChat that refuses every token is told to the person after one refresh, not a storm', async () => {
  const before = await refreshes()
  const fault = { point: 'mini.getuserphonenumber', kind: 'token_killed', probability: 1 }
  const [status, code] = await wechat.during(fault, async () => await bind(await arrive()))
  expect([status, code]).toEqual([503, 'wechat_unavailable'])
  expect(await refreshes()).toBe(before + 1)
  expect(await bind(await arrive())).toEqual(bound)
})
