import { beforeEach, expect, it } from 'vitest'
import { loginCode } from '../control/people.ts'
import { sessionHmac } from '../crypto/sign.ts'
import { checkSession, login, phoneCode, sessionOf } from '../phone/login.ts'
import type { Seed } from '../seed.ts'
import { type Box, openBox } from '../testing/box.ts'

let box: Box
let seed: Seed | undefined
let appid: string
let secret: string
let person: string
const MINUTE_MS = 60_000

beforeEach(async () => {
  box = await openBox(seed)
  seed = box.seed
  appid = seed.credentials.appid
  secret = seed.credentials.app_secret
  person = box.wechat.world.meta.defaultPerson
})

async function get(path: string, query: Readonly<Record<string, string>>) {
  const answer = await box.merchant.control('GET', `${path}?${new URLSearchParams(query)}`)
  expect(answer.status).toBe(200)
  return answer
}

function code(): string {
  const result = login(box.wechat.world, appid, person)
  return result.ok ? result.code : ''
}

async function exchange(js_code: string, more: Readonly<Record<string, string>> = {}) {
  const query = { appid, secret, js_code, grant_type: 'authorization_code', ...more }
  return (await get('/sns/jscode2session', query)).json
}

async function stable(more: Readonly<Record<string, unknown>> = {}) {
  const body = { grant_type: 'client_credential', appid, secret, ...more }
  return (await box.merchant.control('POST', '/cgi-bin/stable_token', body)).json
}

async function plain() {
  return (await get('/cgi-bin/token', { grant_type: 'client_credential', appid, secret })).json
}

async function tryToken(token: unknown): Promise<unknown> {
  const query = { access_token: String(token), openid: 'oNobody' }
  return (await get('/wxa/checksession', query)).json['errcode']
}

it('M1 a code lives 300 seconds and is 40029 afterwards', async () => {
  const [first, second] = [code(), code()]
  expect(first).toMatch(/^0[0-9A-Za-z]{31}$/)
  await box.passTime(5 * MINUTE_MS - 1)
  expect(await exchange(first)).toHaveProperty('openid', box.openid)
  await box.passTime(1)
  expect(await exchange(second)).toHaveProperty('errcode', 40029)
})

it('M2 M19 a code is exchanged once; the error tells its second in hex', async () => {
  const own = code()
  await exchange(own)
  const again = await exchange(own)
  expect(again['errcode']).toBe(40163)
  const seconds = Math.floor(box.wechat.world.nowMs() / 1000).toString(16)
  expect(again['errmsg']).toMatch(
    new RegExp(`^code been used, rid: ${seconds}-[0-9a-f]{8}-[0-9a-f]{8}$`),
  )
})

it('M3 each wrong parameter of code2Session has its errcode, and uses up no code', async () => {
  const { world } = box.wechat
  const other = { ...world.must('apps', appid), appid: 'wxother', secret: 'other' }
  world.put('apps', 'wxother', other)
  const own = code()
  const wrong: readonly (readonly [Record<string, string>, number])[] = [
    [{ appid: 'wxother', secret: 'other' }, 40029],
    [{ secret: 'wrong' }, 40125],
    [{ appid: 'wxnone' }, 40013],
    [{ grant_type: 'x' }, 40002],
    [{ appid: '' }, 41002],
    [{ secret: '' }, 41004],
    [{ js_code: '' }, 41008],
    [{ js_code: 'unknown' }, 40029],
  ]
  for (const [more, errcode] of wrong) expect(await exchange(own, more)).toMatchObject({ errcode })
  expect(await exchange(own)).toHaveProperty('session_key')
})

it('M4 the success has no errcode and says text/plain', async () => {
  const query = { appid, secret, js_code: code(), grant_type: 'authorization_code' }
  const answer = await get('/sns/jscode2session', query)
  expect(answer.headers.get('content-type')).toMatch(/^text\/plain/)
  expect(answer.json).not.toHaveProperty('errcode')
  expect(Buffer.from(String(answer.json['session_key']), 'base64')).toHaveLength(16)
  box.set({ login_errcode: true })
  expect(await exchange(code())).toMatchObject({ errcode: 0, errmsg: 'ok' })
})

it('M5 unionid comes only for a mini program of an open platform account', async () => {
  const { world } = box.wechat
  expect((await exchange(code()))['unionid']).toMatch(/^o[\w-]{27}$/)
  world.put('apps', appid, { ...world.must('apps', appid), openPlatform: false })
  expect(await exchange(code())).not.toHaveProperty('unionid')
})

