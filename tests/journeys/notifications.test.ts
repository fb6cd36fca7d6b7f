import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Pair, startPair } from '../support/pair.ts'
import { Shopper } from '../support/shopper.ts'
import { counted, Wechat } from '../support/wechat.ts'

// What a network, a crash and WeChat itself do to notifications, and that the order is paid once.
let pair: Pair
let wechat: Wechat

beforeAll(async () => {
  pair = await startPair(1, { MINITILL_ORDER_TTL_MINUTES: '300' })
  wechat = new Wechat(pair)
})
afterAll(async () => {
  await pair.stop()
})

const minute = 60_000
const cup = [{ product_id: 'cup', quantity: 1 }]
const notices = async () => (await wechat.seen('notification', '/wechat/pay/notify/')).length
const countOf = async (sql: string, id: string) =>
  (await pair.db.query(`SELECT count(*)::int AS n FROM ${sql}`, [id])).rows[0].n as number

/** Money was booked once, and one event said so. */
async function expectPaidOnce(id: string): Promise<void> {
  const entries = `entry WHERE transition = 'paid'
    AND subject = (SELECT 'payment:' || id FROM payment WHERE order_id = $1)`
  expect(await countOf(entries, id)).toBe(1)
  const events = `event WHERE subject = 'order:' || $1 AND type = 'order.paid'`
  expect(await countOf(events, id)).toBe(1)
}

/** Somebody pays and nobody asks WeChat: only what WeChat sends can tell. */
async function payUnasked(
  story: (person: Shopper, id: string, tried: number) => Promise<void>,
): Promise<string> {
  const person = await Shopper.arrive(pair)
  const { id, payment } = await person.checkout(cup)
  const tried = await notices()
  await wechat.withoutAsking(async () => {
    await person.cashier(payment, 'pay_and_leave')
    await story(person, id, tried)
  })
  return id
}

test('a signature probe is refused and counted apart, and the resend pays', async () => {
  const probes = async () => await counted(pair.server, 'notification_probe_total')
  const refusals = async () => await counted(pair.server, 'notification_refused_total')
  const before = [await probes(), await refusals()]
  await wechat.arm({ point: 'notification', kind: 'signtest', next: true })
  const id = await payUnasked(async (person, order, tried) => {
    expect((await wechat.untilNotified(tried + 1)).answer.status).toBe(401)
    expect(await person.status(order)).toBe('unpaid')
    await wechat.advance(15_000)
    await person.untilStatus(order, 'paid', 4_000)
  })
  expect([await probes(), await refusals()]).toEqual([(before[0] ?? 0) + 1, before[1]])
  await expectPaidOnce(id)
})

test.each([
  ['forged', 'wrong_signature'],
  ['unsigned', 'missing_signature'],
  ['old', 'timestamp_old'],
  ['damaged on the way', 'damaged_ciphertext'],
])(
  'a notification that is %s is refused and pays nothing, and the resend pays',
  async (_, kind) => {
    await wechat.arm({ point: 'notification', kind, next: true })
    const id = await payUnasked(async (person, order, tried) => {
      expect((await wechat.untilNotified(tried + 1)).answer.status).toBe(401)
      expect(await person.status(order)).toBe('unpaid')
      await wechat.advance(15_000)
      await person.untilStatus(order, 'paid', 4_000)
    })
    await expectPaidOnce(id)
  },
)

test('a notification that comes again after its 200 changes nothing', async () => {
  await wechat.arm({ point: 'notification', kind: 'duplicated', next: true })
  const id = await payUnasked(async (person, order, tried) => {
    await person.untilStatus(order, 'paid', 4_000)
    await wechat.advance(2_000)
    expect((await wechat.untilNotified(tried + 2)).answer.status).toBe(200)
  })
  await expectPaidOnce(id)
})

test('two copies at the same instant pay once', async () => {
  await wechat.arm({ point: 'notification', kind: 'two_at_once', next: true })
  const id = await payUnasked(async (person, order) => {
    await person.untilStatus(order, 'paid', 4_000)
  })
  await expectPaidOnce(id)
})

