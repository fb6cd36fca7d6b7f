import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { appid, otherAppid, type TestPorts, testPorts } from '../../tests/support/ports.ts'
import { person, refusal, ScriptedMini } from '../../tests/support/scripted-mini.ts'
import { silence } from '../ports/index.ts'
import { logIn } from './log-in.ts'
import { whoAmI } from './who-am-i.ts'

let ports: TestPorts
let count = 0
const newCode = () => {
  count += 1
  return `code-${count}`
}
const given = (code: string, more: { appid?: string; oldToken?: string } = {}) => ({
  code,
  appid: null,
  oldToken: null,
  ...more,
})
const kinds = (results: readonly { kind: string }[]) => results.map(({ kind }) => kind).sort()

beforeAll(async () => {
  ports = await testPorts()
})
beforeEach(() => {
  Object.assign(ports.wechatMini, new ScriptedMini())
})
afterAll(() => ports.close())

async function rows(table: 'account' | 'session' | 'used_code'): Promise<number> {
  const counting = ports.db.fn.countAll<number>().as('count')
  const { count: found } = await ports.db
    .selectFrom(table)
    .select(counting)
    .executeTakeFirstOrThrow()
  return Number(found)
}

test('a login code gives a session that opens the account of its openid', async () => {
  const result = await logIn(ports, given(newCode()))
  if (result.kind !== 'logged_in') throw new Error(result.kind)
  const caller = await whoAmI(ports, result.token)
  expect(caller?.account.id).toBe(result.account.id)
  expect(result.isNew).toBe(true)
  expect(result.expiresAtMs).toBe(ports.clock.now() + ports.policy.sessionTtlMs)
})

test('a used login code gives no second session and WeChat is not asked again', async () => {
  const code = newCode()
  expect((await logIn(ports, given(code))).kind).toBe('logged_in')
  const sessions = await rows('session')
  expect((await logIn(ports, given(code))).kind).toBe('code_used')
  expect(await rows('session')).toBe(sessions)
  expect(ports.wechatMini.times('code2session')).toBe(1)
})

test('one code sent 20 times at once to two instances gives one session and asks WeChat once', async () => {
  const other = ports.another('other')
  const code = newCode()
  const sends = Array.from({ length: 20 }, (_, index) =>
    logIn(index % 2 === 0 ? ports : other, given(code)),
  )
  const results = kinds(await Promise.all(sends))
  expect(results).toEqual([...Array(19).fill('code_used'), 'logged_in'])
  expect(ports.wechatMini.times('code2session') + other.wechatMini.times('code2session')).toBe(1)
})

test('50 parallel first logins of one person make one account (A-16)', async () => {
  ports.wechatMini.onCode = async () => person('openid-of-one')
  const accounts = await rows('account')
  const results = await Promise.all(
    Array.from({ length: 50 }, () => logIn(ports, given(newCode()))),
  )
  expect(kinds(results)).toEqual(Array(50).fill('logged_in'))
  const made = results.filter((result) => result.kind === 'logged_in' && result.isNew)
  expect(made).toHaveLength(1)
  expect(await rows('account')).toBe(accounts + 1)
})

test('first logins at once make one account though only some answers tell the unionid', async () => {
  ports.wechatMini.onCode = async (code) =>
    person('openid-mixed', Number(code.slice(5)) % 2 === 0 ? 'union-mixed' : null)
  const accounts = await rows('account')
  const results = await Promise.all(
    Array.from({ length: 20 }, () => logIn(ports, given(newCode()))),
  )
  expect(kinds(results)).toEqual(Array(20).fill('logged_in'))
  expect(await rows('account')).toBe(accounts + 1)
})

test('one unionid leads to one account through two apps, also at once', async () => {
  ports.wechatMini.onCode = async (_code, app) => person(`openid-in-${app}`, 'union-of-two')
  const apps = Array.from({ length: 20 }, (_, index) => (index % 2 === 0 ? appid : otherAppid))
  const results = await Promise.all(
    apps.map((app) => logIn(ports, given(newCode(), { appid: app }))),
  )
  const ids = results.map((result) =>
    result.kind === 'logged_in' ? result.account.id : result.kind,
  )
  expect(new Set(ids).size).toBe(1)
})