it('M6 M7 soon after a login session_key stays, later it is replaced', async () => {
  const key = async () => (await exchange(code()))['session_key']
  const first = await key()
  await box.passTime(9 * MINUTE_MS)
  expect(await key()).toBe(first)
  await box.passTime(2 * MINUTE_MS)
  expect(await key()).not.toBe(first)
  expect(checkSession(box.wechat.world, appid, person)).toBe('checkSession:ok')
  await box.passTime(73 * 60 * MINUTE_MS)
  expect(checkSession(box.wechat.world, appid, person)).toContain('checkSession:fail')
})

it('M8 M9 M69 risky users, bursts and a busy WeChat have their errcodes', async () => {
  box.arm('mini.code2session', 'code_blocked')
  expect(await exchange(code())).toHaveProperty('errcode', 40226)
  box.arm('mini.code2session', 'busy')
  const kept = code()
  expect(await exchange(kept)).toHaveProperty('errcode', -1)
  box.set({ code2session_per_minute: 2 })
  await exchange(kept)
  await exchange(code())
  expect(await exchange(code())).toHaveProperty('errcode', 45011)
  await box.passTime(MINUTE_MS)
  expect(await exchange(code())).toHaveProperty('openid')
})

it('M10 by switch wx.login fails when it is called too often', () => {
  box.set({ login_per_second: 4 })
  const results = [1, 2, 3, 4, 5].map(() => login(box.wechat.world, appid, person))
  expect(results.map(({ ok }) => ok)).toEqual([true, true, true, true, false])
  expect(results[4]).toMatchObject({ errno: 1003 })
})

it('M11 checksession and resetusersessionkey are signed by the key as text', async () => {
  const { session_key: key, openid } = await exchange(code())
  const { access_token } = await stable()
  const call = async (path: string, signature: string, sig_method = 'hmac_sha256') => {
    const more = { openid: String(openid), signature, sig_method }
    return (await get(path, { access_token: String(access_token), ...more })).json
  }
  const right = sessionHmac(String(key), '')
  expect(await call('/wxa/checksession', right)).toEqual({ errcode: 0, errmsg: 'ok' })
  expect(await call('/wxa/checksession', right.toUpperCase())).toHaveProperty('errcode', 87009)
  expect(await call('/wxa/checksession', right, 'md5')).toHaveProperty('errcode', 87008)
  const before = sessionOf(box.wechat.world, appid, person)
  const reset = await call('/wxa/resetusersessionkey', right)
  expect(reset).toMatchObject({ errcode: 0, openid })
  const after = sessionOf(box.wechat.world, appid, person)
  expect(after?.sessionKey).toBe(reset['session_key'])
  expect(after?.expiresAtMs).toBe(before?.expiresAtMs)
  expect(await call('/wxa/checksession', right)).toHaveProperty('errcode', 87009)
  await box.passTime(73 * 60 * MINUTE_MS)
  const fresh = (await stable())['access_token']
  const dead = { access_token: String(fresh), openid: String(openid), signature: right }
  const late = await get('/wxa/checksession', { ...dead, sig_method: 'hmac_sha256' })
  expect(late.json['errcode']).toBe(87007)
})

it('M12 a login elsewhere rotates session_key unexpectedly, on demand', async () => {
  const first = (await exchange(code()))['session_key']
  box.arm('login', 'session_key_rotated')
  expect(loginCode(box.wechat, {}).status).toBe(200)
  expect((await exchange(code()))['session_key']).not.toBe(first)
})

it('M13 each call of token gives a new one; the old lives 300 seconds more', async () => {
  const first = (await plain())['access_token']
  expect(String(first).length).toBeGreaterThanOrEqual(100)
  const second = (await plain())['access_token']
  expect(second).not.toBe(first)
  await box.passTime(300_000 - 1)
  expect(await tryToken(first)).toBe(40003)
  await box.passTime(1)
  expect(await tryToken(first)).toBe(40001)
  expect(await tryToken(second)).toBe(40003)
})

it('M14 stable_token gives the same until 300 s before its end, then both work', async () => {
  const first = await stable()
  expect(first['expires_in']).toBe(7200)
  await box.passTime(6_800_000)
  expect(await stable()).toEqual({ access_token: first['access_token'], expires_in: 400 })
  await box.passTime(100_000)
  const second = await stable()
  expect(second['access_token']).not.toBe(first['access_token'])
  expect(await tryToken(first['access_token'])).toBe(40003)
  await box.passTime(300_000)
  expect(await tryToken(first['access_token'])).toBe(42001)
})

