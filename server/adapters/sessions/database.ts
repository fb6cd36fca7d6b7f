import type { Appid } from '@minitill/protocol/model'
import { sql } from 'kysely'
import type { SessionRecord, Sessions } from '../../ports/index.ts'
import type { Database } from '../../store/database.ts'
import type { SessionTable } from '../../store/schema.ts'

const columns = [
  'token_hash',
  'account_id',
  'appid',
  'scope',
  'generation',
  'created_at_ms',
  'last_seen_at_ms',
  'expires_at_ms',
] as const

/** More devices than a person has; the oldest login ends when a further one begins. */
export const sessionsMost = 20

/** SESSION_STORE=database: the default, shared by all instances, nothing else to run. */
export function databaseSessions(db: Database): Sessions {
  return {
    async put(session) {
      const row = toRow(session)
      const { last_seen_at_ms } = row
      await db
        .insertInto('session')
        .values(row)
        .onConflict((conflict) => conflict.column('token_hash').doUpdateSet({ last_seen_at_ms }))
        .execute()
      await endOldest(db, session.accountId)
    },
    async touch({ tokenHash, lastSeenAtMs }) {
      await db
        .updateTable('session')
        .set({ last_seen_at_ms: lastSeenAtMs })
        .where('token_hash', '=', tokenHash)
        .where('last_seen_at_ms', '<', lastSeenAtMs)
        .execute()
    },
    async find(tokenHash) {
      const query = db.selectFrom('session').select(columns).where('token_hash', '=', tokenHash)
      const row = await query.executeTakeFirst()
      return row === undefined ? null : toSession(row)
    },
    async remove(tokenHash) {
      await db.deleteFrom('session').where('token_hash', '=', tokenHash).execute()
    },
    async removeAllOf(accountId) {
      await db.deleteFrom('session').where('account_id', '=', accountId).execute()
    },
    async forgetEnded(at) {
      await db.deleteFrom('session').where('expires_at_ms', '<=', at).execute()
    },
    async check() {
      await sql`SELECT 1 FROM session LIMIT 1`.execute(db)
    },
    async close() {},
  }
}

/**
 * Two logins of one person at once see the same oldest sessions: each takes those that the other
 * does not hold and waits for nobody, because two deletes that wait for each other are a deadlock.
 */
async function endOldest(db: Database, accountId: string): Promise<void> {
  const oldest = db
    .selectFrom('session')
    .select('token_hash')
    .where('account_id', '=', accountId)
    .orderBy('created_at_ms', 'desc')
    .orderBy('token_hash')
    .offset(sessionsMost)
  const free = db
    .selectFrom('session')
    .select('token_hash')
    .where('token_hash', 'in', oldest)
    .orderBy('token_hash')
    .forUpdate()
    .skipLocked()
  await db.deleteFrom('session').where('token_hash', 'in', free).execute()
}

function toRow(session: SessionRecord): SessionTable {
  return {
    token_hash: session.tokenHash,
    account_id: session.accountId,
    appid: session.appid,
    scope: session.scope,
    generation: session.generation,
    created_at_ms: session.createdAtMs,
    last_seen_at_ms: session.lastSeenAtMs,
    expires_at_ms: session.expiresAtMs,
  }
}

function toSession(row: SessionTable): SessionRecord {
  return {
    tokenHash: row.token_hash,
    accountId: row.account_id,
    appid: row.appid as Appid,
    scope: row.scope,
    generation: row.generation,
    createdAtMs: row.created_at_ms,
    lastSeenAtMs: row.last_seen_at_ms,
    expiresAtMs: row.expires_at_ms,
  }
}
