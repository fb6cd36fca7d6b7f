import { sql } from 'kysely'
import type { Difference } from '../domain/reconcile/difference.ts'
import type {
  DifferenceCount,
  DifferenceReads,
  DifferenceWrites,
} from '../ports/tables/differences.ts'
import type { Handle } from './index.ts'
import type { DifferenceTable } from './schema-bills.ts'

/** Statements on difference. */
export function differences(db: Handle): DifferenceReads & DifferenceWrites {
  return { ...reads(db), ...writes(db) }
}

function reads(db: Handle): DifferenceReads {
  const all = () => db.selectFrom('difference').selectAll()
  return {
    byId: async (id) => one(await all().where('id', '=', id).executeTakeFirst()),
    byKey: async (mchid, key) =>
      one(await all().where('mchid', '=', mchid).where('key', '=', key).executeTakeFirst()),
    page: async ({ status, date, mchid }, before, limit) => {
      let query = all()
      if (status !== undefined) query = query.where('status', '=', status)
      if (date !== undefined) query = query.where('date', '=', date)
      if (mchid !== undefined) query = query.where('mchid', '=', mchid)
      if (before !== null) {
        const { openedAtMs, id } = before
        query = query.where(sql<boolean>`(opened_at_ms, id) < (${openedAtMs}::bigint, ${id}::text)`)
      }
      const page = query.orderBy('opened_at_ms', 'desc').orderBy('id', 'desc').limit(limit)
      return (await page.execute()).map(difference)
    },
    countsOf: async (mchid, date) => {
      const { rows } = await sql<DifferenceCount>`
        SELECT class, status, count(*) AS count,
          coalesce(sum(abs(coalesce(there_fen, here_fen, 0))), 0)::bigint AS "amountFen"
        FROM difference WHERE mchid = ${mchid} AND date = ${date}
        GROUP BY class, status ORDER BY class, status`.execute(db)
      return rows
    },
    effectsUntil: async (mchid, date) => {
      const { rows } = await sql<{ fen: number }>`
        SELECT coalesce(sum(effect_fen), 0)::bigint AS fen FROM difference
        WHERE mchid = ${mchid} AND date <= ${date} AND status <> 'healed'
          AND NOT (class = 'balance' AND date = ${date})`.execute(db)
      return rows[0]?.fen ?? 0
    },
    openDays: async (mchid, from) => {
      const query = db.selectFrom('difference').select('date').distinct()
      const days = query.where('mchid', '=', mchid).where('date', '>=', from)
      return (await days.where('status', '=', 'open').orderBy('date').execute()).map(
        ({ date }) => date,
      )
    },
    openBalance: async (mchid, date) =>
      one(
        await all()
          .where('mchid', '=', mchid)
          .where('date', '=', date)
          .where('class', '=', 'balance')
          .where('status', '=', 'open')
          .executeTakeFirst(),
      ),
  }
}

function writes(db: Handle): DifferenceWrites {
  return {
    keep: async (d) => {
      const result = await db
        .insertInto('difference')
        .values(rowOf(d))
        .onConflict((c) =>
          c
            .columns(['mchid', 'key'])
            .doUpdateSet((e) => ({
              class: e.ref('excluded.class'),
              entry_id: e.ref('excluded.entry_id'),
              there_fen: e.ref('excluded.there_fen'),
              here_fen: e.ref('excluded.here_fen'),
              effect_fen: e.ref('excluded.effect_fen'),
              detail: e.ref('excluded.detail'),
              status: e.ref('excluded.status'),
              closed_at_ms: e.ref('excluded.closed_at_ms'),
              evidence: e.ref('excluded.evidence'),
            }))
            .where('difference.status', '=', 'open'),
        )
        .returningAll()
        .executeTakeFirst()
      const kept = result ? difference(result) : await reads(db).byKey(d.mchid as never, d.key)
      return { difference: kept ?? d, isNew: kept?.id === d.id }
    },
    heal: async (id, evidence, at) => {
      const result = await db
        .updateTable('difference')
        .set({ status: 'healed', evidence, closed_at_ms: at })
        .where('id', '=', id)
        .where('status', '=', 'open')
        .executeTakeFirst()
      return result.numUpdatedRows === 1n
    },
    healPartners: async (mchid, { entryIds, keys }, evidence, at) => {
      if (entryIds.length + keys.length === 0) return
      await sql`
        UPDATE difference SET status = 'healed', evidence = ${evidence}, closed_at_ms = ${at}
        WHERE mchid = ${mchid} AND status = 'open' AND key = ANY(${[
          ...entryIds.map((id) => `entry:${id}`),
          ...keys,
        ]}::text[])`.execute(db)
    },
    explain: async (id, by, reason, at) => {
      const result = await db
        .updateTable('difference')
        .set({ status: 'explained', closed_by: by, reason, closed_at_ms: at })
        .where('id', '=', id)
        .where('status', '=', 'open')
        .executeTakeFirst()
      return result.numUpdatedRows === 1n
    },
  }
}

function rowOf(d: Difference): DifferenceTable {
  return {
    id: d.id,
    mchid: d.mchid,
    date: d.date,
    class: d.class,
    key: d.key,
    entry_id: d.entryId,
    there_fen: d.thereFen,
    here_fen: d.hereFen,
    effect_fen: d.effectFen,
    detail: JSON.stringify(d.detail),
    status: d.status,
    opened_at_ms: d.openedAtMs,
    closed_at_ms: d.closedAtMs,
    evidence: d.evidence,
    closed_by: d.closedBy,
    reason: d.reason,
  }
}

const one = (row: DifferenceTable | undefined): Difference | null =>
  row === undefined ? null : difference(row)

function difference(row: DifferenceTable): Difference {
  return {
    id: row.id,
    mchid: row.mchid,
    date: row.date,
    class: row.class,
    key: row.key,
    entryId: row.entry_id,
    thereFen: row.there_fen,
    hereFen: row.here_fen,
    effectFen: row.effect_fen,
    detail: row.detail as Difference['detail'],
    status: row.status,
    openedAtMs: row.opened_at_ms,
    closedAtMs: row.closed_at_ms,
    evidence: row.evidence,
    closedBy: row.closed_by,
    reason: row.reason,
  }
}
