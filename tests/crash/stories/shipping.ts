import { randomUUID } from 'node:crypto'
import { parcel } from '../../support/carrier.ts'
import { bought, hourMs, minuteMs, pass, passing, type Stage, type Story, told } from '../stage.ts'

const template = 'paidTemplate01'

/** What the first app has templates for; the simulator must know them too. */
export const messages = {
  paid: { template_id: template, data: { thing1: '{items}', amount2: '{total}' } },
}

/** WeChat pushes to our address, and has the templates. */
export async function subscribe(
  { house }: Pick<Stage, 'house'>,
  keys: Readonly<Record<string, string>>,
): Promise<void> {
  const { appid, app_secret: secret } = house.pair.credentials
  const message_url = `${house.pair.server.url}/wechat/messages/${appid}`
  await told({ house }, '/apps', { appid, secret, message_url, message_mode: 'safe', ...keys })
  const fields = Object.keys(messages.paid.data).map((key) => ({ key, label: key }))
  await told({ house }, '/templates', { template_id: template, title: '通知', fields })
}

/** Bought and given to a courier, and WeChat knows. */
async function sent(stage: Stage): Promise<{ id: string; no: string }> {
  const { carrier, wechat } = stage
  const order = await bought(stage)
  const parcels = { logistics_type: 1, items: [parcel()] }
  const asked = await carrier.ask(order.id, parcels, randomUUID())
  if (asked.status !== 202) throw new Error(`not shipped: ${asked.text}`)
  await reaches(stage, order.id, 'shipped', minuteMs)
  await wechat.advance(minuteMs)
  return order
}

async function reaches(
  { house, person }: Stage,
  id: string,
  wanted: string,
  stepMs: number,
): Promise<void> {
  await passing(
    house.pair,
    stepMs,
    async () => (await person.get(`/v1/orders/${id}`)).json.shipping_status,
    (status) => status === wanted,
  )
}

export const ship: Story = async (stage) => void (await sent(stage))

/** The person says that it has arrived; WeChat tells us, and we ask it. */
export const receive: Story = async (stage) => {
  const { id, no } = await sent(stage)
  const transaction_id = (await stage.carrier.there(no))?.['transaction_id']
  await told(stage, '/receipts', { transaction_id, action: 'confirm', person: stage.person.id })
  await stage.wechat.advance(minuteMs)
  await reaches(stage, id, 'settled', hourMs)
}

/** Nobody ships it in time: a task, which a person ends. */
export const forgotten: Story = async (stage) => {
  const { house, till } = stage
  const { id } = await bought(stage)
  await pass(house.pair, 41 * hourMs)
  const about = async () => (await till.tasks(id)).find(({ kind }) => kind === 'shipping_overdue')
  const task = await passing(house.pair, hourMs, about, (found) => found !== undefined)
  await till.post(`/tasks/${task?.['id']}/resolve`, { action: 'close', reason: '已电话联系' })
}

/** Whoever allowed it is told that it was paid. */
export const message: Story = async (stage) => {
  const { house, person } = stage
  await told(stage, '/subscriptions', { person: person.id, results: { [template]: 'accept' } })
  const { id } = await bought(stage)
  const query = `SELECT status FROM person_message WHERE order_id = $1`
  await passing(
    house.pair,
    minuteMs,
    async () => (await house.pair.db.query(query, [id])).rows.map(({ status }) => status),
    ([status]) => status !== undefined && status !== 'queued',
  )
}
