// Every bill matched (I-32, I-35): each day with money is judged against WeChat's bills, and only what
// a bill told falsely is left to a person.
import { beijingDate, instant } from '@minitill/protocol/model'
import { billLies } from '../faults.ts'
import { signsErrors } from '../plan.ts'
import type { Town } from '../world/person.ts'

const ourDaysSql = `
  SELECT DISTINCT n.happened_at_ms AS at FROM entry n JOIN posting q ON q.entry_id = n.id
  WHERE q.account = 'wechat_receivable' AND n.subject NOT LIKE 'merchant:%' ORDER BY 1`

const judgedSql = `SELECT date FROM reconciliation WHERE status = 'reconciled' ORDER BY 1`

/** Days on which money moved, as WeChat or the books have it, and no run has ended for. */
export function daysNotJudged({ run, wechat }: Town): readonly string[] {
  const { rows } = run.postgres.query(ourDaysSql)
  const there = wechat.flows().map(({ atMs }) => atMs)
  // That an account did not move on a day (a refund arrived) is a refusal, too.
  const here = signsErrors(run.plan) ? rows.map(({ at }) => Number(at)) : []
  const moments = [...here, ...there]
  const days = new Set(moments.map((atMs) => beijingDate(instant(atMs))))
  const judged = run.postgres.query(judgedSql).rows.map(({ date }) => String(date))
  for (const date of judged) days.delete(date)
  return [...days].sort()
}

/** A row that found its partner later keeps the number of the difference that it was in. */
const homelessSql = `
  SELECT bill_id, line FROM (
    SELECT bill_id, line, place, difference_id FROM trade_row
    UNION ALL SELECT bill_id, line, place, difference_id FROM fund_row) r
  JOIN bill b ON b.id = r.bill_id
    LEFT JOIN difference d ON d.id = r.difference_id
  WHERE b.status = 'accepted' AND (r.place = 'new' OR (r.place = 'different' AND d.id IS NULL)
    OR (r.place = 'different' AND d.status = 'healed')
    OR (r.place <> 'different' AND d.status = 'open')) LIMIT 1`

/** 'foreign' is for other systems' rows, and there are none here. */
const foreignSql = `
  SELECT 'trade' AS kind, line FROM trade_row WHERE place = 'foreign'
  UNION ALL SELECT 'fund', line FROM fund_row WHERE place = 'foreign' LIMIT 1`

const explainedSql = `
  SELECT class, key, detail::text AS detail FROM difference WHERE status = 'explained'
  ORDER BY opened_at_ms, id`

const nobodySql = `
  SELECT id, status FROM difference
  WHERE NOT (status = 'healed' AND evidence IS NOT NULL OR status = 'explained' AND closed_by = 'duty')
  LIMIT 1`

const accountSql = `
  SELECT coalesce(sum(amount_fen), 0)::bigint AS fen FROM posting WHERE account = 'wechat_receivable'`

/** At the end, when nothing waits any more. */
export function checkBills(town: Town): void {
  const { run } = town
  const [homeless] = run.postgres.query(homelessSql).rows
  if (homeless) run.violation('I-32', `row ${homeless['bill_id']} ${homeless['line']} is nowhere`)
  const [open] = run.postgres.query(nobodySql).rows
  if (open) run.violation('I-35', `${open['id']} is ${open['status']}, and nothing ended it`)
  if (isHonest(town)) {
    const there = town.wechat.balance()
    const here = Number(run.postgres.query(accountSql).rows[0]?.['fen'])
    if (here !== there) run.violation('I-13', `our account at WeChat holds ${there}, here ${here}`)
    const [left] = run.postgres.query(explainedSql).rows
    if (left) {
      run.violation('I-32', `nobody lied, and a person had to explain ${JSON.stringify(left)}`)
    }
    const [foreign] = run.postgres.query(foreignSql).rows
    if (foreign) run.violation('I-32', `a ${foreign['kind']} row of ours counts as foreign`)
  }
}

/** WeChat told nothing in this run that was not so. */
function isHonest({ run, wechat }: Town): boolean {
  return wechat.lies.size === 0 && !billLies.some((kind) => run.faults.fired.has(`pay:${kind}`))
}

/** Whether a person explained something about one of these numbers. */
export function isExplained({ run }: Town, numbers: readonly string[]): boolean {
  const { rows } = run.postgres.query(explainedSql)
  return rows.some(({ detail, key }) =>
    numbers.some((no) => String(detail).includes(no) || String(key).includes(no)),
  )
}
