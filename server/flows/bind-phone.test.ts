import { miniAdvice } from '@minitill/protocol/model'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { appid, otherAppid, type TestPorts, testPorts } from '../../tests/support/ports.ts'
import { person, phone, refusal, ScriptedMini, token } from '../../tests/support/scripted-mini.ts'
import { silence } from '../ports/index.ts'
import { bindPhone } from './bind-phone.ts'
import { logIn } from './log-in.ts'
import { type Caller, whoAmI } from './who-am-i.ts'

let ports: TestPorts
let caller: Caller
let count = 0

const newCode = () => {
  count += 1
  return `code-${count}`
}
const numberFromWechat = async () => phone('13800001234', appid, ports.clock.now())
const masked = async () => (await ports.store.read.accounts.byId(caller.account.id))?.phoneMasked

beforeAll(async () => {
  ports = await testPorts()
})
beforeEach(async () => {
  Object.assign(ports.wechatMini, new ScriptedMini())
  const code = newCode()
  ports.wechatMini.onCode = async () => person(`openid-${code}`)
  ports.wechatMini.onPhone = numberFromWechat
  const result = await logIn(ports, { code, appid: null, oldToken: null })
  if (result.kind !== 'logged_in') throw new Error(result.kind)
  const found = await whoAmI(ports, result.token)
  if (found === null) throw new Error('nobody')
  caller = found
  ports.wechatMini.asked.length = 0
  await ports.db.deleteFrom('access_token').execute()
})
afterAll(() => ports.close())

test('a phone code binds the number that WeChat gives, masked for display', async () => {
  expect(await bindPhone(ports, caller, newCode())).toEqual({
    kind: 'bound',
    masked: '138****1234',
  })
  expect(await masked()).toBe('138****1234')
})

test('a phone code that came before binds nothing, also 20 at once, and WeChat is asked once', async () => {
  const code = newCode()
  const sends = Array.from({ length: 20 }, () => bindPhone(ports, caller, code))
  const kinds = (await Promise.all(sends)).map(({ kind }) => kind).sort()
  expect(kinds).toEqual(['bound', ...Array(19).fill('code_used')])
  expect(ports.wechatMini.times('getuserphonenumber')).toBe(1)
})

test("another person's phone code is refused by WeChat and binds nothing", async () => {
  ports.wechatMini.onPhone = async () => refusal(40003)
  const advice = miniAdvice('phone', 40003)
  expect(await bindPhone(ports, caller, newCode())).toEqual({ kind: 'refused', advice })
  expect(await masked()).toBeNull()
})

test('a number made for another app, or long ago, binds nothing (A-7)', async () => {
  const now = ports.clock.now()
  ports.wechatMini.onPhone = async () => phone('13800001234', otherAppid, now)
  expect((await bindPhone(ports, caller, newCode())).kind).toBe('not_ours')
  ports.wechatMini.onPhone = async () => phone('13800001234', appid, now - 10 * 60_000)
  expect((await bindPhone(ports, caller, newCode())).kind).toBe('not_ours')
  expect(await masked()).toBeNull()
})

test.each([40001, 40014, 42001])(
  'a token rejected with %i is renewed once and the question repeated once',
  async (errcode) => {
    ports.wechatMini.onToken = async (force) => token(force ? 'token-2' : 'token-1')
    ports.wechatMini.onPhone = async (accessToken) =>
      accessToken === 'token-1' ? refusal(errcode) : await numberFromWechat()
    expect((await bindPhone(ports, caller, newCode())).kind).toBe('bound')
    expect(ports.wechatMini.asked).toEqual([
      'stable_token',
      'getuserphonenumber token-1',
      'stable_token',
      'stable_token forced',
      'getuserphonenumber token-2',
    ])
  },
)

test('a token that is rejected again is not renewed a second time', async () => {
  ports.wechatMini.onToken = async (force) => token(force ? 'token-2' : 'token-1')
  ports.wechatMini.onPhone = async () => refusal(40001)
  expect((await bindPhone(ports, caller, newCode())).kind).toBe('refused')
  expect(ports.wechatMini.times('getuserphonenumber')).toBe(2)
  expect(ports.wechatMini.times('stable_token forced')).toBe(1)
})

test('a wrong AppSecret is told to the operator as such, and the code is not burnt', async () => {
  ports.wechatMini.onToken = async () => refusal(40001)
  const code = newCode()
  const advice = miniAdvice('token', 40001)
  expect(await bindPhone(ports, caller, code)).toEqual({ kind: 'refused', advice })
  expect(ports.log.lines.at(-1)).toMatchObject({
    level: 'error',
    fields: { call: 'stable_token', errcode: 40001, remedy: 'the AppSecret is wrong' },
  })
  ports.wechatMini.onToken = async () => token('token-1')
  expect((await bindPhone(ports, caller, code)).kind).toBe('bound')
})

test('silence of WeChat burns the phone code and binds nothing', async () => {
  const code = newCode()
  ports.wechatMini.onPhone = async () => silence('timeout')
  expect((await bindPhone(ports, caller, code)).kind).toBe('silence')
  ports.wechatMini.onPhone = numberFromWechat
  expect((await bindPhone(ports, caller, code)).kind).toBe('code_used')
  expect(await masked()).toBeNull()
})