test('a unionid that appears later leads the second app to the account of the first', async () => {
  ports.wechatMini.onCode = async () => person('openid-late')
  await logIn(ports, given(newCode()))
  ports.wechatMini.onCode = async () => person('openid-late', 'union-late')
  const first = await logIn(ports, given(newCode()))
  ports.wechatMini.onCode = async () => person('openid-late-2', 'union-late')
  const second = await logIn(ports, given(newCode(), { appid: otherAppid }))
  if (first.kind !== 'logged_in' || second.kind !== 'logged_in') throw new Error('not logged in')
  expect(second.account.id).toBe(first.account.id)
  expect(second.isNew).toBe(false)
})

const refusals = [
  [-1, 'wechat_unavailable', 'person'],
  [40029, 'login_code_invalid', 'person'],
  [41008, 'login_code_invalid', 'person'],
  [42003, 'login_code_invalid', 'person'],
  [40163, 'login_code_used', 'person'],
  [40226, 'login_blocked', 'person'],
  [45011, 'rate_limited', 'person'],
  [45009, 'rate_limited', 'retry'],
  [40001, 'wechat_unavailable', 'stop'],
  [40002, 'wechat_unavailable', 'stop'],
  [40013, 'wechat_unavailable', 'stop'],
  [40125, 'wechat_unavailable', 'stop'],
  [40164, 'wechat_unavailable', 'stop'],
  [50007, 'wechat_unavailable', 'stop'],
  [99999, 'wechat_unavailable', 'stop'],
] as const

test.each(refusals)(
  'errcode %i of code2Session is %s, and no account',
  async (errcode, code, to) => {
    ports.wechatMini.onCode = async () => refusal(errcode)
    const accounts = await rows('account')
    const result = await logIn(ports, given(newCode()))
    if (result.kind !== 'refused') throw new Error(result.kind)
    expect([result.advice.registryCode, result.advice.reaction]).toEqual([code, to])
    expect(await rows('account')).toBe(accounts)
    const told = ports.log.lines.filter(({ fields }) => fields['errcode'] === errcode)
    expect(told.map(({ level }) => level)).toEqual(to === 'stop' ? ['error'] : [])
  },
)

test('silence of WeChat burns the code and gives nothing', async () => {
  const code = newCode()
  ports.wechatMini.onCode = async () => silence('timeout')
  expect((await logIn(ports, given(code))).kind).toBe('silence')
  ports.wechatMini.onCode = async () => person('openid-after-silence')
  expect((await logIn(ports, given(code))).kind).toBe('code_used')
})

test('an app that is not ours is refused before its code is claimed', async () => {
  const codes = await rows('used_code')
  const result = await logIn(ports, given(newCode(), { appid: 'wx0000cccccccccccc' }))
  expect(result.kind).toBe('unknown_app')
  expect(await rows('used_code')).toBe(codes)
  expect(ports.wechatMini.asked).toEqual([])
})

test('a disabled account gets no session', async () => {
  ports.wechatMini.onCode = async () => person('openid-disabled')
  const first = await logIn(ports, given(newCode()))
  if (first.kind !== 'logged_in') throw new Error(first.kind)
  await ports.db
    .updateTable('account')
    .set({ status: 'disabled' })
    .where('id', '=', first.account.id)
    .execute()
  const sessions = await rows('session')
  expect((await logIn(ports, given(newCode()))).kind).toBe('disabled')
  expect(await rows('session')).toBe(sessions)
  expect(await whoAmI(ports, first.token)).toBeNull()
})

test('logging in with an old token ends that session and no other', async () => {
  ports.wechatMini.onCode = async () => person('openid-again')
  const [kept, old] = [await logIn(ports, given(newCode())), await logIn(ports, given(newCode()))]
  if (kept.kind !== 'logged_in' || old.kind !== 'logged_in') throw new Error('not logged in')
  const next = await logIn(ports, given(newCode(), { oldToken: old.token }))
  if (next.kind !== 'logged_in') throw new Error(next.kind)
  expect(await whoAmI(ports, old.token)).toBeNull()
  expect((await whoAmI(ports, next.token))?.account.id).toBe(next.account.id)
  expect((await whoAmI(ports, kept.token))?.account.id).toBe(kept.account.id)
})
