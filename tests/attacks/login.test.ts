// A-1 … A-16: attacks on login and session, over HTTP, against the real pair with two servers.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openDatabase, openPool } from '../../server/store/database.ts'
import { dumpRows } from '../support/dump.ts'
import { type Pair, startPair } from '../support/pair.ts'
import { ask, phoneOf, type Reply } from '../support/phone.ts'
import { stolenTokens } from './guesses.ts'

let pair: Pair
let phone: ReturnType<typeof phoneOf>
let db: ReturnType<typeof openDatabase>
/** Every text that a server answered with. */
const told: string[] = []

const at = (path: string, index = 0) => `${(index === 0 ? pair.server : pair.other).url}${path}`
async function send(...given: Parameters<typeof ask>): Promise<Reply> {
  const reply = await ask(...given)
  told.push(reply.text, JSON.stringify([...reply.headers]))
  return reply
}
const logIn = (body: unknown, token?: string) =>
  send('POST', at('/v1/sessions'), token === undefined ? { body } : { body, token })
const whoAmI = (token: string, index = 0) => send('GET', at('/v1/session', index), { token })
const bind = (token: string, body: unknown) =>
  send('POST', at('/v1/session/phone'), { token, body })
const outcome = (reply: Reply) => [reply.status, reply.body['code']]

async function rows(table: 'account' | 'session'): Promise<number> {
  const counting = db.fn.countAll<number>().as('count')
  return Number((await db.selectFrom(table).select(counting).executeTakeFirstOrThrow()).count)
}

beforeAll(async () => {
  pair = await startPair(2)
  phone = phoneOf(pair)
  db = openDatabase(openPool({ url: pair.databaseUrl }, 4))
})
afterAll(async () => {
  await db.destroy()
  await pair.stop()
})

test('A-1 a used login code is 401 login_code_used, also in parallel, and WeChat is asked once', async () => {
  const before = await phone.asked('jscode2session')
  const code = await phone.loginCode()
  const first = await Promise.all(Array.from({ length: 5 }, () => logIn({ code })))
  expect(first.map(({ status }) => status).sort()).toEqual([201, 401, 401, 401, 401])
  expect(outcome(await logIn({ code }))).toEqual([401, 'login_code_used'])
  expect((await phone.asked('jscode2session')) - before).toBe(1)
})

test('A-3 openid, unionid or role in the body are unknown fields, and the code is not burnt', async () => {
  const code = await phone.loginCode()
  for (const field of ['openid', 'unionid', 'role', 'session_key', 'account_id']) {
    const reply = await logIn({ code, [field]: 'x' })
    expect(outcome(reply)).toEqual([400, 'invalid_request'])
    expect(reply.body['errors']).toEqual([{ field, message: expect.any(String) }])
  }
  expect((await logIn({ code })).status).toBe(201)
})

test("A-4 another app's code is 401 and makes no account", async () => {
  const appid = 'wx0000ffffffffffff'
  await phone.control('POST', '/_sim/apps', { appid, secret: 'f'.repeat(32) })
  const accounts = await rows('account')
  const person = await phone.person()
  const foreign = await phone.loginCode({ appid, person })
  expect(outcome(await logIn({ code: foreign }))).toEqual([401, 'login_code_invalid'])
  const unknown = await logIn({ code: await phone.loginCode({ appid, person }), appid })
  expect(outcome(unknown)).toEqual([400, 'invalid_request'])
  expect(await rows('account')).toBe(accounts)
})

test('A-6 encryptedData and iv, whatever is in them, are one identical 400', async () => {
  const token = await phone.logIn()
  const sealed = (await phone.control('POST', '/_sim/phone-code', {})).body
  const { encryptedData, iv } = sealed
  expect([typeof encryptedData, typeof iv]).toEqual(['string', 'string'])
  const flips = Array.from({ length: 32 }, (_, index) => flip(String(encryptedData), index))
  const bodies = flips.map((data) => ({ code: 'x', encryptedData: data, iv }))
  const replies = await Promise.all(bodies.map((body) => bind(token, body)))
  const texts = replies.map(({ text }) => text.replace(/"request_id":"[^"]+"/, ''))
  expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([400]))
  expect(new Set(texts).size).toBe(1)
})

function flip(text: string, index: number): string {
  const bytes = Buffer.from(text, 'base64')
  const place = index % Math.max(1, bytes.length)
  bytes[place] = (bytes[place] ?? 0) ^ 1
  return bytes.toString('base64')
}

test('A-8 a phone number as a plain field is 400 and binds nothing', async () => {
  const person = await phone.person()
  const token = await phone.logIn({ person })
  const code = await phone.phoneCode({ person })
  for (const field of ['phone', 'phone_number', 'purePhoneNumber', 'phoneNumber']) {
    const reply = await bind(token, { code, [field]: '13800000000' })
    expect(outcome(reply)).toEqual([400, 'invalid_request'])
  }
  const account = (await whoAmI(token)).body['account']
  expect(account).toMatchObject({ phone_masked: null })
})

