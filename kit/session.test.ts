import { expect, test } from 'vitest'
import { type Seen, settle, startPhone, withLogin } from './testing/phone.ts'

const gone = { status: 401, body: { code: 'unauthenticated', detail: 'unknown token' } }
const bearer = ({ header }: Seen) => header['Authorization']
const path = ({ method, path: at }: Seen) => `${method} ${at}`

test('two taps on login make one session', async () => {
  const phone = startPhone({ server: withLogin(() => gone) })
  await Promise.all([phone.till.login(), phone.till.login(), phone.till.login()])
  expect(phone.seen.map(path)).toEqual(['POST /v1/sessions'])
  expect(phone.loginCalls()).toBe(1)
})

test('a request without a token logs in silently first', async () => {
  const phone = startPhone({ server: withLogin(() => ({ status: 200, body: { ok: true } })) })
  await phone.till.request({ method: 'GET', path: '/v1/anything' })
  expect(phone.seen.map(path)).toEqual(['POST /v1/sessions', 'GET /v1/anything'])
  expect(bearer(phone.seen[1] as Seen)).toBe('Bearer token-of-code-1')
})

test('ten requests with a dead token cause one login, and each is repeated once', async () => {
  const phone = startPhone({
    server: withLogin((seen) =>
      bearer(seen) === 'Bearer token-of-code-1' ? gone : { status: 200, body: { ok: 1 } },
    ),
  })
  await phone.till.login()
  const calls = Array.from({ length: 10 }, (_, n) =>
    phone.till.request({ method: 'GET', path: `/v1/x${n}` }),
  )
  await Promise.all(calls)
  expect(phone.loginCalls()).toBe(2)
  expect(phone.seen).toHaveLength(1 + 10 + 1 + 10)
})

test('a token refused again right after the renewal ends in an error, not in a loop', async () => {
  const phone = startPhone({ server: withLogin(() => gone) })
  await phone.till.login()
  await expect(phone.till.order('ord_1')).rejects.toMatchObject({ code: 'unauthenticated' })
  expect(phone.loginCalls()).toBe(2)
  expect(phone.seen).toHaveLength(4)
})

test('a login whose answer was lost is repeated with a fresh code, three times at most', async () => {
  const phone = startPhone({ server: () => 'silence' })
  await expect(phone.till.login()).rejects.toMatchObject({ code: 'network_unavailable', status: 0 })
  expect(phone.seen.map(({ data }) => data)).toEqual([
    { code: 'code-1' },
    { code: 'code-2' },
    { code: 'code-3' },
  ])
})

test('a blocked login is not tried again', async () => {
  const phone = startPhone({ server: () => ({ status: 403, body: { code: 'login_blocked' } }) })
  await expect(phone.till.login()).rejects.toMatchObject({ code: 'login_blocked', status: 403 })
  expect(phone.loginCalls()).toBe(1)
})

test('a restart keeps the login, also with a clock that is years off', async () => {
  const server = withLogin(() => ({ status: 200, body: { ok: true } }))
  const before = startPhone({ server })
  await before.till.login()
  const after = startPhone({ server, storage: before.storage, options: { nowMs: () => 4e12 } })
  expect(after.till.account()).toEqual({ id: 'acc_1', phone_masked: null })
  await after.till.request({ method: 'GET', path: '/v1/x' })
  expect(after.loginCalls()).toBe(0)
})

test('a damaged note of the session means a new login, not a crash', async () => {
  const storage = new Map([['minitill:https://till.example:session', '{"token":7}']])
  const phone = startPhone({ storage, server: withLogin(() => ({ status: 200, body: {} })) })
  expect(phone.till.account()).toBeNull()
  await phone.till.request({ method: 'GET', path: '/v1/x' })
  expect(phone.loginCalls()).toBe(1)
})

test('whoever logged out stays logged out: no request logs in behind their back', async () => {
  const phone = startPhone({ server: withLogin(() => ({ status: 204 })) })
  await phone.till.login()
  await phone.till.logout()
  expect(phone.till.account()).toBeNull()
  await expect(phone.till.orders()).rejects.toMatchObject({ code: 'unauthenticated' })
  expect(phone.seen.map(path)).toEqual(['POST /v1/sessions', 'DELETE /v1/session'])
  await phone.till.login()
  expect(phone.till.account()).not.toBeNull()
})

test('logging out without network still makes this phone forget', async () => {
  const phone = startPhone({ server: withLogin(() => 'silence') })
  await phone.till.login()
  await phone.till.logout()
  expect([...phone.storage.values()].join()).not.toContain('token-of')
})

test('logging out everywhere fails aloud when the server was not told', async () => {
  const phone = startPhone({ server: withLogin(() => 'silence') })
  await phone.till.login()
  await expect(phone.till.logoutEverywhere()).rejects.toMatchObject({ status: 0 })
  expect(phone.till.account()).not.toBeNull()
})

test('the phone number is bound by the code of the button, and a refusal is told apart', async () => {
  const phone = startPhone({
    server: withLogin(({ data }) => ({
      status: 200,
      body: { account: { id: 'acc_1', phone_masked: '138****8000' }, data },
    })),
  })
  await expect(
    phone.till.bindPhone({ errMsg: 'getPhoneNumber:fail:user deny' }),
  ).rejects.toMatchObject({ code: 'phone_refused' })
  await expect(
    phone.till.bindPhone({ errMsg: 'getPhoneNumber:fail no permission', errno: 1400001 }),
  ).rejects.toMatchObject({ code: 'phone_unavailable' })
  expect(phone.seen).toHaveLength(0)
  const bound = await phone.till.bindPhone({ code: 'phone-code', errMsg: 'getPhoneNumber:ok' })
  expect(bound.phone_masked).toBe('138****8000')
  expect(phone.seen.at(-1)?.data).toEqual({ code: 'phone-code' })
  expect(phone.till.account()?.phone_masked).toBe('138****8000')
})

test('full storage does not stop the shop: the login lives on in memory', async () => {
  const phone = startPhone({ server: withLogin(() => ({ status: 200, body: { ok: true } })) })
  phone.fillStorage()
  await phone.till.login()
  await phone.till.request({ method: 'GET', path: '/v1/x' })
  await settle()
  expect(phone.loginCalls()).toBe(1)
  expect(phone.storage.size).toBe(0)
})
