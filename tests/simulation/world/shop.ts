// The shop: its catalogue, its refunds, and the person on duty who looks at what was parked.
import { fen } from '@minitill/protocol/model'
import { importCatalogue } from '../../../server/flows/import-catalogue.ts'
import { requestRefund } from '../../../server/flows/request-refund.ts'
import { addEndpoint, disableEndpoint } from '../../../server/flows/webhook-endpoints.ts'
import { appUrl, type MerchantApp } from './merchant-app.ts'
import type { Town } from './person.ts'

export const productIds = ['cake', 'cup', 'tea'] as const

/** So few cups that they run out; the cake is never counted. */
const catalogue = [
  { id: 'cake', priceFen: 12_800, stock: null },
  { id: 'cup', priceFen: 4_999, stock: 24 },
  { id: 'tea', priceFen: 101, stock: 500 },
].map(({ id, priceFen, stock }, position) => ({
  ...{ id, stock, position },
  name: id,
  description: '',
  priceFen: fen(priceFen),
  currency: 'CNY' as const,
  imageUrl: '',
  active: true,
}))

export const initialStock: Readonly<Record<string, number | null>> = Object.fromEntries(
  catalogue.map(({ id, stock }) => [id, stock]),
)

/** Opens the shop; tried until some instance has done it. */
export async function openShop({ cluster, run }: Town, app: MerchantApp): Promise<void> {
  const { scheduler, outside } = run
  for (;;) {
    const reply = await cluster.ask('open', async (ports) => {
      await importCatalogue(ports, catalogue)
      if (app.secrets.length > 0) return true
      // One whose secret never arrived is switched off, as a person would.
      for (const { id } of await ports.store.read.endpoints.all()) await disableEndpoint(ports, id)
      const added = await addEndpoint(ports, { url: appUrl, events: ['*'] })
      if (added.kind === 'added') app.secrets.push(added.secret)
      return true
    })
    if (reply.got === 'answer') return
    app.missesSecret = true
    await scheduler.park(outside, 'open', 1_000)
  }
}

const minute = 60_000
/** Who asks for refunds; somebody else has to agree to the large ones. */
export const clerk = 'operator_clerk'

/** Now and then somebody wants money back; the clerk may click twice, or ask for too much. */
export async function refundSome(town: Town): Promise<void> {
  const { run, bought } = town
  const { scheduler, outside } = run
  const done = new Set<string>()
  while (run.faults.active) {
    await scheduler.park(outside, 'refunds', 3 * minute)
    for (const [label, orderId] of bought) {
      if (done.has(label)) continue
      done.add(label)
      if (scheduler.draws.chance(`refund ${label}`, 0.45)) void refundOne(town, label, orderId)
    }
  }
}

async function refundOne(town: Town, label: string, orderId: string): Promise<void> {
  const { scheduler, outside } = town.run
  const { draws } = scheduler
  await scheduler.park(outside, `refund ${label}`, draws.between(`when ${label}`, 0, 40 * minute))
  const times = draws.between(`times ${label}`, 1, 3)
  for (let nth = 0; nth < times; nth += 1) {
    // By parts of what was paid: two of three that are a half each, and one that may not fit.
    const part = draws.pick(`part ${label}`, [1, 0.5, 0.34, 0.001])
    const refund = () => askForRefund(town, `${label}r${nth}`, orderId, part)
    if (draws.chance(`twice ${label}`, 0.3)) await Promise.all([refund(), refund()])
    else await refund()
    if (draws.chance(`platform ${label}`, 0.1)) await platformRefund(town, label, orderId)
  }
}

async function askForRefund(
  { cluster, run }: Town,
  key: string,
  orderId: string,
  part: number,
): Promise<void> {
  const { scheduler, outside } = run
  for (let tries = 0; tries < 5; tries += 1) {
    const reply = await cluster.ask(`refund ${key}`, async (ports) => {
      const order = await ports.store.read.orders.byId(orderId)
      if (order === null) return null
      const amountFen = fen(Math.max(1, Math.floor(order.totalFen * part)))
      return await requestRefund(ports, {
        ...{ orderId, amountFen, key, requestHash: `${amountFen}` },
        reason: '不合适',
        restock: part === 1,
        requestedBy: clerk,
        present: ({ id }) => id,
      })
    })
    if (reply.got === 'answer' && reply.value?.kind !== 'not_paid') return
    await scheduler.park(outside, `refund again ${key}`, 20_000)
  }
}

/** Somebody clicks "refund" on the merchant platform, past us (F-27, I-25). */
async function platformRefund({ wechat, cluster, run }: Town, label: string, orderId: string) {
  const reply = await cluster.ask(`look ${label}`, (ports) =>
    ports.store.read.payments.ofOrder(orderId),
  )
  const paid = reply.got === 'answer' && reply.value.find(({ status }) => status === 'paid')
  if (!paid || !run.faults.active) return
  const amount = Math.max(1, Math.floor(paid.amountFen / 5))
  const input = { out_trade_no: paid.outTradeNo, amount }
  const made = await wechat.control('POST', '/_sim/refunds', input)
  run.scheduler.note(`platform refund ${label} ${made['status']}`)
}