test("A-9 a phone code replayed, or used in another person's session, binds nothing", async () => {
  const [owner, thief] = [await phone.person(), await phone.person()]
  const [ownToken, thiefToken] = [
    await phone.logIn({ person: owner }),
    await phone.logIn({ person: thief }),
  ]
  const stolen = await phone.phoneCode({ person: owner })
  expect(outcome(await bind(thiefToken, { code: stolen }))).toEqual([400, 'invalid_request'])
  const code = await phone.phoneCode({ person: owner })
  expect((await bind(ownToken, { code })).status).toBe(200)
  expect(outcome(await bind(ownToken, { code }))).toEqual([400, 'invalid_request'])
  expect(outcome(await bind(thiefToken, { code }))).toEqual([400, 'invalid_request'])
  const account = (await whoAmI(thiefToken)).body['account']
  expect(account).toMatchObject({ phone_masked: null })
})

test('A-10 guessed tokens are all 401, and a token has 256 bits that never repeat', async () => {
  const person = await phone.person()
  const tokens = await Promise.all(Array.from({ length: 20 }, () => phone.logIn({ person })))
  expect(new Set(tokens).size).toBe(20)
  for (const token of tokens) {
    expect(Buffer.from(token.slice(3), 'base64url')).toHaveLength(32)
  }
  const [known = ''] = tokens
  for (const guess of stolenTokens(known)) expect((await whoAmI(guess)).status).toBe(401)
})

test('A-11 a token in the query, a cookie or the body is 401', async () => {
  const token = await phone.logIn()
  const everywhere: Parameters<typeof ask>[] = [
    ['GET', at(`/v1/session?token=${token}&access_token=${token}`)],
    ['GET', at('/v1/session'), { headers: { cookie: `token=${token}; session=${token}` } }],
    ['GET', at('/v1/session'), { headers: { token, 'x-token': token } }],
    ['GET', at('/v1/session'), { headers: { authorization: token } }],
    ['GET', at('/v1/session'), { headers: { authorization: `Basic ${token}` } }],
    ['POST', at('/v1/session/phone'), { body: { code: 'x', token } }],
    ['DELETE', at('/v1/session'), { body: { token } }],
  ]
  for (const request of everywhere) {
    const reply = await send(...request)
    expect(outcome(reply)).toEqual([401, 'unauthenticated'])
    expect(reply.headers.get('www-authenticate')).toBe('Bearer error="invalid_token"')
  }
  expect((await whoAmI(token)).status).toBe(200)
})

test('A-12 revoked, expired, logged out everywhere or disabled is 401 at once on the other server', async () => {
  const person = await phone.person()
  const revoked = await phone.logIn({ person })
  expect((await whoAmI(revoked, 1)).status).toBe(200)
  await send('DELETE', at('/v1/session'), { token: revoked })
  expect((await whoAmI(revoked, 1)).status).toBe(401)
  const [one, two] = [await phone.logIn({ person }), await phone.logIn({ person })]
  expect((await send('DELETE', at('/v1/sessions'), { token: one })).status).toBe(204)
  for (const token of [one, two]) expect((await whoAmI(token, 1)).status).toBe(401)
  const expired = await phone.logIn({ person })
  await phone.control('POST', '/_sim/clock', { advance_ms: 30 * 86_400_000 })
  expect((await whoAmI(expired, 1)).status).toBe(401)
  const disabled = await phone.logIn({ person })
  const { id } = (await whoAmI(disabled)).body['account'] as { id: string }
  await db.updateTable('account').set({ status: 'disabled' }).where('id', '=', id).execute()
  expect((await whoAmI(disabled, 1)).status).toBe(401)
  const code = await phone.loginCode({ person })
  expect(outcome(await logIn({ code }))).toEqual([403, 'login_blocked'])
})

test('A-13 logging in while presenting an old token gives a new one, and the old one is dead', async () => {
  const person = await phone.person()
  const old = await phone.logIn({ person })
  const reply = await logIn({ code: await phone.loginCode({ person }) }, old)
  expect(reply.status).toBe(201)
  expect(reply.body['token']).not.toBe(old)
  expect((await whoAmI(old, 1)).status).toBe(401)
  expect((await whoAmI(String(reply.body['token']), 1)).status).toBe(200)
})

