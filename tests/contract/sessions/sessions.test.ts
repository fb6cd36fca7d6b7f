// One contract for every session store: what the flows rely on, whatever the operator chose.
import { afterMs, parseAppid } from '@minitill/protocol/model'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { beginSession } from '../../../server/domain/session.ts'
import type { SessionRecord, Sessions } from '../../../server/ports/index.ts'
import { ManualClock } from '../../support/clock.ts'
import { type Kind, kinds, muteServer, newHash, outcomeWithin, type Place } from './kinds.ts'

const day = 86_400_000
const policy = { sessionTtlMs: 30 * day, sessionIdleMs: 7 * day }
const isRequired = process.env['MINITILL_REQUIRE_ALL'] === '1'

for (const kind of kinds) {
  if (kind.missing === null) describe(`sessions in ${kind.name}`, () => contract(kind))
  else {
    test.skipIf(!isRequired)(`sessions in ${kind.name} (DID NOT RUN: ${kind.missing})`, () => {
      throw new Error(`required, but not there: ${kind.missing}`)
    })
  }
}

function contract(kind: Kind): void {
  const clock = new ManualClock(new Date(Date.now()).toISOString())
  let at: Place
  let one: Sessions
  let two: Sessions
  const login = (accountId = 'account_1', createdAtMs = clock.now()): SessionRecord => {
    const appid = parseAppid('wx0000aaaaaaaaaaaa')
    const given = {
      tokenHash: newHash(),
      accountId,
      appid,
      scope: 'person',
      generation: 2,
    } as const
    return beginSession(given, policy, createdAtMs)
  }
  beforeAll(async () => {
    at = await kind.prepare(clock)
    one = at.open()
    two = at.open()
  })
  afterAll(async () => {
    await one.close()
    await two.close()
    await at.remove()
  })
  records(
    () => ({ one, two }),
    () => login(),
  )
  outages(kind, () => at)
  test('a store that is there passes its check', async () => {
    await one.check()
  })
}

function records(
  handles: () => { one: Sessions; two: Sessions },
  login: () => SessionRecord,
): void {
  test('what one handle puts, another finds, field by field, its end in the value', async () => {
    const session = login()
    await handles().one.put(session)
    expect(await handles().two.find(session.tokenHash)).toEqual(session)
    expect(await handles().one.find(session.tokenHash)).toEqual(session)
  })
  test('what nobody put, or somebody removed, is not found by any handle', async () => {
    const { one, two } = handles()
    const session = login()
    expect(await one.find(session.tokenHash)).toBeNull()
    await one.put(session)
    await two.remove(session.tokenHash)
    expect(await one.find(session.tokenHash)).toBeNull()
    await one.remove(session.tokenHash)
  })
  test('"last seen" is told to every handle and moves nothing else', async () => {
    const { one, two } = handles()
    const session = login()
    await one.put(session)
    const seen = { ...session, lastSeenAtMs: afterMs(session.createdAtMs, 600_000) }
    await two.touch(seen)
    expect(await one.find(session.tokenHash)).toEqual(seen)
  })
  test('noting "last seen" does not bring a removed session back', async () => {
    const { one, two } = handles()
    const session = login()
    await one.put(session)
    await two.remove(session.tokenHash)
    await one.touch({ ...session, lastSeenAtMs: afterMs(session.createdAtMs, 600_000) })
    expect(await one.find(session.tokenHash)).toBeNull()
  })
  test('a session whose end has nearly come is kept all the same: the value decides', async () => {
    const session = login()
    const ending = { ...session, expiresAtMs: session.createdAtMs }
    await handles().one.put(ending)
    expect(await handles().two.find(session.tokenHash)).toEqual(ending)
  })
  test('100 sessions put at once are all found', async () => {
    const { one, two } = handles()
    const sessions = Array.from({ length: 100 }, (_, index) => ({
      ...login(),
      accountId: `account_${index}`,
    }))
    await Promise.all(sessions.map((session) => one.put(session)))
    const found = await Promise.all(sessions.map(({ tokenHash }) => two.find(tokenHash)))
    expect(found).toEqual(sessions)
  })
}

const withinMs = 5_000

/** Fails, and does so within five seconds, so that /readyz never hangs. */
async function failsSoon(acts: readonly (() => Promise<unknown>)[]): Promise<void> {
  for (const act of acts) {
    const begun = performance.now()
    const result = await outcomeWithin(withinMs + 1000, act)
    expect(result).toBe('failed')
    expect(performance.now() - begun).toBeLessThan(withinMs + 300)
  }
}

function outages(kind: Kind, at: () => Place): void {
  test('check and find fail within 5 s when the server is gone', async () => {
    const sessions = at().gone()
    const find = () => sessions.find(newHash())
    await failsSoon([() => sessions.check(), find])
    await sessions.close().catch(() => {})
  })
  if (kind.name === 'file') return
  test('check and find fail within 5 s when the server takes the connection and is mute', async () => {
    const { mute } = at()
    if (mute === null) throw new Error('no way to reach a mute server')
    const server = await muteServer()
    const sessions = mute(server.port)
    await failsSoon([() => sessions.check(), () => sessions.find(newHash())])
    await sessions.close().catch(() => {})
    await server.stop()
  })
}
