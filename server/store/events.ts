import type { Instant } from '@minitill/protocol/model'
import { sql } from 'kysely'
import type {
  Delivery,
  EventReads,
  EventRecord,
  EventType,
  EventWrites,
} from '../ports/tables/events.ts'
import type { Handle } from './index.ts'
import type { EventTable } from './schema.ts'
import type { DeliveryTable } from './schema-webhooks.ts'

/** Statements on event and webhook_delivery. */
export function events(db: Handle): EventReads & EventWrites {
  return {
    ...reads(db),
    record: async (event) => {
      const { id, type, subject, version, payload, createdAtMs } = event
      const result = await db
        .insertInto('event')
        .values({
          id,
          type,
          subject,
          version,
          payload: JSON.stringify(payload),
          created_at_ms: createdAtMs,
        })
        .onConflict((c) => c.columns(['subject', 'version']).doNothing())
        .executeTakeFirst()
      return result.numInsertedOrUpdatedRows === 1n ? await fanOut(db, event, 0, createdAtMs) : []
    },
    sendAgain: async (event, at) => {
      const last = await db
        .selectFrom('webhook_delivery')
        .select((e) => e.fn.max('round').as('round'))
        .where('event_id', '=', event.id)
        .executeTakeFirst()
      return await fanOut(db, event, Number(last?.round ?? 0) + 1, at)
    },
    noteAttempt: async (id, attempts, { status, answer, endedAtMs }) => {
      const result = await db
        .updateTable('webhook_delivery')
        .set({ status, attempts: attempts + 1, last_answer: answer, ended_at_ms: endedAtMs })
        .where('id', '=', id)
        .where('status', '=', 'pending')
        .where('attempts', '=', attempts)
        .executeTakeFirst()
      return result.numUpdatedRows === 1n
    },
  }
}

/** One delivery for each active endpoint that wants the event. Its id is made of what it joins. */
async function fanOut(db: Handle, event: EventRecord, round: number, at: Instant) {
  const { rows } = await sql<{ id: string; endpoint_id: string }>`
    INSERT INTO webhook_delivery (id, event_id, endpoint_id, round, status, attempts, created_at_ms)
    SELECT ${event.id}::text || '-' || id || '-' || ${String(round)}::text, ${event.id}::text, id,
      ${round}::integer, 'pending', 0, ${at}::bigint
    FROM webhook_endpoint
    WHERE status = 'active' AND (events @> ARRAY[${event.type}::text] OR events @> ARRAY['*'])
    ORDER BY id
    ON CONFLICT (event_id, endpoint_id, round) DO NOTHING
    RETURNING id, endpoint_id`.execute(db)
  const made = rows.map(({ id, endpoint_id }) => ({ id, endpointId: endpoint_id }))
  return made.toSorted((a, b) => (a.id < b.id ? -1 : 1))
}

function reads(db: Handle): EventReads {
  return {
    byId: async (id) => {
      const row = await db.selectFrom('event').selectAll().where('id', '=', id).executeTakeFirst()
      return row === undefined ? null : event(row)
    },
    page: async ({ type, subject }, before, limit) => {
      let query = db.selectFrom('event').selectAll()
      if (type !== undefined) query = query.where('type', '=', type)
      if (subject !== undefined) query = query.where('subject', '=', subject)
      if (before !== null) {
        const { createdAtMs, id } = before
        query = query.where(
          sql<boolean>`(created_at_ms, id) < (${createdAtMs}::bigint, ${id}::text)`,
        )
      }
      const page = query.orderBy('created_at_ms', 'desc').orderBy('id', 'desc').limit(limit)
      return (await page.execute()).map(event)
    },
    deliveriesOf: async (eventIds) => {
      if (eventIds.length === 0) return []
      const rows = await db
        .selectFrom('webhook_delivery')
        .selectAll()
        .where('event_id', 'in', eventIds)
        .orderBy('event_id')
        .orderBy('round')
        .orderBy('endpoint_id')
        .execute()
      return rows.map(delivery)
    },
    delivery: async (id) => {
      const query = db.selectFrom('webhook_delivery').selectAll().where('id', '=', id)
      const row = await query.executeTakeFirst()
      return row === undefined ? null : delivery(row)
    },
  }
}

function event(row: EventTable): EventRecord {
  return {
    id: row.id,
    type: row.type as EventType,
    subject: row.subject,
    version: row.version,
    payload: row.payload as EventRecord['payload'],
    createdAtMs: row.created_at_ms,
  }
}

function delivery(row: DeliveryTable): Delivery {
  return {
    id: row.id,
    eventId: row.event_id,
    endpointId: row.endpoint_id,
    round: row.round,
    status: row.status,
    attempts: row.attempts,
    lastAnswer: row.last_answer,
    createdAtMs: row.created_at_ms,
    endedAtMs: row.ended_at_ms,
  }
}
