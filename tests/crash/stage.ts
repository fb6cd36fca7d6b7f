// What a story has to play with, and the turns that all of them use.

import type { Accounts } from '../support/bills.ts'
import type { Carrier } from '../support/carrier.ts'
import { type Pair, until } from '../support/pair.ts'
import type { Shopper } from '../support/shopper.ts'
import type { Till } from '../support/till.ts'
import { Wechat } from '../support/wechat.ts'
import type { House } from './house.ts'

export interface Stage {
  readonly house: House
  readonly person: Shopper
  readonly till: Till
  readonly wechat: Wechat
  readonly accounts: Accounts
  readonly carrier: Carrier
  /** Where a receiver of webhooks listens. */
  readonly hooks: string
  /** Where the server is to be killed. */
  readonly point: string
}

/** Everything in a story may be repeated, because the server dies in the middle of it. */
export type Story = (stage: Stage) => Promise<void>

export const cup = [{ product_id: 'cup', quantity: 1 }]
export const minuteMs = 60_000
export const hourMs = 60 * minuteMs
export const dayMs = 24 * hourMs

const patienceMs = 40_000
const handMs = 1_500

/** Passes time in steps until it is so; what fell due needs real moments to be done. */
export async function passing<T>(
  pair: Pair,
  stepMs: number,
  look: () => Promise<T>,
  isSo: (seen: T) => boolean,
): Promise<T> {
  return await until(
    async () => {
      await pass(pair, stepMs)
      return await look()
    },
    isSo,
    patienceMs,
  )
}

/** Longer than the shortest lease: work in hand would count as its worker's end. */
const longStepMs = 10 * minuteMs

/** One step; what it woke is done before the next one, which would outlast every lease. */
export async function pass(pair: Pair, stepMs: number): Promise<void> {
  await new Wechat(pair).advance(stepMs)
  if (stepMs < longStepMs) return
  // What a worker had in hand when it was killed stays so: it is not waited for.
  await until(
    async () => (await pair.db.query(inHandSql)).rows.map(({ name }) => name),
    (names) => names.length === 0,
    handMs,
  ).catch(() => {})
}

/** Due, taken a moment ago, or to be given back because its lease is over. */
const inHandSql = `SELECT name FROM pgboss.job WHERE name <> 'parked' AND (
  (state < 'active' AND start_after <= pgboss.job_now())
  OR (state = 'active' AND started_on > pgboss.job_now() - interval '1 minute')
  OR (state = 'active' AND started_on + expire_seconds * interval '1s' < pgboss.job_now()))`

/** Time goes on while something is waited for: a lease of the dead is over only with time. */
export async function meanwhile<T>(pair: Pair, stepMs: number, work: Promise<T>): Promise<T> {
  let ended = false
  const told = work.finally(() => {
    ended = true
  })
  await passing(
    pair,
    stepMs,
    async () => ended,
    (isEnded) => isEnded,
  )
  return await told
}

/** Bought and paid: the order's id and number. */
export async function bought(
  { house, person }: Stage,
  items = cup,
): Promise<{ id: string; no: string }> {
  const { id, no, payment } = await person.checkout(items)
  const paid = await person.cashier(payment)
  if (paid.json.trade_state !== 'SUCCESS') throw new Error(`not paid: ${paid.text}`)
  await paidHere({ house, person }, id)
  return { id, no }
}

export async function paidHere(
  { house, person }: Pick<Stage, 'house' | 'person'>,
  id: string,
): Promise<void> {
  await passing(
    house.pair,
    minuteMs,
    () => person.status(id),
    (status) => status === 'paid',
  )
}

/** Nobody tells us of anything while the story lasts. */
export async function untold<T>({ wechat }: Stage, story: () => Promise<T>): Promise<T> {
  return await wechat.during({ point: 'notification', kind: 'lost', probability: 1 }, story)
}

/** A word of the simulator's control API that must be taken. */
export async function told(
  { house }: Pick<Stage, 'house'>,
  path: string,
  body: object,
): Promise<void> {
  const { status, text } = await house.pair.simulator.post(`/_sim${path}`, body)
  if (status >= 300) throw new Error(`${path}: ${text}`)
}
