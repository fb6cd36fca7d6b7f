import { sql } from 'kysely'
import type { Entry } from '../domain/ledger.ts'
import type { Seal } from '../domain/seal.ts'
import { StaleVersion } from '../ports/stale-version.ts'
import type { SealedEntry, SealReads, SealWrites } from '../ports/tables/seals.ts'
import type { Handle } from './index.ts'
import { entriesById } from './ledger.ts'
import type { SealTable } from './schema-ledger.ts'

/** Statements on seal, seal_entry and unsealed_entry. */
export function seals(db: Handle): SealReads & SealWrites {
  return {
    head: async () => {
      const query = db.selectFrom('seal').selectAll().orderBy('seq', 'desc').limit(1)
      const row = await query.executeTakeFirst()
      return row ? sealOf(row) : null
    },
    bySeq: async (seq) => {
      const query = db.selectFrom('seal').selectAll().where('seq', '=', seq)
      const row = await query.executeTakeFirst()
      return row ? sealOf(row) : null
    },
    after: async (seq, limit) => {
      const query = db.selectFrom('seal').selectAll().where('seq', '>', seq)
      return (await query.orderBy('seq').limit(limit).execute()).map(sealOf)
    },
    before: async (seq, limit) => {
      let query = db.selectFrom('seal').selectAll()
      if (seq !== null) query = query.where('seq', '<', seq)
      return (await query.orderBy('seq', 'desc').limit(limit).execute()).map(sealOf)
    },
    entriesOf: async (seqs) => await entriesOf(db, seqs),
    strays: async (limit) => {
      const found = await sql<{ id: string }>`
        SELECT id FROM entry WHERE NOT EXISTS (SELECT FROM seal_entry WHERE entry_id = entry.id)
          AND NOT EXISTS (SELECT FROM unsealed_entry WHERE entry_id = entry.id)
        ORDER BY id LIMIT ${limit}`.execute(db)
      return found.rows.map(({ id }) => id)
    },
    take: async (limit) => await take(db, limit),
    add: async (seal, sealed) => await add(db, seal, sealed),
  }
}

async function entriesOf(
  db: Handle,
  seqs: readonly number[],
): Promise<ReadonlyMap<number, readonly SealedEntry[]>> {
  const covered = new Map<number, SealedEntry[]>()
  const query = db.selectFrom('seal_entry').selectAll()
  const rows = await query
    .where('seq', '=', sql<number>`ANY(${[...seqs]}::bigint[])`)
    .orderBy('seq')
    .orderBy('position')
    .execute()
  const found = await entriesById(
    db,
    rows.map((row) => row.entry_id),
  )
  const byId = new Map(found.map((entry) => [entry.id, entry]))
  for (const { seq, entry_id: entryId, digest } of rows) {
    const ofSeal = covered.get(seq) ?? []
    ofSeal.push({ entryId, digest, entry: byId.get(entryId) ?? null })
    covered.set(seq, ofSeal)
  }
  return covered
}

async function take(db: Handle, limit: number): Promise<readonly Entry[]> {
  const taken = await sql<{ entry_id: string }>`
    DELETE FROM unsealed_entry WHERE entry_id IN (
      SELECT entry_id FROM unsealed_entry ORDER BY entry_id LIMIT ${limit} FOR UPDATE SKIP LOCKED)
    RETURNING entry_id`.execute(db)
  return await entriesById(
    db,
    taken.rows.map((row) => row.entry_id),
  )
}

async function add(
  db: Handle,
  { seq, previousHash, hash, entries, sealedAtMs }: Seal,
  sealed: ReadonlyArray<{ entryId: string; digest: string }>,
): Promise<void> {
  const row = { seq, previous_hash: previousHash, hash, entries, sealed_at_ms: sealedAtMs }
  const insert = db.insertInto('seal').values(row)
  const result = await insert.onConflict((c) => c.doNothing()).executeTakeFirst()
  if (result.numInsertedOrUpdatedRows !== 1n) throw new StaleVersion('seal')
  const rows = sealed.map(({ entryId, digest }, index) => ({
    entry_id: entryId,
    seq,
    position: index + 1,
    digest,
  }))
  await db.insertInto('seal_entry').values(rows).execute()
}

function sealOf(row: SealTable): Seal {
  return {
    seq: row.seq,
    previousHash: row.previous_hash,
    hash: row.hash,
    entries: row.entries,
    sealedAtMs: row.sealed_at_ms,
  }
}
