import { parseAppid } from '@minitill/protocol/model'
import type {
  MessageReads,
  MessageWrites,
  PersonMessage,
  PushMessage,
} from '../ports/tables/messages.ts'
import type { Handle } from './index.ts'
import type { PersonMessageTable, PushMessageTable } from './schema-shipping.ts'

/** Statements on push_message and person_message. */
export function messages(db: Handle): MessageReads & MessageWrites {
  return { ...pushes(db), ...toPersons(db) }
}

function pushes(
  db: Handle,
): Pick<MessageReads, 'pushById'> & Pick<MessageWrites, 'insertPush' | 'finishPush'> {
  return {
    pushById: async (pushId) => {
      const query = db.selectFrom('push_message').selectAll().where('id', '=', pushId)
      const row = await query.executeTakeFirst()
      return row ? push(row) : null
    },
    insertPush: async (one) => {
      const result = await db
        .insertInto('push_message')
        .values({
          id: one.id,
          appid: one.appid,
          digest: one.digest,
          event: one.event,
          content: JSON.stringify(one.content),
          status: one.status,
          received_at_ms: one.receivedAtMs,
          handled_at_ms: one.handledAtMs,
        })
        .onConflict((c) => c.columns(['appid', 'digest']).doNothing())
        .executeTakeFirst()
      return result.numInsertedOrUpdatedRows === 1n
    },
    finishPush: async (pushId, at) => {
      await db
        .updateTable('push_message')
        .set({ status: 'applied', handled_at_ms: at })
        .where('id', '=', pushId)
        .where('status', '=', 'new')
        .execute()
    },
  }
}

function toPersons(
  db: Handle,
): Pick<MessageReads, 'messageById'> &
  Pick<MessageWrites, 'insertMessage' | 'countSend' | 'endMessage'> {
  return {
    messageById: async (messageId) => {
      const query = db.selectFrom('person_message').selectAll().where('id', '=', messageId)
      const row = await query.executeTakeFirst()
      return row ? message(row) : null
    },
    insertMessage: async (one) => {
      const result = await db
        .insertInto('person_message')
        .values({
          id: one.id,
          kind: one.kind,
          subject: one.subject,
          order_id: one.orderId,
          appid: one.appid,
          request_body: one.requestBody,
          status: one.status,
          sent_count: one.sentCount,
          errcode: one.errcode,
          created_at_ms: one.createdAtMs,
          ended_at_ms: one.endedAtMs,
        })
        .onConflict((c) => c.columns(['kind', 'subject']).doNothing())
        .executeTakeFirst()
      return result.numInsertedOrUpdatedRows === 1n
    },
    countSend: async (messageId) => {
      const result = await db
        .updateTable('person_message')
        .set((eb) => ({ sent_count: eb('sent_count', '+', 1) }))
        .where('id', '=', messageId)
        .where('status', '=', 'queued')
        .executeTakeFirst()
      return result.numUpdatedRows === 1n
    },
    endMessage: async (messageId, { status, errcode }, at) => {
      await db
        .updateTable('person_message')
        .set({ status, errcode, ended_at_ms: at })
        .where('id', '=', messageId)
        .where('status', '=', 'queued')
        .execute()
    },
  }
}

function push(row: PushMessageTable): PushMessage {
  return {
    id: row.id,
    appid: parseAppid(row.appid),
    digest: row.digest,
    event: row.event,
    content: row.content as PushMessage['content'],
    status: row.status,
    receivedAtMs: row.received_at_ms,
    handledAtMs: row.handled_at_ms,
  }
}

function message(row: PersonMessageTable): PersonMessage {
  return {
    id: row.id,
    kind: row.kind,
    subject: row.subject,
    orderId: row.order_id,
    appid: parseAppid(row.appid),
    requestBody: row.request_body,
    status: row.status,
    sentCount: row.sent_count,
    errcode: row.errcode,
    createdAtMs: row.created_at_ms,
    endedAtMs: row.ended_at_ms,
  }
}
