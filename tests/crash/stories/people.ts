import { randomUUID } from 'node:crypto'
import { until } from '../../support/pair.ts'
import { Shopper } from '../../support/shopper.ts'
import { dayMs, meanwhile, minuteMs, pass, passing, type Story } from '../stage.ts'

/** A login code burns with the first try: each try brings a new one. */
export const logIn: Story = async ({ house }) => {
  await until(
    async () => await Shopper.arrive(house.pair).catch(() => null),
    (person) => person !== null,
    20_000,
  )
}

/** A person's last wish here: a new one comes for each story that follows. */
export const logOut: Story = async ({ house }) => {
  const person = await Shopper.arrive(house.pair)
  await house.pair.server.send('DELETE', '/v1/sessions', undefined, person.headers())
}

export const forget: Story = async ({ house }) => {
  const person = await Shopper.arrive(house.pair)
  await house.pair.server.send('DELETE', '/v1/account', undefined, person.headers())
  const { rows } = await house.pair.db.query('SELECT status FROM account WHERE id = $1', [
    person.accountId,
  ])
  if (rows[0]?.status !== 'forgotten') throw new Error('still remembered')
}

/** The app's token dies with the first question, so that it is renewed on the way. */
export const bindPhone: Story = async ({ house, person, wechat }) => {
  await wechat.arm({ point: 'mini.getuserphonenumber', kind: 'token_killed', next: true })
  await passing(
    house.pair,
    minuteMs,
    async () => {
      const { code } = (await house.pair.simulator.post('/_sim/phone-code', { person: person.id }))
        .json
      const tapped = person.post('/v1/session/phone', { code })
      return (await meanwhile(house.pair, 16_000, tapped)).status
    },
    (status) => status === 200,
  )
}

/** The merchant's own system places it; its person changes their mind. */
export const ownOrder: Story = async ({ house, person, till }) => {
  const wish = {
    ...{ amount: 1234, description: '定制蛋糕', reference: randomUUID() },
    account_id: person.accountId,
  }
  const key = till.headers({ 'idempotency-key': wish.reference })
  const placed = await house.pair.server.post('/admin/v1/orders', wish, key)
  if (placed.status !== 201) throw new Error(placed.text)
  await person.post(`/v1/orders/${placed.json.id}/cancel`)
}

export const stocked: Story = async ({ house, till }) => {
  const body = { name: 'Cup', description: '', price: 2500, stock: null, active: true }
  const reply = await house.pair.server.send(
    'PUT',
    '/admin/v1/products/cup',
    JSON.stringify(body),
    till.headers({ 'content-type': 'application/json' }),
  )
  if (reply.status >= 300) throw new Error(reply.text)
}

/** The server dies as it starts. */
export const startAgain: Story = async ({ house, point }) => {
  house.restartArmed(point)
  await until(
    async () => house.deaths,
    (deaths) => deaths.includes(`killed at ${point}`),
    20_000,
  )
  await house.ready()
}

export const endpoints: Story = async ({ house, till, hooks }) => {
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

/** A day on which nobody comes: what is asked of WeChat and checked by itself. */
export const quietDay: Story = async ({ house }) => await pass(house.pair, dayMs)

export const sweep: Story = async ({ house }) => await pass(house.pair, 16 * minuteMs)

export const checkNow: Story = async ({ till }) => {
  const { status, text } = await till.post('/promises/check', {})
  if (status !== 202) throw new Error(text)
}
