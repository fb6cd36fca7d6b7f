import { sql } from 'kysely'
import type { Endpoint, EndpointReads, EndpointWrites } from '../ports/tables/endpoints.ts'
import type { Handle } from './index.ts'
import type { EndpointTable } from './schema-webhooks.ts'

/** Statements on webhook_endpoint. */
export function endpoints(db: Handle): EndpointReads & EndpointWrites {
  const one = (id: string) => db.selectFrom('webhook_endpoint').selectAll().where('id', '=', id)
  return {
    byId: async (id) => {
      const row = await one(id).executeTakeFirst()
      return row === undefined ? null : endpoint(row)
    },
    all: async () => {
      const all = db.selectFrom('webhook_endpoint').selectAll()
      const rows = await all.orderBy('created_at_ms').orderBy('id').execute()
      return rows.map(endpoint)
    },
    insert: async (e, most) => {
      // One adds at a time, so that the bound holds.
      await sql`LOCK TABLE webhook_endpoint IN SHARE ROW EXCLUSIVE MODE`.execute(db)
      const counted = await db
        .selectFrom('webhook_endpoint')
        .select((b) => b.fn.countAll<number>().as('count'))
        .where('status', '=', 'active')
        .executeTakeFirst()
      if (Number(counted?.count ?? 0) >= most) return false
      const row = {
        id: e.id,
        url: e.url,
        events: [...e.events],
        status: e.status,
        secret_sealed: Buffer.from(e.secretSealed),
        old_secret_sealed: null,
        old_secret_until_ms: null,
        created_at_ms: e.createdAtMs,
      }
      await db.insertInto('webhook_endpoint').values(row).execute()
      return true
    },
    lock: async (id) => {
      const row = await one(id).forUpdate().executeTakeFirst()
      return row === undefined ? null : endpoint(row)
    },
    replaceSecret: async (id, sealed, old) => {
      await db
        .updateTable('webhook_endpoint')
        .set({
          secret_sealed: Buffer.from(sealed),
          old_secret_sealed: old === null ? null : Buffer.from(old.sealed),
          old_secret_until_ms: old?.untilMs ?? null,
        })
        .where('id', '=', id)
        .execute()
    },
    disable: async (id) => {
      const change = db.updateTable('webhook_endpoint').set({ status: 'disabled' })
      await change.where('id', '=', id).execute()
    },
  }
}

function endpoint(row: EndpointTable): Endpoint {
  const { old_secret_sealed: sealed, old_secret_until_ms: untilMs } = row
  return {
    id: row.id,
    url: row.url,
    events: row.events,
    status: row.status,
    secretSealed: row.secret_sealed,
    old: sealed === null || untilMs === null ? null : { sealed, untilMs },
    createdAtMs: row.created_at_ms,
  }
}
