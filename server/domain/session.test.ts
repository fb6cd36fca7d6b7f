import { afterMs, instant, parseAppid } from '@minitill/protocol/model'
import { expect, test } from 'vitest'
import { beginSession, isTouchDue, judgeSession, tokenBytes, tokenShape } from './session.ts'

const policy = { sessionTtlMs: 1000_000, sessionIdleMs: 100_000 }
const begin = instant(1_800_000_000_000)
const login = {
  tokenHash: 'a'.repeat(64),
  accountId: 'account_1',
  appid: parseAppid('wx0000aaaaaaaaaaaa'),
  scope: 'person',
  generation: 3,
} as const
const session = beginSession(login, policy, begin)
const active = { status: 'active', generation: 3 } as const
const judgeAt = (ms: number, seenMs = ms) =>
  judgeSession(
    { ...session, lastSeenAtMs: afterMs(begin, seenMs) },
    active,
    policy,
    afterMs(begin, ms),
  )

test('a session ends at its absolute limit to the millisecond, however much it is used', () => {
  expect(judgeAt(999_999)).toBeNull()
  expect(judgeAt(1_000_000)).toBe('expired')
})

test('a session that is not used ends at the idle limit to the millisecond', () => {
  expect(judgeAt(99_999, 0)).toBeNull()
  expect(judgeAt(100_000, 0)).toBe('idle')
})

test('a raised generation ends older sessions and a disabled account all of them', () => {
  const judge = (account: { status: 'active' | 'disabled'; generation: number }) =>
    judgeSession(session, account, policy, begin)
  expect(judge({ status: 'active', generation: 4 })).toBe('ended')
  expect(judge({ status: 'disabled', generation: 3 })).toBe('disabled')
  expect(judge(active)).toBeNull()
})

test('"last seen" is written often enough that a session in use never idles out', () => {
  for (const sessionIdleMs of [1000, 60_000, 7 * 86_400_000]) {
    const due = isTouchDue(session, { ...policy, sessionIdleMs }, afterMs(begin, sessionIdleMs - 1))
    expect([sessionIdleMs, due]).toEqual([sessionIdleMs, true])
  }
  expect(isTouchDue(session, policy, begin)).toBe(false)
})

test('a token has 256 bits of chance and a prefix that secret scanners find', () => {
  expect(tokenBytes * 8).toBe(256)
  const chance = Buffer.alloc(tokenBytes, 255).toString('base64url')
  expect(tokenShape.test(`mt_${chance}`)).toBe(true)
  expect(tokenShape.test(`mt_${chance.slice(1)}`)).toBe(false)
  expect(tokenShape.test(`mt_${chance}\n`)).toBe(false)
})