test('A-14 a mini program token is 401 on /admin, and the admin key is 401 on /v1', async () => {
  const token = await phone.logIn()
  const { paths } = (await send('GET', at('/openapi.json'))).body as { paths: object }
  const documented = Object.entries(paths).filter(([path]) => path.startsWith('/admin/'))
  for (const [path, methods] of documented) {
    for (const method of Object.keys(methods)) {
      const reply = await send(method.toUpperCase(), at(path.replaceAll(/[{}]/g, '')), { token })
      expect([path, method, reply.status]).toEqual([path, method, 401])
    }
  }
  // What is not there yet must not be open either.
  for (const path of ['/admin/v1/orders', '/admin/v1/products', '/admin/v1/tasks']) {
    expect([401, 404]).toContain((await send('GET', at(path), { token })).status)
  }
  expect((await whoAmI(pair.adminKey)).status).toBe(401)
  expect((await bind(pair.adminKey, { code: 'x' })).status).toBe(401)
})

test('A-15 the hash that the database holds is no token', async () => {
  const token = await phone.logIn()
  const { token_hash: hash } = await db
    .selectFrom('session')
    .select('token_hash')
    .orderBy('created_at_ms', 'desc')
    .limit(1)
    .executeTakeFirstOrThrow()
  for (const guess of [hash, `mt_${hash}`, `mt_${hash.slice(0, 43)}`]) {
    expect((await whoAmI(guess)).status).toBe(401)
  }
  expect((await whoAmI(token)).status).toBe(200)
})

test('A-16 50 parallel first logins of one person on two servers make one account', async () => {
  const person = await phone.person()
  const accounts = await rows('account')
  const codes = await Promise.all(Array.from({ length: 50 }, () => phone.loginCode({ person })))
  const replies = await Promise.all(
    codes.map((code, index) => send('POST', at('/v1/sessions', index % 2), { body: { code } })),
  )
  expect(replies.map(({ status }) => status)).toEqual(Array(50).fill(201))
  expect(replies.filter(({ body }) => body['is_new_account'])).toHaveLength(1)
  expect(await rows('account')).toBe(accounts + 1)
})

test('A-2 1000 random codes of one address are 401s, then 429, and WeChat is asked ≤ 130 times', async () => {
  const before = await phone.asked('jscode2session')
  const replies: Reply[] = []
  for (let wave = 0; wave < 5; wave += 1) {
    const guesses = Array.from({ length: 200 }, (_, index) => logIn({ code: `g${wave}-${index}` }))
    replies.push(...(await Promise.all(guesses)))
  }
  expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([401, 429]))
  const last = replies.at(-1)
  expect(last && outcome(last)).toEqual([429, 'rate_limited'])
  expect(Number(last?.headers.get('retry-after'))).toBeGreaterThan(0)
  expect((await phone.asked('jscode2session')) - before).toBeLessThanOrEqual(130)
})

/** The very values that the servers hold: WeChat gives the app's owner the same ones again. */
async function secretsOfWechat(): Promise<string[]> {
  const { appid, app_secret: secret, apiv3_key, private_key, message_aes_key } = pair.credentials
  const query = `appid=${appid}&secret=${secret}&grant_type=authorization_code`
  const person = await phone.person()
  // On the other server: the first one refuses this address since A-2.
  const own = await phone.logIn({ person }, pair.other.url)
  const body = { code: await phone.phoneCode({ person }) }
  const bound = await send('POST', at('/v1/session/phone', 1), { token: own, body })
  expect(bound.status).toBe(200)
  const code = await phone.loginCode({ person })
  const session = await phone.control('GET', `/sns/jscode2session?${query}&js_code=${code}`)
  const wish = { grant_type: 'client_credential', appid, secret }
  const token = await phone.control('POST', '/cgi-bin/stable_token', wish)
  const [sessionKey, accessToken] = [session.body['session_key'], token.body['access_token']]
  if (typeof sessionKey !== 'string' || typeof accessToken !== 'string') throw new Error('none')
  const pem = private_key.split('\n')[3] ?? ''
  return [secret, apiv3_key, message_aes_key, pem, sessionKey, accessToken]
}

test('A-5 no answer, log line, row or page holds a session_key, secret or access token', async () => {
  for (const page of ['/openapi.json', '/docs', '/healthz', '/readyz', '/metrics', '/']) {
    await send('GET', at(page))
  }
  const secrets = await secretsOfWechat()
  const answers = told.join('\n')
  const lines = JSON.stringify(pair.log.lines)
  const stored = await dumpRows(db)
  for (const text of [answers, lines, stored]) {
    for (const secret of secrets) expect(text.includes(secret)).toBe(false)
    expect(text).not.toMatch(/"session_key":|"access_token":/)
  }
  for (const token of answers.match(/mt_[A-Za-z0-9_-]{43}/g) ?? []) {
    expect(stored.includes(token)).toBe(false)
    expect(lines.includes(token)).toBe(false)
  }
})
