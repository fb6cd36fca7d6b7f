import { sql } from 'kysely'
import { KeyBusy } from '../ports/key-busy.ts'
import type {
  IdempotencyReads,
  IdempotencyWrites,
  StoredAnswer,
} from '../ports/tables/idempotency.ts'
import type { Handle } from './index.ts'

const dayMs = 24 * 60 * 60 * 1000
const lockNotAvailable = '55P03'

/** Statements on idempotency. */
export function idempotency(db: Handle): IdempotencyReads & IdempotencyWrites {
  const find = async (scope: string, key: string): Promise<StoredAnswer | null> => {
    const row = await db
      .selectFrom('idempotency')
      .select(['request_hash', 'status', 'body', 'created_at_ms'])
      .where('scope', '=', scope)
      .where('key', '=', key)
      .executeTakeFirst()
    if (!row || row.status === null || row.body === null) return null
    const { request_hash: requestHash, status, body, created_at_ms: createdAtMs } = row
    return { requestHash, status, body, createdAtMs }
  }
  return {
    find,
    claim: async ({ scope, key, requestHash, at, waitMs }) => {
      // The twin's row is not committed yet: the insert waits for it here, but not for ever.
      await sql`SELECT set_config('lock_timeout', ${`${waitMs}ms`}, true)`.execute(db)
      const claimed = await insertOrOutdate(db, { scope, key, requestHash, at }).catch(busy)
      await sql`SELECT set_config('lock_timeout', '0', true)`.execute(db)
      return claimed ? null : await find(scope, key)
    },
    keep: async (scope, key, status, body) => {
      const query = db.updateTable('idempotency').set({ status, body })
      await query.where('scope', '=', scope).where('key', '=', key).execute()
    },
    forget: async (olderThanMs) => {
      await db.deleteFrom('idempotency').where('created_at_ms', '<', olderThanMs).execute()
    },
  }
}

/** true when the key is ours now: new, or last used more than 24 h ago. */
async function insertOrOutdate(
  db: Handle,
  claim: { scope: string; key: string; requestHash: string; at: number },
): Promise<boolean> {
  const { scope, key, requestHash, at } = claim
  const result = await sql`
    INSERT INTO idempotency (scope, key, request_hash, status, body, created_at_ms)
    VALUES (${scope}, ${key}, ${requestHash}, NULL, NULL, ${at})
    ON CONFLICT (scope, key) DO UPDATE
      SET request_hash = excluded.request_hash, status = NULL, body = NULL,
          created_at_ms = excluded.created_at_ms
      WHERE idempotency.created_at_ms <= ${at - dayMs}`.execute(db)
  return result.numAffectedRows === 1n
}

function busy(error: unknown): never {
  if ((error as { code?: string }).code === lockNotAvailable) throw new KeyBusy()
  throw error
}
