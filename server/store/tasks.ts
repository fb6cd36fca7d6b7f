import { sql } from 'kysely'
import type { Task, TaskKind, TaskReads, TaskWrites } from '../ports/tables/tasks.ts'
import type { Handle } from './index.ts'
import type { TaskTable } from './schema.ts'

/** Statements on task. */
export function tasks(db: Handle): TaskReads & TaskWrites {
  return { ...reads(db), ...writes(db) }
}

function reads(db: Handle): TaskReads {
  return {
    byId: async (taskId) => {
      const query = db.selectFrom('task').selectAll().where('id', '=', taskId)
      const row = await query.executeTakeFirst()
      return row ? task(row) : null
    },
    idOf: async (kind, subject) => {
      const query = db.selectFrom('task').select('id').where('kind', '=', kind)
      return (await query.where('subject', '=', subject).executeTakeFirst())?.id ?? null
    },
    transactionsAbout: async (orderId) => {
      // Tasks are the exceptions, so that looking through those of a shop's life is quick enough.
      const found = await sql<{ transaction_id: string }>`
        SELECT DISTINCT detail->>'transaction_id' AS transaction_id FROM task
        WHERE detail->>'order_id' = ${orderId} AND detail->>'transaction_id' IS NOT NULL
        ORDER BY 1`.execute(db)
      return found.rows.map((row) => row.transaction_id)
    },
    page: async ({ status }, before, limit) => {
      let query = db.selectFrom('task').selectAll()
      if (status !== undefined) query = query.where('status', '=', status)
      if (before !== null) {
        const { createdAtMs, id } = before
        query = query.where(
          sql<boolean>`(created_at_ms, id) < (${createdAtMs}::bigint, ${id}::text)`,
        )
      }
      const page = query.orderBy('created_at_ms', 'desc').orderBy('id', 'desc').limit(limit)
      return (await page.execute()).map(task)
    },
  }
}

function writes(db: Handle): TaskWrites {
  return {
    resolve: async (taskId, resolution, at) => {
      const result = await db
        .updateTable('task')
        .set({ status: 'resolved', resolved_at_ms: at, resolution })
        .where('id', '=', taskId)
        .where('status', '=', 'open')
        .executeTakeFirst()
      return result.numUpdatedRows === 1n
    },
    resolveAbout: async ({ kinds, field, value }, resolution, at) => {
      await db
        .updateTable('task')
        .set({ status: 'resolved', resolved_at_ms: at, resolution })
        .where('status', '=', 'open')
        .where('kind', 'in', kinds)
        .where(sql<boolean>`detail->>${field}::text = ${value}::text`)
        .execute()
    },
    open: async (t) => {
      const result = await db
        .insertInto('task')
        .values({
          id: t.id,
          kind: t.kind,
          subject: t.subject,
          reason: t.reason,
          detail: JSON.stringify(t.detail),
          status: t.status,
          created_at_ms: t.createdAtMs,
          resolved_at_ms: t.resolvedAtMs,
          resolution: t.resolution,
        })
        .onConflict((c) => c.columns(['kind', 'subject']).doNothing())
        .executeTakeFirst()
      return result.numInsertedOrUpdatedRows === 1n
    },
  }
}

function task(row: TaskTable): Task {
  return {
    id: row.id,
    kind: row.kind as TaskKind,
    subject: row.subject,
    reason: row.reason,
    detail: row.detail as Task['detail'],
    status: row.status,
    createdAtMs: row.created_at_ms,
    resolvedAtMs: row.resolved_at_ms,
    resolution: row.resolution,
  }
}
