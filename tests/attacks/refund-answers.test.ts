// What somebody between us and WeChat may answer when money goes back, or a bill is asked for: A-60.
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Accounts } from '../support/bills.ts'
import { type Pair, until } from '../support/pair.ts'
import { Shopper } from '../support/shopper.ts'
import { bought, passUntil, Till } from '../support/till.ts'
import { Wechat } from '../support/wechat.ts'
import {
  type FalseAnswer,
  type Gateway,
  signedAnswer,
  startWatchedPair,
  type Twist,
} from './support/gateway.ts'

let pair: Pair
let gateway: Gateway
let person: Shopper
let till: Till
let wechat: Wechat

beforeAll(async () => {
  const watched = await startWatchedPair()
  pair = watched.pair
  gateway = watched.gateway
  person = await Shopper.arrive(pair)
  till = new Till(pair)
  wechat = new Wechat(pair)
})
afterAll(async () => {
  await pair.stop()
  await gateway.close()
})

const refusal = (status: number, code: string) => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ code, message: code }),
})

/** WeChat's refunds, asked for or asked about. */
const refundsAt =
  (method: string, status: number, code: string): Twist =>
  (asked) =>
    asked.method === method && asked.url.includes('/v3/refund/domestic/refunds')
      ? refusal(status, code)
      : null

const wasTwisted = () =>
  until(
    async () => gateway.twisted.length,
    (count) => count > 0,
  )

/** Nobody answers falsely any more: the refund arrives, once. */
async function arrives(refundId: string, no: string): Promise<void> {
  await passUntil(
    wechat,
    () => till.look(refundId),
    ({ status }) => status === 'succeeded',
  )
  const { data } = (await pair.simulator.get('/_sim/refunds')).json
  expect(data.filter((one: { out_trade_no: string }) => one.out_trade_no === no)).toHaveLength(1)
}

test.each([
  [403, 'NOT_ENOUGH'],
  [403, 'USER_ACCOUNT_ABNORMAL'],
  [400, 'INVALID_REQUEST'],
  [404, 'RESOURCE_NOT_EXISTS'],
])(
  'A-60 ★ an unsigned %i %s to a refund refuses nothing: it goes out again, and arrives',
  async (status, code) => {
    const { id, no } = await bought(person)
    const refund = await gateway.during(refundsAt('POST', status, code), async () => {
      const asked = await till.refund(id, 700)
      await wasTwisted()
      return asked
    })
    await arrives(refund, no)
    expect((await till.tasks(refund)).map(({ kind }) => kind)).toEqual([])
  },
)

test('A-60 ★ an unsigned "no such refund" is no leave to send one again, and ends nothing', async () => {
  await wechat.switch({ refund_seconds: 600 })
  const { id, no } = await bought(person)
  const refund = await till.refund(id, 700)
  await till.untilAccepted(refund)
  await gateway.during(refundsAt('GET', 404, 'RESOURCE_NOT_EXISTS'), async () => {
    await passUntil(
      wechat,
      async () => gateway.twisted.length,
      (count) => count > 0,
    )
    expect((await till.look(refund)).status).not.toBe('closed')
  })
  await arrives(refund, no)
})

test('A-60 ★ an unsigned "nothing happened that day" judges no day; signed by WeChat it does', async () => {
  const accounts = new Accounts(pair, till, wechat)
  const date = accounts.today()
  await accounts.untilNextDay()
  await accounts.untilNextDay()
  const code = 'NO_STATEMENT_EXIST'
  const isBill =
    (answer: () => FalseAnswer): Twist =>
    ({ url }) =>
      /\/v3\/bill\/(trade|fundflow)bill/.test(url) ? answer() : null
  const sql = 'SELECT status FROM reconciliation WHERE date = $1'
  const judged = async () => (await pair.db.query(sql, [date])).rows.map(({ status }) => status)
  const unsigned = isBill(() => refusal(400, code))
  await gateway.during(unsigned, async () => {
    expect((await accounts.ask(date)).status).toBe(202)
    await passUntil(wechat, judged, ([status]) => status === 'waiting')
  })
  const signed = isBill(() => signedAnswer(pair, 400, { code, message: code }))
  await gateway.during(signed, () =>
    passUntil(wechat, judged, ([status]) => status === 'reconciled', 20_000),
  )
})