test('when our 200 is lost, the resend is acknowledged again and pays nothing more', async () => {
  await wechat.arm({ point: 'notification', kind: 'answer_lost', next: true })
  const id = await payUnasked(async (person, order, tried) => {
    await person.untilStatus(order, 'paid', 4_000)
    await wechat.advance(15_000)
    expect((await wechat.untilNotified(tried + 2)).answer.status).toBe(200)
  })
  await expectPaidOnce(id)
})

test('a notification that is an hour late still pays', async () => {
  const late = { point: 'notification', kind: 'delayed', delay_ms: 60 * minute, next: true }
  await wechat.arm(late)
  const id = await payUnasked(async (person, order) => {
    await wechat.advance(59 * minute)
    expect(await person.status(order)).toBe('unpaid')
    await wechat.advance(2 * minute)
    await person.untilStatus(order, 'paid', 4_000)
  })
  await expectPaidOnce(id)
})

test('a notification that overtakes the answer to the prepay pays, and pay says so', async () => {
  await wechat.arm({ point: 'pay.prepay', kind: 'paid_before_answer', delay_ms: 1500, next: true })
  const person = await Shopper.arrive(pair)
  const { id } = (await person.order(cup)).json
  const paying = await person.post(`/v1/orders/${id}/pay`)
  expect([paying.status, paying.json.code]).toEqual([409, 'order_paid'])
  expect(await person.status(id)).toBe('paid')
  await expectPaidOnce(id)
})

test('with every notification lost all day, asking pays within ten seconds of WeChat', async () => {
  await wechat.during({ preset: 'notify lost all day' }, async () => {
    const person = await Shopper.arrive(pair)
    const { id, payment } = await person.checkout(cup)
    await person.cashier(payment, 'pay_and_leave')
    await wechat.advance(10_000)
    // The server's own due work has two seconds of real time after a step.
    await person.untilStatus(id, 'paid', 3_000)
    await expectPaidOnce(id)
  })
})

test('the last of fifteen resends pays, a day later, though nothing else ever got through', async () => {
  // What the stories before left behind is over after a day.
  await wechat.advance(25 * 60 * minute)
  await wechat.during({ point: 'notification', kind: 'lost', count: 15 }, async () => {
    const id = await payUnasked(async (person, order, tried) => {
      await wechat.advance(18 * 60 * minute + 3 * minute)
      expect(await person.status(order)).toBe('unpaid')
      await wechat.advance(6 * 60 * minute + 2 * minute)
      expect(await notices()).toBe(tried + 16)
      await person.untilStatus(order, 'paid', 5_000)
    })
    await expectPaidOnce(id)
  })
})

let stopServer = async () => await pair.stopFirst()

/** The server is away during the story, and afterwards another process life on the same port. */
async function whileDown(story: () => Promise<void>): Promise<void> {
  await stopServer()
  await story()
  const { port } = new URL(pair.server.url)
  const same = { MINITILL_PORT: port, PUBLIC_URL: `http://127.0.0.1:${port}` }
  const server = await pair.another(same)
  stopServer = async () => await server.stop()
  expect(server.url).toBe(pair.server.url)
}

test('what WeChat sends while the server is down is resent, and paid, when it is back', async () => {
  const person = await Shopper.arrive(pair)
  const { id, payment } = await person.checkout(cup)
  const tried = await notices()
  await wechat.withoutAsking(async () => {
    await whileDown(async () => {
      await person.cashier(payment, 'pay_and_leave')
      expect((await wechat.untilNotified(tried + 1)).answer.status).toBeNull()
    })
    expect(await person.status(id)).toBe('unpaid')
    await wechat.advance(15_000)
    await person.untilStatus(id, 'paid', 4_000)
  })
  await expectPaidOnce(id)
})

test('who pays while the server is down is found by asking when no notification comes', async () => {
  await wechat.during({ preset: 'notify lost all day' }, async () => {
    const person = await Shopper.arrive(pair)
    const { id, payment } = await person.checkout(cup)
    await whileDown(async () => {
      await person.cashier(payment, 'pay_and_leave')
      await wechat.advance(60 * minute)
    })
    await person.untilStatus(id, 'paid', 4_000)
    await expectPaidOnce(id)
  })
})
