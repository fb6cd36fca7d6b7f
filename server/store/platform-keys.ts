import { parseSerialNo } from '@minitill/protocol/model'
import { sql } from 'kysely'
import type { PlatformKeys } from '../ports/tables/platform-keys.ts'
import type { Handle } from './index.ts'

/** Statements on platform_key and on the right to refresh it. */
export function platformKeys(db: Handle): PlatformKeys {
  return {
    ofMerchant: async (mchid) => {
      const rows = await db
        .selectFrom('platform_key')
        .select(['serial_no', 'public_key', 'effective_at_ms', 'expires_at_ms'])
        .where('mchid', '=', mchid)
        .orderBy('serial_no')
        .execute()
      return rows.map((row) => ({
        serialNo: parseSerialNo(row.serial_no),
        publicKey: row.public_key,
        effectiveAtMs: row.effective_at_ms,
        expiresAtMs: row.expires_at_ms,
      }))
    },
    keep: async (mchid, keys, at) => {
      if (keys.length === 0) return
      const rows = keys.map((key) => ({
        mchid,
        serial_no: key.serialNo,
        public_key: key.publicKey,
        effective_at_ms: key.effectiveAtMs,
        expires_at_ms: key.expiresAtMs,
        fetched_at_ms: at,
      }))
      await db
        .insertInto('platform_key')
        .values(rows)
        .onConflict((c) => c.columns(['mchid', 'serial_no']).doUpdateSet({ fetched_at_ms: at }))
        .execute()
    },
    claimRefresh: async (mchid, at, gapMs) => {
      const result = await sql`
        INSERT INTO platform_key_refresh (mchid, asked_at_ms) VALUES (${mchid}, ${at})
        ON CONFLICT (mchid) DO UPDATE SET asked_at_ms = excluded.asked_at_ms
        WHERE platform_key_refresh.asked_at_ms <= ${at - gapMs}`.execute(db)
      return result.numAffectedRows === 1n
    },
    releaseRefresh: async (mchid) => {
      await db.deleteFrom('platform_key_refresh').where('mchid', '=', mchid).execute()
    },
  }
}
