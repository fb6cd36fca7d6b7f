import type { Appid } from '@minitill/protocol/model'
import type { AccessTokenRow, TokenReads, TokenWrites } from '../ports/tables/tokens.ts'
import type { Handle } from './index.ts'
import type { AccessTokenTable } from './schema.ts'

const columns = ['appid', 'sealed', 'expires_at_ms', 'version', 'lease_until_ms'] as const

/** Statements on access_token: one row an app, shared by all processes. */
export function tokens(db: Handle): TokenReads & TokenWrites {
  return {
    async byAppid(appid) {
      const query = db.selectFrom('access_token').select(columns).where('appid', '=', appid)
      const row = await query.executeTakeFirst()
      return row === undefined ? null : toRow(row)
    },
    async takeLease(appid, at, untilMs) {
      await db
        .insertInto('access_token')
        .values({ appid, sealed: null, expires_at_ms: at, version: 0, lease_until_ms: at })
        .onConflict((conflict) => conflict.column('appid').doNothing())
        .execute()
      const row = await db
        .updateTable('access_token')
        .set({ lease_until_ms: untilMs })
        .where('appid', '=', appid)
        .where('lease_until_ms', '<=', at)
        .returning(columns)
        .executeTakeFirst()
      return row === undefined ? null : toRow(row)
    },
    async keep(appid, seenVersion, token) {
      const result = await db
        .updateTable('access_token')
        .set({
          sealed: Buffer.from(token.sealed),
          expires_at_ms: token.expiresAtMs,
          version: seenVersion + 1,
          lease_until_ms: 0 as AccessTokenTable['lease_until_ms'],
        })
        .where('appid', '=', appid)
        .where('version', '=', seenVersion)
        .executeTakeFirst()
      return result.numUpdatedRows === 1n
    },
    async releaseLease(appid, seenVersion) {
      await db
        .updateTable('access_token')
        .set({ lease_until_ms: 0 as AccessTokenTable['lease_until_ms'] })
        .where('appid', '=', appid)
        .where('version', '=', seenVersion)
        .execute()
    },
  }
}

function toRow(row: Pick<AccessTokenTable, (typeof columns)[number]>): AccessTokenRow {
  return {
    appid: row.appid as Appid,
    sealed: row.sealed,
    expiresAtMs: row.expires_at_ms,
    version: row.version,
    leaseUntilMs: row.lease_until_ms,
  }
}
