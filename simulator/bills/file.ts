// A bill's bytes from the world: the same day, merchant and form give the same bytes for ever.
import type { BillLink } from '../state.ts'
import type { World } from '../world.ts'
import { altered } from './alter.ts'
import { type BillDay, billDay } from './day.ts'
import { entriesOf, movementsOf } from './entries.ts'
import { fundBill, withFundTotals } from './fund-bill.ts'
import { type Sheet, sheetBytes } from './sheet.ts'
import { BILL_TYPES, tradeBill, withTradeTotals } from './trade-bill.ts'

export type BillOrder = Omit<BillLink, 'createdAtMs' | 'usedAtMs'>

function tradeSheet(world: World, order: BillOrder, day: BillDay): Sheet | null {
  const { mchid, frozenAtMs, form } = order
  const type = BILL_TYPES.find((known) => known === order.type) ?? 'ALL'
  return tradeBill(entriesOf(world, mchid, day, frozenAtMs), type, form.refundTime)
}

/** The uncompressed CSV of a bill; null when nothing happened on its day, or in that account. */
export function billBytes(world: World, order: BillOrder): Buffer | null {
  const day = billDay(order.date)
  if (day === null) return null
  if (order.kind === 'trade') {
    const sheet = tradeSheet(world, order, day)
    return sheet && sheetBytes(altered(sheet, order.alteration, withTradeTotals), order.form)
  }
  // All money of a simulated merchant is in its basic account.
  const sheet = order.type === 'BASIC' ? fundBill(movementsOf(world, order.mchid, day)) : null
  return sheet && sheetBytes(altered(sheet, order.alteration, withFundTotals), order.form)
}
