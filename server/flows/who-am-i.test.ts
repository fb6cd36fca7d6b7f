import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type TestPorts, testPorts } from '../../tests/support/ports.ts'
import { person } from '../../tests/support/scripted-mini.ts'
import { sha256Hex } from './hash.ts'
import { logIn } from './log-in.ts'
import { logOut, logOutEverywhere } from './log-out.ts'
import { type Caller, whoAmI } from './who-am-i.ts'

const minute = 60_000
const day = 86_400_000
let ports: TestPorts
let other: TestPorts
let token: string
let count = 0

async function freshLogin(): Promise<string> {
  count += 1
  const result = await logIn(ports, { code: `code-${count}`, appid: null, oldToken: null })
  if (result.kind !== 'logged_in') throw new Error(result.kind)
  return result.token
}

async function callerOf(given: string): Promise<Caller> {
  const caller = await whoAmI(other, given)
  if (caller === null) throw new Error('the token opens nothing')
  return caller
}

beforeAll(async () => {
  ports = await testPorts()
  other = ports.another('other')
})
beforeEach(async () => {
  ports.wechatMini.onCode = async () => person('openid-one')
  token = await freshLogin()
})
afterAll(() => ports.close())

test('logging out everywhere ends every session at once on another instance', async () => {
  const second = await freshLogin()
  const { account } = await callerOf(token)
  await logOutEverywhere(ports, account.id)
  expect(await whoAmI(other, token)).toBeNull()
  expect(await whoAmI(other, second)).toBeNull()
})

test('logging out everywhere needs no session store that finds all sessions', async () => {
  const { account } = await callerOf(token)
  const forgetful = { ...ports.sessions, removeAllOf: async () => {} }
  await logOutEverywhere({ ...ports, sessions: forgetful }, account.id)
  expect(await whoAmI(other, token)).toBeNull()
  expect(await whoAmI(other, await freshLogin())).not.toBeNull()
})

test('logging out here ends this session on another instance, and no other session', async () => {
  const second = await freshLogin()
  await logOut(ports, (await callerOf(token)).session)
  expect(await whoAmI(other, token)).toBeNull()
  expect(await whoAmI(other, second)).not.toBeNull()
})

test('a request that began before a log-out does not bring the session back', async () => {
  const { session } = await callerOf(token)
  ports.clock.advance(10 * minute)
  // The log-out runs between this request's look at the session and its note of "last seen".
  const store = ports.store
  const byId = async (accountId: string) => {
    await logOut(other, session)
    return await store.read.accounts.byId(accountId)
  }
  const read = { ...store.read, accounts: { ...store.read.accounts, byId } }
  await whoAmI({ ...ports, store: { ...store, read } }, token)
  expect(await whoAmI(other, token)).toBeNull()
})

test('a session that is not used for the idle limit is over, on every instance', async () => {
  ports.clock.advance(7 * day)
  expect(await whoAmI(other, token)).toBeNull()
})

test('a session in use lives to its absolute limit and not longer', async () => {
  for (let passed = 0; passed < 25; passed += 5) {
    ports.clock.advance(5 * day)
    await callerOf(token)
  }
  ports.clock.advance(5 * day - 1)
  await callerOf(token)
  ports.clock.advance(1)
  expect(await whoAmI(other, token)).toBeNull()
})

test('the hash that the database holds opens nothing, nor does any other shape (A-15)', async () => {
  const hash = sha256Hex(token)
  const wrong = [hash, `mt_${hash}`, `mt_${hash.slice(0, 43)}`, '', 'mt_', token.slice(3)]
  for (const given of [...wrong, `${token} `, token.toUpperCase()]) {
    expect(await whoAmI(ports, given)).toBeNull()
  }
})
