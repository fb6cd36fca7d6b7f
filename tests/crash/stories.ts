// What people do so that a phase is come by. Everything in a story may be repeated, because the
// server dies in the middle of it.
import { randomUUID } from 'node:crypto'
import type { PhaseName } from '../../server/flows/phases.ts'
import { approverKey, until } from '../support/pair.ts'
import { Shopper } from '../support/shopper.ts'
import { passUntil, Till } from '../support/till.ts'
import type { Wechat } from '../support/wechat.ts'
import type { House } from './house.ts'

export interface Stage {
  readonly house: House
  readonly person: Shopper
  readonly till: Till
  readonly wechat: Wechat
  readonly hooks: string
}

type Story = (stage: Stage) => Promise<void>

const cup = [{ product_id: 'cup', quantity: 1 }]

/** A login code burns with the first try: each try brings a new one. */
const logIn: Story = async ({ house }) => {
  await until(
    async () => await Shopper.arrive(house.pair).catch(() => null),
    (person) => person !== null,
    20_000,
  )
}

const checkout: Story = async ({ person }) => {
  const { id } = await person.checkout(cup)
  await person.post(`/v1/orders/${id}/cancel`)
}

async function bought({ person, wechat }: Stage, items = cup): Promise<string> {
  const { id, payment } = await person.checkout(items)
  const paid = await person.cashier(payment)
  if (paid.json.trade_state !== 'SUCCESS') throw new Error(`not paid: ${paid.text}`)
  await passUntil(
    wechat,
    () => person.status(id),
    (status) => status === 'paid',
  )
  return id
}

const buy: Story = async (stage) => void (await bought(stage))

const confirm: Story = async ({ person, wechat }) => {
  const { id, payment } = await person.checkout(cup)
  await wechat.during({ point: 'notification', kind: 'lost', probability: 1 }, async () => {
    await person.cashier(payment)
    await person.post(`/v1/orders/${id}/confirm`)
    await passUntil(
      wechat,
      () => person.status(id),
      (status) => status === 'paid',
    )
  })
}

const refund: Story = async (stage) => {
  const { till, wechat } = stage
  const id = await bought(stage)
  const key = randomUUID()
  const asked = await till.ask(id, { amount: 2500, reason: '不合适' }, key)
  // Its notification is lost, so that we have to ask.
  await wechat.during({ point: 'notification', kind: 'lost', probability: 1 }, async () => {
    await passUntil(
      wechat,
      () => till.look(asked.json.id),
      ({ status }) => status === 'succeeded',
    )
  })
}

/** One that waits for a second person, and how it ends by the answer. */
const waits =
  (answer: 'approve' | 'decline', wanted: string): Story =>
  async (stage) => {
    const { house, till, wechat } = stage
    const id = await bought(stage, [{ product_id: 'cup', quantity: 4 }])
    const asked = await till.ask(id, { amount: 10_000, reason: '不合适' })
    // An answer that was lost is given again, and then it does not fit any more.
    await new Till(house.pair, approverKey)[answer](asked.json.id)
    await passUntil(
      wechat,
      () => till.look(asked.json.id),
      ({ status }) => status === wanted,
    )
  }

const stocked: Story = async ({ house, till }) => {
  const body = { name: 'Cup', description: '', price: 2500, stock: null, active: true }
  const reply = await house.pair.server.send(
    'PUT',
    '/admin/v1/products/cup',
    JSON.stringify(body),
    till.headers({ 'content-type': 'application/json' }),
  )
  if (reply.status >= 300) throw new Error(reply.text)
}

const endpoints: Story = async (stage) => {
  const { house, till, hooks } = stage
  const { data } = (await till.get('/events?limit=1')).json
  await till.post(`/events/${data[0].id}/resend`, {})
  // A repeated wish adds a second one; both are disabled again.
  await till.post('/webhook-endpoints', { url: hooks, events: ['refund.closed'] })
  const all = (await till.get('/webhook-endpoints')).json.data
  for (const one of all) {
    if (!one.events.includes('refund.closed') || one.status === 'disabled') continue
    await till.post(`/webhook-endpoints/${one.id}/rotate`, {})
    const path = `/admin/v1/webhook-endpoints/${one.id}`
    await house.pair.server.send('DELETE', path, undefined, till.headers())
  }
}

