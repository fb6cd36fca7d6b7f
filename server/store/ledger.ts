import { balances, type Entry, type LedgerAccount } from '../domain/ledger.ts'
import type { LedgerReads, LedgerWrites } from '../ports/tables/ledger.ts'
import type { Handle } from './index.ts'

/** Statements on entry and posting, which only ever grow. */
export function ledger(db: Handle): LedgerReads & LedgerWrites {
  return {
    ofSubject: async (subject) => {
      const entries = await db
        .selectFrom('entry')
        .selectAll()
        .where('subject', '=', subject)
        .orderBy('at_ms')
        .orderBy('id')
        .execute()
      const found: Entry[] = []
      for (const { id, transition, at_ms: atMs } of entries) {
        found.push({ id, subject, transition, atMs, postings: await postingsOf(db, id) })
      }
      return found
    },
    balances: async (at) =>
      await db
        .selectFrom('posting')
        .innerJoin('entry', 'entry.id', 'posting.entry_id')
        .where('entry.at_ms', '<=', at)
        .groupBy('posting.account')
        .orderBy('posting.account')
        .select((e) => [
          'posting.account',
          e.cast<number>(e.fn.sum('posting.amount_fen'), 'bigint').as('amountFen'),
        ])
        .execute(),
    append: async (entry) => {
      if (!balances(entry.postings)) throw new RangeError(`entry ${entry.subject} does not balance`)
      const { id, subject, transition, atMs } = entry
      const result = await db
        .insertInto('entry')
        .values({ id, subject, transition, at_ms: atMs })
        .onConflict((c) => c.columns(['subject', 'transition']).doNothing())
        .executeTakeFirst()
      if (result.numInsertedOrUpdatedRows !== 1n) return false
      const lines = entry.postings.map(({ account, amountFen }, index) => ({
        entry_id: id,
        line: index + 1,
        account,
        amount_fen: amountFen,
      }))
      await db.insertInto('posting').values(lines).execute()
      return true
    },
  }
}

async function postingsOf(db: Handle, entryId: string): Promise<Entry['postings']> {
  const query = db.selectFrom('posting').select(['account', 'amount_fen'])
  const rows = await query.where('entry_id', '=', entryId).orderBy('line').execute()
  return rows.map((row) => ({
    account: row.account as LedgerAccount,
    amountFen: row.amount_fen,
  }))
}
