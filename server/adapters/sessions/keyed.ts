import type { Keyv } from 'keyv'
import type { Clock, SessionRecord, Sessions } from '../../ports/index.ts'
import { readRecord } from './record.ts'

/** Memcached takes more than 30 days for a date in 1970, so a session ends after 29 there. */
const longestTtlMs = 29 * 86_400_000

/**
 * Sessions in a store of keys and values (Redis, Memcached). Such a store cannot list the
 * sessions of a person, and need not: the account's generation in the database ends them.
 *
 * "Last seen" has a key of its own. Such a store has no "write if it is still there", so a request
 * that began before a log-out would otherwise write the whole session back.
 */
export function keyedSessions(keyv: Keyv, clock: Clock, close: () => Promise<void>): Sessions {
  const get = (key: string) => soon(keyv.get<unknown>(key))
  const set = (key: string, value: unknown, session: SessionRecord) => {
    // The store's own time to live is only a broom; expiresAtMs in the value decides.
    const leftMs = session.expiresAtMs - clock.now()
    return soon(keyv.set(key, value, Math.min(Math.max(1000, leftMs), longestTtlMs)))
  }
  return {
    async put(session) {
      const isKept = await set(session.tokenHash, session, session)
      // Some stores swallow a failed write (a full disk), so what was kept is looked at.
      if (!isKept || readRecord(await get(session.tokenHash)) === null) {
        throw new Error('the session store did not keep a session')
      }
    },
    async touch(session) {
      await set(seenKey(session.tokenHash), session.lastSeenAtMs, session)
    },
    async find(tokenHash) {
      // Not getMany: the Memcached store takes an error there for "not found".
      const [value, seen] = await Promise.all([get(tokenHash), get(seenKey(tokenHash))])
      return readRecord(value, seen)
    },
    async remove(tokenHash) {
      await soon(keyv.delete(tokenHash))
      await soon(keyv.delete(seenKey(tokenHash)))
    },
    async removeAllOf() {},
    async forgetEnded() {},
    async check() {
      const probe = '0'.repeat(64)
      await soon(keyv.set(probe, 'ready', 10_000))
      if ((await get(probe)) !== 'ready') throw new Error('the session store keeps nothing')
    },
    close,
  }
}

const answerWithinMs = 2500

/** A client that waits for its server to come back must not keep a request waiting. */
async function soon<T>(answer: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(
    () => late.reject(new Error('the session store did not answer in time')),
    answerWithinMs,
  )
  try {
    return await Promise.race([answer, late.promise])
  } finally {
    clearTimeout(timer)
  }
}

const seenKey = (tokenHash: string) => `${tokenHash}-seen`