it('M15 force_refresh kills the old at once, 30 s apart and 20 a day', async () => {
  const first = (await stable())['access_token']
  expect(await stable({ force_refresh: true })).toHaveProperty('access_token')
  expect(await tryToken(first)).toBe(40001)
  expect(await stable({ force_refresh: true })).toHaveProperty('errcode', 45011)
  for (let nth = 2; nth <= 20; nth += 1) {
    await box.passTime(30_000)
    expect(await stable({ force_refresh: true })).toHaveProperty('access_token')
  }
  await box.passTime(30_000)
  expect(await stable({ force_refresh: true })).toHaveProperty('errcode', 45009)
})

it('M16 the two families of tokens do not touch each other', async () => {
  const first = (await stable())['access_token']
  await plain()
  await plain()
  await box.passTime(400_000)
  expect((await stable())['access_token']).toBe(first)
})

it('M17 M20 M21 wrong calls of the token interfaces, the address list, long tokens', async () => {
  expect((await get('/cgi-bin/stable_token', {})).json['errcode']).toBe(43002)
  expect(await stable({ appid: undefined })).toHaveProperty('errcode', 41002)
  expect(await stable({ secret: undefined })).toHaveProperty('errcode', 41004)
  expect(await stable({ secret: 'x' })).toHaveProperty('errcode', 40125)
  expect(await stable({ appid: 'wxnone' })).toHaveProperty('errcode', 40013)
  expect(await stable({ grant_type: 'x' })).toHaveProperty('errcode', 40002)
  expect(await stable({ force_refresh: 'yes' })).toHaveProperty('errcode', 47001)
  box.set({ ip_whitelist: 'refuse' })
  expect(await stable()).toHaveProperty('errcode', 40164)
  box.set({ token_length: 512 })
  expect(String((await stable())['access_token'])).toHaveLength(512)
})

it('M18 a token may be missing, malformed or killed early', async () => {
  expect(await tryToken('')).toBe(41001)
  expect(await tryToken('nonsense')).toBe(40014)
  const token = (await stable())['access_token']
  box.arm('mini.checksession', 'token_killed')
  expect(await tryToken(token)).toBe(40001)
  expect(await tryToken(token)).toBe(40001)
  expect((await stable())['access_token']).not.toBe(token)
})

it('M22 the phone code is of its own kind, once, five minutes, of one person', async () => {
  const { world } = box.wechat
  const { access_token } = await stable()
  const ask = async (body: unknown) => {
    const path = `/wxa/business/getuserphonenumber?access_token=${access_token}`
    return (await box.merchant.control('POST', path, body)).json
  }
  const fresh = () => phoneCode(world, appid, person).code
  const own = fresh()
  expect(own).toMatch(/^[0-9a-f]{64}$/)
  expect(await ask({ code: code() })).toHaveProperty('errcode', 40029)
  expect(await ask({ code: own, openid: 'oOther' })).toHaveProperty('errcode', 40003)
  const told = await ask({ code: own, openid: box.openid })
  expect(told).toMatchObject({
    errcode: 0,
    phone_info: { purePhoneNumber: '13800000001', countryCode: '86', watermark: { appid } },
  })
  expect(await ask({ code: own })).toHaveProperty('errcode', 40029)
  expect(await ask({ code: 5 })).toHaveProperty('errcode', 47001)
  const late = fresh()
  await box.passTime(5 * MINUTE_MS)
  expect(await ask({ code: late })).toHaveProperty('errcode', 40029)
})

it('M23 the person may refuse the phone number, in the words of each platform', () => {
  const seen = []
  for (const phone_button of ['deny_ios', 'deny_android', 'no_permission', 'no_quota'] as const) {
    box.set({ phone_button })
    const { errMsg, errno, code: given } = phoneCode(box.wechat.world, appid, person)
    expect(given).toBeUndefined()
    seen.push(errno ?? errMsg)
  }
  expect(seen).toEqual([
    'getPhoneNumber:fail user deny',
    'getPhoneNumber:fail:user deny',
    'getPhoneNumber:fail no permission',
    1_400_001,
  ])
})

it('an unknown path of api.weixin.qq.com is invalid url', async () => {
  expect((await get('/wxa/nothing', {})).json['errcode']).toBe(40066)
})
