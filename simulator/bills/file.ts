// A bill's bytes from the world: the same day, merchant and form give the same bytes for ever, as
// nothing in here looks at what came after the bill was made.
import type { BillLink } from '../state.ts'
import type { World } from '../world.ts'
import { altered } from './alter.ts'
import { type BillDay, billDay } from './day.ts'
import { fundBill, withFundTotals } from './fund-bill.ts'
import { sheetBytes } from './sheet.ts'
import { type BillEntry, type BillType, tradeBill, withTradeTotals } from './trade-bill.ts'

export type BillOrder = Omit<BillLink, 'createdAtMs' | 'usedAtMs'>

/** R85: payments of the day, whenever they were ordered. */
function payments(world: World, mchid: string, day: BillDay): readonly BillEntry[] {
  return world.values('trades').flatMap((trade) => {
    const { payment } = trade
    if (payment === null || trade.mchid !== mchid) return []
    if (payment.paidAtMs < day.beginMs || payment.paidAtMs >= day.endMs) return []
    return [{ trade, payment, atMs: payment.paidAtMs, feeFen: 0, rate: '0.60%', refund: null }]
  })
}

/** The uncompressed CSV of a bill; null when nothing happened on its day. */
export function billBytes(world: World, order: BillOrder): Buffer | null {
  const day = billDay(order.date)
  if (day === null) return null
  const sheet =
    order.kind === 'trade'
      ? tradeBill(payments(world, order.mchid, day), order.type as BillType, order.form.refundTime)
      : fundBill([])
  if (sheet === null) return null
  const totalled = order.kind === 'trade' ? withTradeTotals : withFundTotals
  return sheetBytes(altered(sheet, order.alteration, totalled), order.form)
}
