// Logging in as a phone does it, over HTTP, against the real pair with two servers.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Pair, startPair } from '../support/pair.ts'
import { ask, phoneOf } from '../support/phone.ts'

const day = 86_400_000
let pair: Pair
let phone: ReturnType<typeof phoneOf>
const at = (path: string, index = 0) => `${(index === 0 ? pair.server : pair.other).url}${path}`
const whoAmI = (token: string, index = 0) => ask('GET', at('/v1/session', index), { token })

beforeAll(async () => {
  pair = await startPair(2)
  phone = phoneOf(pair)
})
afterAll(() => pair.stop())

test('a person logs in, is known on both servers, and logs out on both at once', async () => {
  const body = { code: await phone.loginCode({ person: await phone.person() }) }
  const login = await ask('POST', at('/v1/sessions'), { body })
  expect(login.status).toBe(201)
  expect(login.body).toEqual({
    token: expect.stringMatching(/^mt_[A-Za-z0-9_-]{43}$/),
    expires_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    account: { id: expect.stringMatching(/^acc_/), phone_masked: null },
    is_new_account: true,
  })
  const token = String(login.body['token'])
  for (const index of [0, 1]) {
    const me = await whoAmI(token, index)
    expect([me.status, me.body['account']]).toEqual([200, login.body['account']])
  }
  expect((await ask('DELETE', at('/v1/session', 1), { token })).status).toBe(204)
  for (const index of [0, 1]) expect((await whoAmI(token, index)).status).toBe(401)
})

test('the second login of a person finds the same account', async () => {
  const person = await phone.person()
  const logins = []
  for (const index of [0, 1]) {
    const body = { code: await phone.loginCode({ person }) }
    logins.push((await ask('POST', at('/v1/sessions', index), { body })).body)
  }
  expect(logins[1]?.['account']).toEqual(logins[0]?.['account'])
  expect(logins.map((login) => login['is_new_account'])).toEqual([true, false])
})

test('the number that the phone button gives is bound and shown masked, and no more', async () => {
  const person = await phone.person()
  const token = await phone.logIn({ person })
  const body = { code: await phone.phoneCode({ person }) }
  const bound = await ask('POST', at('/v1/session/phone'), { token, body })
  expect(bound.status).toBe(200)
  const account = bound.body['account'] as { phone_masked: string }
  expect(account.phone_masked).toMatch(/^1\d\d\*{4}\d{4}$/)
  expect((await whoAmI(token, 1)).body['account']).toEqual(account)
})

test("the app's token dies early and the phone number is bound all the same", async () => {
  const person = await phone.person()
  const token = await phone.logIn({ person })
  const fault = { point: 'mini.getuserphonenumber', kind: 'token_killed', next: true }
  expect((await phone.control('POST', '/_sim/faults', fault)).status).toBe(201)
  const body = { code: await phone.phoneCode({ person }) }
  expect((await ask('POST', at('/v1/session/phone'), { token, body })).status).toBe(200)
})

test('when WeChat does not answer, the phone gets a new code and is in', async () => {
  const person = await phone.person()
  const fault = { point: 'mini.code2session', kind: 'error_503_without_effect', next: true }
  await phone.control('POST', '/_sim/faults', fault)
  const code = await phone.loginCode({ person })
  const silent = await ask('POST', at('/v1/sessions'), { body: { code } })
  expect([silent.status, silent.body['code']]).toEqual([503, 'wechat_unavailable'])
  const again = await ask('POST', at('/v1/sessions'), { body: { code } })
  expect([again.status, again.body['code']]).toEqual([401, 'login_code_used'])
  await phone.logIn({ person })
})

test('a person is told in Chinese or English what went wrong', async () => {
  const headers = { 'accept-language': 'zh-CN' }
  const chinese = await ask('POST', at('/v1/sessions'), { body: { code: 'wrong' }, headers })
  expect(chinese.body['detail']).toBe('code 无效或已过期，请重新登录')
  const english = await ask('POST', at('/v1/sessions'), { body: { code: 'wrong2' } })
  expect(english.body['detail']).toMatch(/^The login code is not valid/)
})

test('a login that nobody uses for a week is over, on both servers', async () => {
  const token = await phone.logIn({ person: await phone.person() })
  expect((await whoAmI(token)).status).toBe(200)
  await phone.control('POST', '/_sim/clock', { advance_ms: 7 * day })
  for (const index of [0, 1]) expect((await whoAmI(token, index)).status).toBe(401)
})
