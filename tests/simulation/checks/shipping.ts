// What left and what WeChat knows of it (I-36), at the end.
import type { Shippable } from '../../../simulator/shipping.ts'
import type { Town } from '../world/person.ts'

interface Row {
  readonly id: string
  readonly shipping: string
  readonly tx: string
  readonly refunded: boolean
  /** Jobs that ask how far it is. */
  readonly followers: number
  readonly shipments: readonly {
    readonly kind: string
    readonly status: string
    readonly final: boolean
    readonly problem: string | null
    readonly parcels: readonly { readonly trackingNo: string; readonly description: string }[]
  }[]
}

const rowsSql = `
  SELECT o.id, o.shipping_status AS shipping, p.transaction_id AS tx,
    o.refunded_total_fen = o.total_fen AS refunded,
    (SELECT count(*) FROM pgboss.job_common j WHERE j.name = 'follow-shipment'
      AND j.state <= 'active' AND j.data->>'order_id' = o.id)::int AS followers,
    coalesce((SELECT json_agg(json_build_object('kind', kind, 'status', status, 'final', is_final,
      'problem', problem, 'parcels', parcels) ORDER BY sequence)
      FROM shipment s WHERE s.order_id = o.id), '[]') AS shipments
  FROM customer_order o JOIN payment p ON p.order_id = o.id AND p.status = 'paid' ORDER BY o.id`

function rowsOf({ run }: Town): readonly Row[] {
  return run.postgres.query(rowsSql).rows as unknown as readonly Row[]
}

const words: Readonly<Record<number, readonly string[]>> = {
  2: ['shipped', 'received', 'settled'],
  3: ['received', 'settled'],
  6: ['received', 'settled'],
  4: ['settled'],
}

/** An order that is farther at WeChat than here; null when there is none. */
export function shippingBehind(town: Town): string | null {
  for (const { id, tx, shipping } of rowsOf(town)) {
    const there = town.wechat.shippable(tx)
    const expected = there && words[there.shipment.state]
    if (expected && !expected.includes(shipping)) {
      return `${id} is ${shipping} here and ${there.shipment.state} at WeChat`
    }
  }
  return null
}

/** I-36: reported once, the order with all its money back not at all, and refused with a reason. */
export function checkShipping(town: Town): void {
  for (const row of rowsOf(town)) {
    const there = town.wechat.shippable(row.tx)
    const problem = there === undefined ? 'WeChat ships no such order' : problemOf(row, there)
    if (problem !== null) town.run.violation('I-36', `${problem} (${row.id})`)
  }
}

function problemOf(row: Row, { shipment }: Shippable): string | null {
  const { shipping, shipments, refunded, followers } = row
  const told = shipments.filter(({ status }) => status === 'uploaded')
  const known = shipment.shipping
  if (shipments.some(({ status }) => status === 'queued')) return 'WeChat was never told'
  // 5: all the money went back, and whoever asks next is told so.
  const isUnderWay = (shipping === 'shipped' || shipping === 'received') && shipment.state !== 5
  if (isUnderWay && followers !== 1) return `${followers} jobs ask for its receipt`
  if (shipping === 'to_ship' && refunded) return 'all of its money went back, and it waits'
  if ((known === null) !== (told.length === 0)) {
    return `${told.length} shipments told, and WeChat knows ${known?.parcels.length ?? 'none'}`
  }
  // 3 received, 4 completed, 5 refunded, 6 to be settled: WeChat takes no more shipments then.
  const refused = shipments.find(({ status }) => status === 'refused')
  if (refused && shipment.state <= 2) {
    return `WeChat refused what it should have taken: ${refused.problem}`
  }
  if (known === null) return null
  const anewAt = told.findIndex(({ kind }) => kind === 'again')
  const endAt = told.findLastIndex(({ final }) => final)
  const times = endAt < 0 ? 0 : anewAt >= 0 && endAt >= anewAt ? 2 : 1
  // One that says nothing new does not count at WeChat (10060023), so that it may have fewer.
  if (known.finishedCount > times || (times > 0 && known.finishedCount === 0)) {
    return `finished ${times} times here, ${known.finishedCount} there`
  }
  const begun = told.findLastIndex(({ kind }) => kind !== 'more')
  const parcels = told.slice(begun).flatMap((one) => one.parcels)
  const numbers = (some: readonly { readonly trackingNo: string }[]) =>
    [...new Set(some.map(({ trackingNo }) => trackingNo))].sort().join()
  return numbers(parcels) === numbers(known.parcels)
    ? null
    : `parcels ${numbers(parcels)} here, ${numbers(known.parcels)} there`
}
