import { randomBytes } from 'node:crypto'
import { bought, cup, paidHere, type Story, untold } from '../stage.ts'

export const checkout: Story = async ({ person }) => {
  const { id } = await person.checkout(cup)
  await person.post(`/v1/orders/${id}/cancel`)
}

export const buy: Story = async (stage) => void (await bought(stage))

export const confirm: Story = async (stage) => {
  const { person } = stage
  const { id, payment } = await person.checkout(cup)
  await untold(stage, async () => {
    await person.cashier(payment)
    await person.post(`/v1/orders/${id}/confirm`)
    await paidHere(stage, id)
  })
}

/** The app is not bound to the merchant any more: no prepay is possible until it is again. */
export const refusedPrepay: Story = async ({ house, person }) => {
  const { world, credentials } = house.pair
  const { mchid } = credentials
  const merchant = world.must('merchants', mchid)
  const order = (await person.order(cup)).json
  world.put('merchants', mchid, { ...merchant, appids: [] })
  // What it answers is 503, which a patient phone would repeat for long.
  await fetch(`${house.pair.server.url}/v1/orders/${order.id}/pay`, {
    method: 'POST',
    headers: person.headers(),
  }).catch(() => null)
  world.put('merchants', mchid, { ...world.must('merchants', mchid), appids: merchant.appids })
  await house.ready()
  await person.post(`/v1/orders/${order.id}/cancel`)
}

/** Closed for certain, and paid all the same: with goods at hand the order comes to life again. */
export const lateMoney: Story = async (stage) => {
  const { house, person } = stage
  const { world, credentials } = house.pair
  const { id, no, payment } = await person.checkout(cup)
  await person.post(`/v1/orders/${id}/cancel`)
  const key = `${credentials.mchid}/${no}`
  world.put('trades', key, { ...world.must('trades', key), state: 'NOTPAY' })
  const paid = await person.cashier(payment)
  if (paid.json.trade_state !== 'SUCCESS') throw new Error(`not paid: ${paid.text}`)
  await paidHere(stage, id)
}

/** Somebody posts a message that names a certificate which nobody ever issued. */
export const strangeNotice: Story = async ({ house }) => {
  const { server, credentials, world } = house.pair
  const headers = {
    'wechatpay-timestamp': String(Math.floor(world.nowMs() / 1000)),
    'wechatpay-nonce': randomBytes(16).toString('hex'),
    'wechatpay-serial': randomBytes(20).toString('hex').toUpperCase(),
    'wechatpay-signature': randomBytes(256).toString('base64'),
  }
  const path = `/wechat/pay/notify/${credentials.mchid}`
  const { status, text } = await server.post(path, { id: 'x' }, headers)
  if (status !== 401) throw new Error(`not refused: ${text}`)
}
