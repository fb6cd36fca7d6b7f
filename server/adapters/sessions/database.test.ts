import { afterMs, instant, parseAppid } from '@minitill/protocol/model'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestPorts, testPorts } from '../../../tests/support/ports.ts'
import { beginSession } from '../../domain/session.ts'
import { databaseSessions, sessionsMost } from './database.ts'

let ports: TestPorts
let count = 0

beforeAll(async () => {
  ports = await testPorts()
})
afterAll(() => ports.close())

const login = () => {
  count += 1
  const given = {
    tokenHash: count.toString(16).padStart(64, '0'),
    accountId: 'account_1',
    appid: parseAppid('wx0000aaaaaaaaaaaa'),
    scope: 'person',
    generation: 0,
  } as const
  return beginSession(given, ports.policy, afterMs(instant(1_800_000_000_000), count))
}

test('logins beyond the limit end the oldest, also when many come at once', async () => {
  const [one, two] = [databaseSessions(ports.db), databaseSessions(ports.another('two').db)]
  for (let round = 0; round < 20; round += 1) {
    const logins = Array.from({ length: 60 }, login)
    await Promise.all(logins.map((session, index) => (index % 2 === 0 ? one : two).put(session)))
  }
  const last = login()
  await one.put(last)
  const rows = await ports.db
    .selectFrom('session')
    .select('created_at_ms')
    .orderBy('created_at_ms', 'desc')
    .execute()
  expect(rows).toHaveLength(sessionsMost)
  expect(rows[0]?.created_at_ms).toBe(last.createdAtMs)
  expect(await two.find(last.tokenHash)).toEqual(last)
})
