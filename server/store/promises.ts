import type { Instant } from '@minitill/protocol/model'
import { type PromiseId, type PromiseResult, promiseIds } from '../domain/live-promise.ts'
import type { PromiseReads, PromiseWrites } from '../ports/tables/promises.ts'
import type { Handle } from './index.ts'
import { billsAreWhole, dayIsPlaced, differencesEndByName } from './promises/bills.ts'
import { type Check, lookAt } from './promises/check.ts'
import { changesAreTold } from './promises/events.ts'
import { entriesAreSealed, entriesBalance, ledgerIsImplied } from './promises/ledger.ts'
import { oneTransaction, paidByEvidence, suspenseIsShown } from './promises/payments.ts'
import { externalIsBooked, refundedByEvidence, refundsFit } from './promises/refunds.ts'
import { shippingIsTold } from './promises/shipping.ts'
import type { LivePromiseTable } from './schema-ledger.ts'

const checks: Readonly<Record<PromiseId, readonly Check[]>> = {
  'I-9': paidByEvidence,
  'I-14': oneTransaction,
  'I-15': suspenseIsShown,
  'I-20': refundsFit,
  'I-22': refundedByEvidence,
  'I-25': externalIsBooked,
  'I-26': entriesBalance,
  'I-27': entriesAreSealed,
  'I-29': ledgerIsImplied,
  'I-30': changesAreTold,
  'I-32': dayIsPlaced,
  'I-33': billsAreWhole,
  'I-35': differencesEndByName,
  'I-36': shippingIsTold,
}

/** The live promises: their statements, and what they found last. */
export function promises(db: Handle): PromiseReads & PromiseWrites {
  return {
    checksOf: (id) => checks[id].length,
    look: async (id, index, after, limit) => {
      const check = checks[id][index]
      if (check === undefined) throw new RangeError(`promise ${id} has no check ${index}`)
      return await lookAt(db, check, after, limit)
    },
    results: async () => {
      const rows = await db.selectFrom('live_promise').selectAll().orderBy('id').execute()
      const found = new Map(rows.map((row) => [row.id, row]))
      // In the order of the page; one that a newer or older version knows alone is left out.
      return promiseIds.flatMap((id) => {
        const row = found.get(id)
        return row ? [resultOf(id, row)] : []
      })
    },
    result: async (id) => {
      const query = db.selectFrom('live_promise').selectAll().where('id', '=', id)
      const row = await query.executeTakeFirst()
      return row ? resultOf(id, row) : null
    },
    keep: async (result, loadedAtMs) => await keep(db, result, loadedAtMs),
  }
}

async function keep(
  db: Handle,
  result: PromiseResult,
  loadedAtMs: Instant | null,
): Promise<boolean> {
  const values = {
    checked_at_ms: result.checkedAtMs,
    took_ms: result.tookMs,
    rows_checked: result.rowsChecked,
    pass: JSON.stringify(result.pass),
    broken: JSON.stringify(result.broken),
    broken_count: result.brokenCount,
    broken_since_ms: result.brokenSinceMs,
    whole_at_ms: result.wholeAtMs,
  }
  if (loadedAtMs === null) {
    const insert = db.insertInto('live_promise').values({ id: result.id, ...values })
    const made = await insert.onConflict((c) => c.doNothing()).executeTakeFirst()
    return made.numInsertedOrUpdatedRows === 1n
  }
  const update = db.updateTable('live_promise').set(values).where('id', '=', result.id)
  const changed = await update.where('checked_at_ms', '=', loadedAtMs).executeTakeFirst()
  return changed.numUpdatedRows === 1n
}

function resultOf(id: PromiseId, row: LivePromiseTable): PromiseResult {
  return {
    id,
    checkedAtMs: row.checked_at_ms,
    tookMs: row.took_ms,
    rowsChecked: row.rows_checked,
    pass: row.pass as PromiseResult['pass'],
    broken: row.broken as PromiseResult['broken'],
    brokenCount: row.broken_count,
    brokenSinceMs: row.broken_since_ms,
    wholeAtMs: row.whole_at_ms,
  }
}
