// WeChat's truth beside ours: what must be so when nothing is under way any more.
import { standingQueues } from '../../server/ports/jobs.ts'
import type { Pair } from './pair.ts'

const unsettledSql = `
  SELECT 'order ' || id AS what FROM customer_order WHERE status = 'unpaid'
  UNION ALL SELECT 'payment ' || id FROM payment WHERE status NOT IN ('paid', 'closed')
  UNION ALL SELECT 'message ' || id FROM inbox WHERE status = 'new'
  UNION ALL SELECT 'refund ' || id FROM refund WHERE status NOT IN ('succeeded', 'closed')
  UNION ALL SELECT 'delivery ' || id FROM webhook_delivery WHERE status = 'pending'
  UNION ALL SELECT 'shipment ' || id FROM shipment WHERE status = 'queued'
  UNION ALL SELECT 'pushed message ' || id FROM push_message WHERE status = 'new'
  UNION ALL SELECT 'message to a person ' || id FROM person_message WHERE status = 'queued'
  UNION ALL SELECT 'job ' || name || ' ' || id FROM pgboss.job
    WHERE state < 'completed' AND name IN
      ('apply-notification', 'apply-push', 'ask-wechat', 'carry-refund', 'deliver-event',
        'end-suspense', 'send-message', 'upload-shipment')
  UNION ALL SELECT 'interrupted job ' || name || ' ' || id FROM pgboss.job
    WHERE state < 'completed' AND retry_count > 0 AND name IN
      (${standingQueues.map((queue) => `'${queue}'`).join()})
  ORDER BY 1`

/** What is still under way here, in words; empty when all is settled. */
export async function unsettled(pair: Pair): Promise<readonly string[]> {
  return (await pair.db.query(unsettledSql)).rows.map(({ what }) => what)
}

const brokenSql = `
  SELECT 'entry ' || entry_id || ' does not come to zero' AS what FROM posting
    GROUP BY entry_id HAVING sum(amount_fen) <> 0
  UNION ALL SELECT n || ' × ' || type || ' of ' || subject FROM
    (SELECT type, subject, count(*) AS n FROM event
      WHERE type IN ('order.created', 'order.paid', 'order.closed', 'refund.succeeded')
      GROUP BY 1, 2) e WHERE n > 1
  UNION ALL SELECT 'no order.paid of ' || id FROM customer_order o WHERE status = 'paid'
    AND NOT EXISTS (SELECT FROM event WHERE type = 'order.paid' AND subject = 'order:' || o.id)
  UNION ALL SELECT 'a parked job: ' || detail::text FROM task WHERE kind = 'job_parked'
  ORDER BY 1`

const paymentsSql = `
  SELECT p.out_trade_no AS no, p.amount_fen AS fen, p.status,
    coalesce((SELECT sum(f.amount_fen) FROM refund f JOIN receipt r ON r.id = f.receipt_id
      WHERE r.transaction_id = p.transaction_id AND f.status = 'succeeded'), 0)::int AS back
  FROM payment p ORDER BY 1`

/** Everything that is not as it must be, a sentence each: our own books, then money to the fen. */
export async function broken(pair: Pair): Promise<readonly string[]> {
  const own = (await pair.db.query(brokenSql)).rows.map(({ what }) => String(what))
  const there = await wechatMoney(pair)
  const here = (await pair.db.query(paymentsSql)).rows
  const wrong = here.flatMap(({ no, fen, status, back }) => {
    const ours = status === 'paid' ? `${fen} - ${back}` : 'nothing'
    const theirs = there.get(no) ?? 'nothing'
    return ours === theirs ? [] : [`${no}: ${theirs} fen at WeChat, ${ours} here`]
  })
  const known = new Set(here.map(({ no }) => no))
  const lost = [...there.keys()].filter((no) => !known.has(no))
  return [...own, ...wrong, ...lost.map((no) => `${no} is paid at WeChat and unknown here`)]
}

/** What was paid and what went back, by number, of all trades that were paid. */
async function wechatMoney(pair: Pair): Promise<ReadonlyMap<string, string>> {
  const paid = pair.world.values('trades').filter(({ payment }) => payment !== null)
  const refunds = pair.world.values('refunds').filter(({ status }) => status === 'SUCCESS')
  return new Map(
    paid.map(({ mchid, outTradeNo, total }) => {
      const own = refunds.filter(({ trade }) => trade === `${mchid}/${outTradeNo}`)
      const back = own.reduce((sum, { amountFen }) => sum + amountFen, 0)
      return [outTradeNo, `${total} - ${back}`]
    }),
  )
}
