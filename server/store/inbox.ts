import { parseMchid } from '@minitill/protocol/model'
import type { InboxMessage, InboxReads, InboxWrites } from '../ports/tables/inbox.ts'
import type { Handle } from './index.ts'
import type { InboxTable } from './schema.ts'

/** Statements on inbox. */
export function inbox(db: Handle): InboxReads & InboxWrites {
  const one = (id: string) => db.selectFrom('inbox').selectAll().where('id', '=', id)
  return {
    byId: async (inboxId) => {
      const row = await one(inboxId).executeTakeFirst()
      return row ? message(row) : null
    },
    lock: async (inboxId) => {
      const row = await one(inboxId).forUpdate().executeTakeFirst()
      return row ? message(row) : null
    },
    insert: async (m) => {
      const result = await db
        .insertInto('inbox')
        .values({
          id: m.id,
          mchid: m.mchid,
          notification_id: m.notificationId,
          event_type: m.eventType,
          original_type: m.originalType,
          plaintext: m.plaintext,
          status: m.status,
          received_at_ms: m.receivedAtMs,
          handled_at_ms: m.handledAtMs,
        })
        .onConflict((c) => c.columns(['mchid', 'notification_id']).doNothing())
        .executeTakeFirst()
      return result.numInsertedOrUpdatedRows === 1n
    },
    finish: async (inboxId, status, at) => {
      const query = db.updateTable('inbox').set({ status, handled_at_ms: at })
      await query.where('id', '=', inboxId).execute()
    },
  }
}

function message(row: InboxTable): InboxMessage {
  return {
    id: row.id,
    mchid: parseMchid(row.mchid),
    notificationId: row.notification_id,
    eventType: row.event_type,
    originalType: row.original_type,
    plaintext: row.plaintext,
    status: row.status,
    receivedAtMs: row.received_at_ms,
    handledAtMs: row.handled_at_ms,
  }
}
