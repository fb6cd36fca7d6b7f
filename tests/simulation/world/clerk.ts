// The clerk who packs: ships what was paid, by couriers and otherwise, in one parcel or in several, now
// and then twice, and now and then what should not leave at all.
import { createHash } from 'node:crypto'
import type { ShipmentWish } from '../../../server/domain/shipment.ts'
import { type ShippedOrder, shipOrder } from '../../../server/flows/ship-order.ts'
import type { Town } from './person.ts'

const minute = 60_000

/** Looks at the orders now and then, for as long as the shop is open. */
export async function shipSome(town: Town): Promise<void> {
  const { run, bought, placed } = town
  const { scheduler, outside } = run
  const { draws } = scheduler
  const done = new Set<string>()
  const first = (label: string, chance: number) => {
    if (done.has(label)) return false
    done.add(label)
    return draws.chance(`ship ${label}`, chance)
  }
  while (run.faults.active) {
    await scheduler.park(outside, 'ships', 4 * minute)
    for (const [label, orderId] of bought) {
      if (first(label, 0.6)) void shipOne(town, label, orderId)
    }
    // By mistake, whatever it is: paid or not, refunded or not.
    for (const [key, body] of placed) {
      const label = `any ${key}`
      if (first(label, 0.05)) void shipOne(town, label, String(JSON.parse(body).id))
    }
  }
}

async function shipOne(town: Town, label: string, orderId: string): Promise<void> {
  const { scheduler, outside } = town.run
  const { draws } = scheduler
  await scheduler.park(outside, `ship ${label}`, draws.between(`packs ${label}`, 0, 30 * minute))
  for (const [nth, wish] of wishesOf(town, label).entries()) {
    const key = `${label}s${nth}`
    const ship = () => shipUntilAnswered(town, key, orderId, wish)
    const answers = draws.chance(`ships twice ${label}`, 0.2)
      ? await Promise.all([ship(), ship()])
      : [await ship()]
    sameAnswer(town, key, answers)
    await scheduler.park(outside, `ship ${label}`, draws.between(`next ${label}`, 0, 5 * minute))
  }
}

/** One wish, or the parts of a split one; sometimes all of it once more, which there is once. */
function wishesOf({ run }: Town, label: string): readonly ShipmentWish[] {
  const { draws } = run.scheduler
  // What leaves anew has numbers of its own.
  const how = (number: string) => {
    const kind = draws.pick(`how ${label}`, [
      'courier',
      'parcels',
      'split',
      'city',
      'virtual',
      'pickup',
    ])
    if (kind === 'courier') return [wish(number, 1, 1)]
    if (kind === 'parcels') return [wish(number, 1, draws.between(`parcels ${label}`, 2, 5))]
    if (kind === 'split') return [wish(number, 1, 1, false), wish(`${number}+`, 1, 2)]
    return [wish(number, kind === 'city' ? 2 : kind === 'virtual' ? 3 : 4, 1)]
  }
  const times = draws.chance(`anew ${label}`, 0.2) ? ['a', 'b', 'c'] : ['a']
  return times.flatMap((time) => how(`${label}${time}`))
}

function wish(
  number: string,
  logisticsType: ShipmentWish['logisticsType'],
  count: number,
  final = true,
): ShipmentWish {
  const byCourier = logisticsType === 1
  const parcels = Array.from({ length: count }, (_, nth) => ({
    carrier: byCourier ? (nth % 2 === 0 ? 'ZTO' : 'SF') : '',
    trackingNo: byCourier ? `${number}-${nth}` : '',
    description: '点心',
    receiverContact: byCourier && nth % 2 === 1 ? '138****1234' : '',
  }))
  return { logisticsType, final, parcels }
}

/** A key belongs to its request until there is an answer, which is the same for ever. */
async function shipUntilAnswered(
  { cluster, run }: Town,
  key: string,
  orderId: string,
  what: ShipmentWish,
): Promise<ShippedOrder | null> {
  const requestHash = createHash('sha256')
    .update(JSON.stringify([orderId, what]))
    .digest('hex')
  for (let tries = 0; tries < 5; tries += 1) {
    const reply = await cluster.ask(`ship ${key}`, (ports) =>
      shipOrder(ports, { ...what, orderId, key, requestHash, present: ({ id }) => id }),
    )
    if (reply.got === 'answer' && reply.value.kind !== 'key_busy') {
      const { value } = reply
      run.scheduler.note(`ship ${key} ${value.kind} ${'why' in value ? value.why : ''}`)
      return value
    }
    await run.scheduler.park(run.outside, `ship again ${key}`, 20_000)
  }
  return null
}

/** I-8: the same key twice is one shipment, and one answer. */
function sameAnswer({ run }: Town, key: string, answers: readonly (ShippedOrder | null)[]): void {
  const told = answers.flatMap((one) => {
    if (one === null) return []
    if (one.kind === 'accepted') return [one.body]
    return [one.kind === 'refused' ? one.why : one.kind]
  })
  if (new Set(told).size > 1) run.violation('I-8', `shipping ${key} got ${told.join(' and ')}`)
}

/** Some people say that it arrived; WeChat settles after that, and pushes a message. */
export async function receiveSome(town: Town): Promise<void> {
  const { run, wechat } = town
  const { scheduler, outside } = run
  const done = new Set<string>()
  while (run.faults.active) {
    await scheduler.park(outside, 'receipts', 7 * minute)
    for (const { trade, payment } of wechat.shipped()) {
      const label = town.labels.ofTrade(trade.outTradeNo)
      if (done.has(label)) continue
      done.add(label)
      if (!scheduler.draws.chance(`receives ${label}`, 0.5)) continue
      const input = { person: payment.payer, transaction_id: payment.transactionId }
      const said = await wechat.control('POST', '/_sim/receipts', { ...input, action: 'confirm' })
      scheduler.note(`receipt ${label} ${said['status']}`)
    }
  }
}
