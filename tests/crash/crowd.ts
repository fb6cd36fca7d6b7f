// Many people at once, each with a wish of their own: who pays, who changes their mind, who leaves the
// cashier open, who taps twice, who wants their money back. Everything may have to be asked again.
import { randomUUID } from 'node:crypto'
import type { Pair } from '../support/pair.ts'
import { until } from '../support/pair.ts'
import { Shopper } from '../support/shopper.ts'
import { Till } from '../support/till.ts'
import { broken, unsettled } from '../support/truth.ts'
import { Wechat } from '../support/wechat.ts'
import { cup, minuteMs } from './stage.ts'

const patienceMs = 90_000

type Wish = (person: Shopper, till: Till) => Promise<void>

async function paid(person: Shopper): Promise<string> {
  const { id, payment } = await person.checkout(cup)
  await person.cashier(payment)
  return id
}

const pays: Wish = async (person) => void (await paid(person))

const asksAtOnce: Wish = async (person) => {
  const id = await paid(person)
  await Promise.all([1, 2].map(() => person.post(`/v1/orders/${id}/confirm`)))
}

const changesTheirMind: Wish = async (person) => {
  const { id } = await person.checkout(cup)
  await person.post(`/v1/orders/${id}/cancel`)
}

/** Both at once: WeChat decides which of them was first. */
const paysWhileCancelling: Wish = async (person) => {
  const { id, payment } = await person.checkout(cup)
  await Promise.all([person.cashier(payment), person.post(`/v1/orders/${id}/cancel`)])
}

const tapsTwice: Wish = async (person) => {
  const key = randomUUID()
  const [first] = await Promise.all([person.order(cup, key), person.order(cup, key)])
  const pay = () => person.post(`/v1/orders/${first.json.id}/pay`)
  const [one] = await Promise.all([pay(), pay()])
  await person.cashier(one.json.payment)
}

const walksAway: Wish = async (person) => void (await person.checkout(cup))

const wantsItBack: Wish = async (person, till) => {
  const id = await paid(person)
  await person.untilStatus(id, 'paid', patienceMs)
  const asked = await till.ask(id, { amount: 1000, reason: '不合适' }, randomUUID())
  if (asked.status !== 202) throw new Error(`no refund: ${asked.text}`)
}

const wishes: readonly Wish[] = [
  pays,
  wantsItBack,
  changesTheirMind,
  paysWhileCancelling,
  tapsTwice,
  asksAtOnce,
  walksAway,
]

/** Login codes burn with the first try. */
async function arrives(pair: Pair): Promise<Shopper> {
  const person = await until(
    async () => await Shopper.arrive(pair, 100_000_000).catch(() => null),
    (one) => one !== null,
    patienceMs,
  )
  if (person === null) throw new Error('nobody came')
  return person
}

/** So many people come at the same time, each with so many orders; every third notification is twins. */
export async function crowd(pair: Pair, people: number, ordersEach: number): Promise<void> {
  const till = new Till(pair)
  const wechat = new Wechat(pair)
  const twins = { point: 'notification', kind: 'two_at_once', probability: 0.3 }
  await wechat.during(twins, async () => {
    await Promise.all(
      Array.from({ length: people }, async (_, nth) => {
        const person = await arrives(pair)
        for (let order = 0; order < ordersEach; order += 1) {
          await wishes[(nth + order) % wishes.length]?.(person, till)
        }
      }),
    )
  })
}

/** Waits until so many orders are there: the trouble comes in the middle of the work. */
export async function untilOrders(pair: Pair, count: number): Promise<void> {
  const sql = 'SELECT count(*)::int AS n FROM customer_order'
  await until(
    async () => (await pair.db.query(sql)).rows[0].n as number,
    (n) => n >= count,
    60_000,
  )
}

/** Lets time pass until nothing is under way; whatever is wrong in the books then, in words. */
export async function truth(pair: Pair): Promise<readonly string[]> {
  const wechat = new Wechat(pair)
  await until(
    async () => {
      await wechat.advance(minuteMs)
      return await unsettled(pair)
    },
    (left) => left.length === 0,
    patienceMs,
  )
  return await broken(pair)
}
