import { afterEach, beforeEach, expect, test } from 'vitest'
import { appid, type TestPorts, testPorts } from '../../tests/support/ports.ts'
import { refusal, token } from '../../tests/support/scripted-mini.ts'
import { aesSeal } from '../adapters/seal/index.ts'
import { silence } from '../ports/index.ts'
import { sharedToken } from './keep-token.ts'

let one: TestPorts
let two: TestPorts

beforeEach(async () => {
  one = await testPorts()
  two = one.another('two')
})
afterEach(() => one.close())

const asked = () => [...one.wechatMini.asked, ...two.wechatMini.asked]
/** WeChat gives the first token until it is forced, then the next. */
function scriptTokens(names: readonly string[]): void {
  let given = 0
  const onToken = async (force: boolean) => {
    if (force) given += 1
    return token(names[given] ?? 'no more tokens')
  }
  one.wechatMini.onToken = onToken
  two.wechatMini.onToken = onToken
}

test('50 parallel needs on two instances ask WeChat for one token', async () => {
  scriptTokens(['t1'])
  const needs = Array.from({ length: 50 }, (_, index) =>
    sharedToken(index % 2 === 0 ? one : two, appid),
  )
  const results = await Promise.all(needs)
  expect(new Set(results.map((result) => JSON.stringify(result))).size).toBe(1)
  expect(results[0]).toEqual({ kind: 'token', accessToken: 't1', version: 1 })
  expect(asked()).toEqual(['stable_token'])
})

test('a token is asked for anew when less than four minutes are left of it', async () => {
  scriptTokens(['t1'])
  await sharedToken(one, appid)
  one.clock.advance(7200_000 - 240_001)
  await sharedToken(two, appid)
  expect(asked()).toHaveLength(1)
  one.clock.advance(1)
  await sharedToken(two, appid)
  expect(asked()).toHaveLength(2)
})

test('a rejected token is forced once, however many saw the rejection at once', async () => {
  scriptTokens(['t1', 't2'])
  const first = await sharedToken(one, appid)
  if (first.kind !== 'token') throw new Error(first.kind)
  const needs = Array.from({ length: 20 }, (_, index) =>
    sharedToken(index % 2 === 0 ? one : two, appid, first.version),
  )
  for (const result of await Promise.all(needs)) expect(result).toMatchObject({ accessToken: 't2' })
  expect(asked().sort()).toEqual(['stable_token', 'stable_token', 'stable_token forced'])
})

test('a rejected token that somebody else renewed at WeChat is taken without force', async () => {
  const first = await sharedToken(one, appid)
  if (first.kind !== 'token') throw new Error(first.kind)
  one.wechatMini.onToken = async () => token('renewed elsewhere')
  const renewed = await sharedToken(one, appid, first.version)
  expect(renewed).toMatchObject({ accessToken: 'renewed elsewhere', version: 2 })
  expect(asked()).toEqual(['stable_token', 'stable_token'])
})

test('a lease whose holder died is taken over once it ran out, and not before', async () => {
  const reached = Promise.withResolvers<void>()
  one.wechatMini.onToken = () => {
    reached.resolve()
    return new Promise(() => {})
  }
  void sharedToken(one, appid)
  await reached.promise
  one.clock.sleeping = 'advances'
  expect((await sharedToken(two, appid)).kind).toBe('silence')
  expect(two.wechatMini.asked).toEqual([])
  expect(await sharedToken(two, appid)).toMatchObject({ kind: 'token', accessToken: 'token-1' })
  expect(two.wechatMini.asked).toEqual(['stable_token'])
})

test('a refusal or silence of WeChat frees the lease for the next', async () => {
  one.wechatMini.onToken = async () => silence('timeout')
  expect((await sharedToken(one, appid)).kind).toBe('silence')
  one.wechatMini.onToken = async () => refusal(40125)
  expect(await sharedToken(one, appid)).toEqual({ kind: 'refused', errcode: 40125 })
  expect((await sharedToken(two, appid)).kind).toBe('token')
})

test('a shared token sealed with a key that is gone is asked for anew', async () => {
  scriptTokens(['t1'])
  await sharedToken(one, appid)
  const rekeyed = { ...two, seal: aesSeal([Buffer.alloc(32, 9)]) }
  expect(await sharedToken(rekeyed, appid)).toMatchObject({ accessToken: 't1', version: 2 })
})
