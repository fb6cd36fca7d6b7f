import type { World } from '../../simulator/world.ts'
import type { Reply } from './http.ts'
import { type Pair, until } from './pair.ts'
import type { Till } from './till.ts'
import type { Wechat } from './wechat.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const BEIJING_MS = 8 * HOUR_MS

/** One difference as the API shows it. */
export interface Shown {
  readonly id: string
  readonly class: string
  readonly status: string
  readonly there: number | null
  readonly here: number | null
  readonly detail: Readonly<Record<string, string | number | null>>
  readonly evidence: string | null
}

/** The accountant's side: days, bills and differences over the business API. */
export class Accounts {
  readonly #pair: Pair
  readonly #till: Till
  readonly #wechat: Wechat

  constructor(pair: Pair, till: Till, wechat: Wechat) {
    this.#pair = pair
    this.#till = till
    this.#wechat = wechat
  }

  /** The day in Beijing that it is at WeChat now. */
  today(): string {
    return new Date(this.#pair.world.nowMs() + BEIJING_MS).toISOString().slice(0, 10)
  }

  /** Lets time pass until this hour of the next day. */
  async untilNextDay(hour = 10.2): Promise<void> {
    await this.#wechat.advance(this.msToNextDay(hour))
  }

  /** How long it is until this hour of the next day. */
  msToNextDay(hour = 10.2): number {
    const now = this.#pair.world.nowMs() + BEIJING_MS
    const next = (Math.floor(now / DAY_MS) + 1) * DAY_MS + hour * HOUR_MS
    return Math.round(next - now)
  }

  async ask(date: string, more: object = {}): Promise<Reply> {
    return await this.#till.post('/reconciliations', { date, ...more })
  }

  async look(date: string): Promise<Reply['json']> {
    return (await this.#till.get(`/reconciliations/rec_${date}`)).json
  }

  /** Waits until the day is in this status, and no job works on it any more. */
  async until(date: string, status = 'reconciled'): Promise<Reply['json']> {
    // Looked at in the database: the API bounds how often one address may ask.
    const sql = 'SELECT status FROM reconciliation WHERE date = $1'
    await until(
      async () => (await this.#pair.db.query(sql, [date])).rows.map((row) => row.status),
      (seen) => seen.length > 0 && seen.every((one) => one === status),
      20_000,
    )
    await this.untilIdle()
    return await this.look(date)
  }

  async untilIdle(): Promise<void> {
    const sql = `SELECT count(*)::int AS n FROM pgboss.job
      WHERE name = 'reconcile-day' AND (state = 'active' OR
        (state IN ('created', 'retry') AND start_after <= pgboss.job_now()))`
    await until(
      async () => (await this.#pair.db.query(sql)).rows[0].n as number,
      (n) => n === 0,
      20_000,
    )
  }

  /** Asks for a day and waits until it is done, once more if it was done already. */
  async run(date: string, status = 'reconciled'): Promise<Reply['json']> {
    const asked = await this.ask(date)
    if (asked.status !== 202) throw new Error(`no reconciliation: ${asked.text}`)
    await this.untilIdle()
    return await this.until(date, status)
  }

  async differences(date: string): Promise<readonly Shown[]> {
    return (await this.#till.get(`/differences?limit=100&date=${date}`)).json.data
  }

  /** `class status` of each difference of a day, sorted. */
  async classes(date: string): Promise<readonly string[]> {
    return (await this.differences(date)).map((one) => `${one.class} ${one.status}`).sort()
  }
}

/** Another system of the merchant sold the same as the last trade: the account and bills have it. */
export function soldElsewhere(world: World, mchid: string): void {
  const trade = world.values('trades').findLast((one) => one.mchid === mchid)
  if (trade === undefined || trade.payment === null) throw new Error('nobody paid')
  const payment = { ...trade.payment, transactionId: `4200009999${'7'.repeat(18)}` }
  world.put('trades', `${mchid}/OTHER-0001`, { ...trade, outTradeNo: 'OTHER-0001', payment })
  const flows = world.values('fundFlows').filter(({ voucher }) => voucher === trade.outTradeNo)
  let { balanceFen } = world.must('funds', mchid)
  for (const flow of flows) {
    balanceFen += flow.amountFen
    const key = String(world.count('fundFlows') + 1).padStart(9, '0')
    const other = { voucher: 'OTHER-0001', businessId: payment.transactionId, balanceFen }
    world.put('fundFlows', key, { ...flow, ...other })
  }
  world.put('funds', mchid, { ...world.must('funds', mchid), balanceFen })
}
