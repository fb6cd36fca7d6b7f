// Where a login's secrets are, and where they are not: every row and every line is searched.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { dumpRows } from '../../tests/support/dump.ts'
import { appid, type TestPorts, testPorts } from '../../tests/support/ports.ts'
import { canarySessionKey, person, phone, token } from '../../tests/support/scripted-mini.ts'
import { bindPhone } from './bind-phone.ts'
import { logIn } from './log-in.ts'
import { whoAmI } from './who-am-i.ts'

const accessToken = '77_CanaryAccessTokenOfTheApp'
const number = '13912345678'
let ports: TestPorts
let loggedIn: { token: string; told: string }

beforeAll(async () => {
  ports = await testPorts()
  ports.wechatMini.onCode = async () => person('openid-secret', 'unionid-secret')
  ports.wechatMini.onToken = async () => token(accessToken)
  ports.wechatMini.onPhone = async () => phone(number, appid, ports.clock.now())
  const result = await logIn(ports, { code: 'canary-code', appid: null, oldToken: null })
  if (result.kind !== 'logged_in') throw new Error(result.kind)
  const caller = await whoAmI(ports, result.token)
  if (caller === null) throw new Error('nobody')
  const bound = await bindPhone(ports, caller, 'canary-phone-code')
  const { token: own, ...rest } = result
  loggedIn = { token: own, told: JSON.stringify([rest, bound, caller]) }
})
afterAll(() => ports.close())

const secrets = () => [
  canarySessionKey,
  Buffer.from(canarySessionKey, 'base64').toString('latin1'),
  accessToken,
  number,
  'canary-code',
  'canary-phone-code',
  loggedIn.token,
  loggedIn.token.slice(3),
]

test('no row holds a session_key, a code, a token, an access_token or a phone number in clear', async () => {
  const rows = await dumpRows(ports.db)
  expect(rows).toContain('openid-secret')
  for (const secret of secrets()) expect(rows.includes(secret)).toBe(false)
})

test('no log line, counter or result of a flow tells a secret', () => {
  const told = JSON.stringify([ports.log.lines, ports.meter.counted]) + loggedIn.told
  for (const secret of secrets()) expect(told.includes(secret)).toBe(false)
})

test('session_key and phone number open with the key for their own row alone', async () => {
  const row = await ports.db
    .selectFrom('identity')
    .innerJoin('account', 'account.id', 'identity.account_id')
    .select(['session_key_sealed', 'phone_sealed', 'account_id'])
    .executeTakeFirstOrThrow()
  const { session_key_sealed: key, phone_sealed: sealedPhone, account_id: account } = row
  if (key === null || sealedPhone === null) throw new Error('nothing was sealed')
  expect(ports.seal.open('session_key', `${appid}/openid-secret`, key)).toBe(canarySessionKey)
  expect(ports.seal.open('phone', account, sealedPhone)).toBe(`+86 ${number}`)
  expect(() => ports.seal.open('session_key', `${appid}/other`, key)).toThrow()
  expect(() => ports.seal.open('phone', account, key)).toThrow()
})
