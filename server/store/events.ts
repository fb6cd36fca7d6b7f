import type { EventWrites } from '../ports/tables/events.ts'
import type { Handle } from './index.ts'

/** Statements on event. */
export function events(db: Handle): EventWrites {
  return {
    record: async ({ id, type, subject, version, payload, createdAtMs }) => {
      await db
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
        .execute()
    },
  }
}
