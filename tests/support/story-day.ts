// A day of the story shop that was compared with WeChat's bills, in which each kind of place has
// rows: matched, another system's, healed, explained and open. The bills are written by the simulator.
import { beijingDate, instant } from '@minitill/protocol/model'
import { closeDifference } from '../../server/flows/differences.ts'
import { reconcileDay } from '../../server/flows/reconcile-day.ts'
import { tradeBill } from '../../simulator/bills/trade-bill.ts'
import { backFen, feeFen, fileOf, fundsOf, move, refunded, totalFen, trade } from './bill-files.ts'
import { mchid } from './flow-ports.ts'
import type { PaidOrder, RefundBox } from './refund-box.ts'

const hour = 3_600_000

/** The day after the others' stories, judged on the day after it. */
export async function judgedDay(shop: RefundBox): Promise<void> {
  shop.advance(24 * hour)
  const date = beijingDate(instant(shop.now))
  const sold = await shop.paid()
  const refundId = await accepted(shop, sold)
  const missed = await shop.paid()
  const untold = await shop.order()
  const foreign = { no: 'X000000000001', transactionId: `4200${'8'.repeat(24)}` }
  const atMs = shop.now
  const { refund_id, out_refund_no } = await shop.refund(refundId)
  const back = { id: refund_id ?? '', no: out_refund_no }
  const entries = [sold, untold, foreign].map((one) => trade(one, atMs))
  const trades = tradeBill([...entries, refunded(sold, back, atMs)], 'ALL', 'payment')
  const moves = [sold, untold, foreign].flatMap((one) => [
    move(one, '交易', totalFen),
    move(one, '扣除交易手续费', -feeFen),
  ])
  const refund = { no: back.no, transactionId: back.id }
  const odd = { no: 'odd', transactionId: '30009' }
  const funds = fundsOf(atMs, [...moves, move(refund, '退款', -backFen), move(odd, '分账', -123)])
  shop.advance(24 * hour)
  shop.box.script.bill = [fileOf(trades), fileOf(funds)]
  const result = await reconcileDay(shop.box.ports, { mchid, date })
  if (result.kind !== 'reconciled') throw new Error(`no day: ${JSON.stringify(result)}`)
  const query = shop.box.db.selectFrom('difference').select('id').where('class', '=', 'paid_here')
  const { id } = await query.executeTakeFirstOrThrow()
  const closed = { id, by: '王会计', reason: `${missed.no} 已与微信支付核对` }
  await closeDifference(shop.box.ports, closed)
}

/** WeChat has the refund, and it has not arrived. */
async function accepted(shop: RefundBox, order: PaidOrder): Promise<string> {
  const id = await shop.wished(order, backFen)
  shop.box.script.refund = [await shop.says(id, order, 'PROCESSING')]
  await shop.step(id)
  return id
}
