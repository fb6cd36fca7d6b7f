// What must be true of everything together: looked at now and then, and at the end.
import type { Town } from '../world/person.ts'
import { initialStock } from '../world/shop.ts'
import { isExplained } from './bills.ts'

const countsSql = `
  SELECT
    (SELECT coalesce(sum(amount_fen), 0) FROM posting)::bigint AS ledger,
    (SELECT count(*) FROM account a WHERE NOT EXISTS
      (SELECT FROM identity i WHERE i.account_id = a.id)) AS orphans,
    (SELECT count(*) FROM (SELECT FROM identity GROUP BY appid, openid
      HAVING count(DISTINCT account_id) > 1) x) AS doubles`

/** A job chain is one job at a time: two would mean that a worker spoke after its lease. */
const chainsSql = `
  SELECT name, data::text AS data, count(*) AS n FROM pgboss.job_common
  WHERE state <= 'active' AND name IN
    ('ask-wechat', 'carry-refund', 'deliver-event', 'apply-notification', 'end-suspense')
  GROUP BY 1, 2 HAVING count(*) > 1 ORDER BY 1, 2`

const stockSql = `
  SELECT p.id, p.stock, coalesce(sum(i.quantity) FILTER (WHERE o.stock_held
    OR (o.status = 'paid' AND NOT EXISTS
      (SELECT FROM refund f WHERE f.order_id = o.id AND f.restocked))), 0)::bigint AS gone
  FROM product p LEFT JOIN order_item i ON i.product_id = p.id
    LEFT JOIN customer_order o ON o.id = i.order_id
  GROUP BY 1, 2 ORDER BY 1`

const versionsSql = `
  SELECT subject FROM (SELECT subject, version, created_at_ms,
    lag(version) OVER (PARTITION BY subject ORDER BY version) AS earlier FROM event) e
  WHERE earlier >= version LIMIT 1`

/** I-1, I-19, I-26, I-31, I-37. */
export function checkBooks({ run }: Town): void {
  const { postgres } = run
  const [counts] = postgres.query(countsSql).rows
  if (counts?.['ledger'] !== 0) run.violation('I-26', `the ledger comes to ${counts?.['ledger']}`)
  if (counts?.['orphans'] !== 0) run.violation('I-1', `${counts?.['orphans']} accounts of nobody`)
  if (counts?.['doubles'] !== 0) run.violation('I-1', 'an openid has two accounts')
  const [chain] = postgres.query(chainsSql).rows
  if (chain) run.violation('I-37', `${chain['n']} × ${chain['name']} ${chain['data']}`)
  const [back] = postgres.query(versionsSql).rows
  if (back) run.violation('I-31', `versions of ${back['subject']} repeat`)
  for (const { id, stock, gone } of postgres.query(stockSql).rows) {
    const began = initialStock[String(id)] ?? null
    if (began === null || stock === null) continue
    if (Number(stock) + Number(gone) !== began) {
      run.violation('I-19', `${id}: ${stock} on the shelf, ${gone} gone, ${began} at first`)
    }
  }
}

/** Σ per transaction of what the ledger says that WeChat owes us. */
const receivableSql = `
  SELECT tx, sum(amount_fen)::bigint AS fen FROM (
    SELECT p.transaction_id AS tx, q.amount_fen FROM posting q JOIN entry n ON n.id = q.entry_id
      JOIN payment p ON n.subject = 'payment:' || p.id WHERE q.account = 'wechat_receivable'
    UNION ALL SELECT r.transaction_id, q.amount_fen FROM posting q JOIN entry n ON n.id = q.entry_id
      JOIN refund f ON n.subject = 'refund:' || f.id JOIN receipt r ON r.id = f.receipt_id
      WHERE q.account = 'wechat_receivable'
    UNION ALL SELECT substr(n.subject, 13), q.amount_fen FROM posting q
      JOIN entry n ON n.id = q.entry_id
      WHERE n.subject LIKE 'transaction:%' AND q.account = 'wechat_receivable') x
  GROUP BY tx ORDER BY tx`

/**
 * At the end: what each transaction left in our account at WeChat (payment, fee, coupon, refunds,
 * whoever made them) is in the books, to the fen. Only of what WeChat told falsely, and a person
 * explained, they may say something else.
 */
export function checkMoney(town: Town): void {
  const { run, wechat } = town
  const rows = run.postgres.query(receivableSql).rows
  const here = new Map(rows.map(({ tx, fen }) => [String(tx), Number(fen)]))
  const ofRefund = new Map(wechat.refunds().map(({ refundId, trade }) => [refundId, trade]))
  for (const trade of wechat.trades()) {
    const tx = trade.payment?.transactionId
    if (tx === undefined || wechat.lies.has(tx)) continue
    const own = `${trade.mchid}/${trade.outTradeNo}`
    const flows = wechat
      .flows()
      .filter(({ businessId }) => businessId === tx || ofRefund.get(businessId) === own)
    const there = flows.reduce((sum, { amountFen }) => sum + amountFen, 0)
    if ((here.get(tx) ?? 0) === there) continue
    const numbers = [tx, ...flows.map(({ businessId }) => businessId)]
    if (isExplained(town, numbers)) continue
    run.violation('I-13', `${tx}: ${there} fen at WeChat, ${here.get(tx) ?? 0} here`)
  }
}