const sweep: Story = async ({ wechat }) => await wechat.advance(16 * 60_000)

/** A person's last wish here: a new one comes for each story that follows. */
const logOut: Story = async ({ house }) => {
  const person = await Shopper.arrive(house.pair)
  await house.pair.server.send('DELETE', '/v1/sessions', undefined, person.headers())
}

/** The story that comes by each phase. */
export const stories: Readonly<Partial<Record<PhaseName, Story>>> = {
  'log-in/claim-code': logIn,
  'log-in/code2session': logIn,
  'log-in/account': logIn,
  'log-out/everywhere': logOut,
  'place-order/order': checkout,
  'start-payment/freeze': checkout,
  'start-payment/prepay': checkout,
  'start-payment/prepaid': checkout,
  'start-payment/called-up': checkout,
  'close-order/closing': checkout,
  'close-order/close': checkout,
  'close-order/closed': checkout,
  'accept-notification/inbox': buy,
  'apply-notification/apply': buy,
  'deliver-event/send': buy,
  'deliver-event/result': buy,
  'ask-wechat/claim': confirm,
  'ask-wechat/query': confirm,
  'ask-wechat/apply': confirm,
  'request-refund/refund': refund,
  'send-refund/turn': refund,
  'send-refund/refund': refund,
  'send-refund/answered': refund,
  'ask-refund/query': refund,
  'ask-refund/apply': refund,
  'approve-refund/decide': waits('approve', 'succeeded'),
  'decline-refund/decide': waits('decline', 'closed'),
  'change-product/put': stocked,
  'webhook-endpoints/add': endpoints,
  'webhook-endpoints/rotate': endpoints,
  'webhook-endpoints/disable': endpoints,
  'webhook-endpoints/resend': endpoints,
  'sweep/forget': sweep,
}

/** Phases that no story comes by yet: to be emptied. */
export const owed: readonly PhaseName[] = [
  'forget-account/forget',
  'bind-phone/claim-code',
  'bind-phone/phone',
  'bind-phone/bind',
  'keep-token/lease',
  'keep-token/token',
  'keep-token/keep',
  'place-own-order/order',
  'start-payment/refused',
  'accept-notification/want-keys',
  'send-refund/refused',
  'carry-refund/slow',
  'resolve-refund/decide',
  'resolve-refund/apply-abnormal',
  'resolve-refund/applied',
  'end-suspense/decide',
  'resolve-task/decide',
  'refresh-keys/download',
  'import-catalogue/put',
  'check-promises/keep',
  'check-promises/now',
  'seal-ledger/seal',
  'ship-order/shipment',
  'upload-shipment/turn',
  'upload-shipment/upload',
  'upload-shipment/end',
  'look-at-shipping/ask',
  'follow-shipment/apply',
  'ask-managed/ask',
  'ask-managed/keep',
  'watch-shipping/warn',
  'accept-push/inbox',
  'apply-push/done',
  'send-message/count',
  'send-message/send',
  'send-message/end',
  'fetch-bill/want',
  'fetch-bill/bill',
  'import-bill/begin',
  'import-bill/clear',
  'import-bill/rows',
  'import-bill/end',
  'fetch-bill/end',
  'reconcile-day/begin',
  'reconcile-day/waits',
  'reconcile-day/end',
  'match-trade/page',
  'match-trade/tell',
  'match-trade/settle',
  'match-trade/missing',
  'match-funds/page',
  'match-funds/missing',
  'match-funds/opening',
  'request-reconciliation/request',
  'close-difference/close',
  'daily-bills/request',
]
