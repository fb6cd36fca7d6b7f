import {
  parseOutTradeNo,
  parsePrepayId,
  parseTransaction,
  payAdvice,
} from '@minitill/protocol/model'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { appid, type FlowBox, flowBox, mchid } from '../../tests/support/flow-ports.ts'
import type { Answer, Refusal } from '../ports/index.ts'
import { cancelOrder } from './cancel-order.ts'
import { closeInTime } from './close-order.ts'
import { startPayment } from './start-payment.ts'

let box: FlowBox
let orderId: string
let accountId: string

beforeAll(async () => {
  box = await flowBox()
})
afterAll(async () => {
  await box.close()
})
beforeEach(async () => {
  box.asked.length = 0
  box.jobs.length = 0
  box.at(1_800_000_000_000)
  box.script.prepay = box.script.query = box.script.close = [silent]
  orderId = await box.order()
  accountId = (await order()).account_id
})

const silent: Answer<never> = { got: 'silence', why: 'timeout' }
const pay = async () => await startPayment(box.ports, { accountId, orderId, appid })
const order = async () =>
  await box.db
    .selectFrom('customer_order')
    .selectAll()
    .where('id', '=', orderId)
    .executeTakeFirstOrThrow()
const payments = async () =>
  await box.db
    .selectFrom('payment')
    .selectAll()
    .where('order_id', '=', orderId)
    .orderBy('attempt')
    .execute()
const tasks = async () => await box.db.selectFrom('task').selectAll().orderBy('id').execute()

let ticket = 0
function prepaid() {
  ticket += 1
  const prepayId = parsePrepayId(`wx_ticket_${ticket}`)
  return { got: 'answer', value: { kind: 'prepaid', prepayId } } as const
}

function refused(httpStatus: number, code: string, authentic = true): Answer<Refusal> {
  return { got: 'answer', value: { kind: 'refused', code, message: '', httpStatus, authentic } }
}

async function told(trade_state: string) {
  const [payment] = (await payments()).slice(-1)
  const {
    appid,
    out_trade_no,
    amount_fen: total,
  } = payment ?? { appid: '', out_trade_no: '', amount_fen: 0 }
  const transaction = parseTransaction({
    appid,
    mchid,
    out_trade_no: parseOutTradeNo(out_trade_no),
    trade_state,
    transaction_id: `42000${ticket}${out_trade_no.length}${Math.floor(ticket)}`,
    amount: { total, currency: 'CNY' },
  })
  ticket += 1
  return { got: 'answer', value: { kind: 'transaction', transaction } } as const
}

// Every code of WeChat's table for prepay (wechat-pay.md §2.8), in both spellings.
const codes: ReadonlyArray<[number, string]> = [
  [400, 'PARAM_ERROR'],
  [400, 'INVALID_REQUEST'],
  [400, 'APPID_MCHID_NOT_MATCH'],
  [400, 'MCH_NOT_EXISTS'],
  [400, 'ORDER_CLOSED'],
  [400, 'ORDERCLOSED'],
  [400, 'ORDER_PAID'],
  [400, 'ORDERPAID'],
  [401, 'SIGN_ERROR'],
  [403, 'NO_AUTH'],
  [403, 'NOAUTH'],
  [403, 'OUT_TRADE_NO_USED'],
  [403, 'RULE_LIMIT'],
  [403, 'RULELIMIT'],
  [403, 'TRADE_ERROR'],
  [403, 'ACCOUNT_ERROR'],
  [403, 'ACCOUNTERROR'],
  [403, 'NOT_ENOUGH'],
  [403, 'NOTENOUGH'],
  [404, 'ORDER_NOT_EXIST'],
  [429, 'FREQUENCY_LIMITED'],
  [429, 'RATELIMIT_EXCEEDED'],
  [500, 'OPENID_MISMATCH'],
  [500, 'INVALID_TRANSACTIONID'],
  [500, 'BANK_ERROR'],
  [500, 'SYSTEM_ERROR'],
  [500, 'SYSTEMERROR'],
  [202, 'USER_PAYING'],
  [418, 'A_CODE_OF_TOMORROW'],
]

test.each(codes)(
  'A-60 a prepay refused with %i %s decides no state, signed or not',
  async (status, code) => {
    for (const authentic of [true, false]) {
      box.asked.length = 0
      box.script.prepay = [refused(status, code, authentic)]
      expect((await pay()).kind).toBe('unavailable')
      expect((await order()).status).toBe('unpaid')
      expect((await payments()).map((p) => p.status)).toEqual(['frozen'])
      const { reaction } = payAdvice({ api: 'prepay', status, code })
      const apis = box.asked.map(({ api }) => api)
      expect(apis).toEqual(
        {
          retry: ['prepay', 'prepay'],
          ask: ['prepay', 'query'],
          stop: ['prepay'],
          person: ['prepay'],
        }[reaction],
      )
      const bodies = box.asked.filter(({ api }) => api === 'prepay').map(({ what }) => what)
      expect(new Set(bodies)).toEqual(new Set([(await payments())[0]?.request_body]))
    }
  },
)

test('what an operator must mend is one task a day and code, and the person gets no riddle', async () => {
  box.script.prepay = [refused(403, 'NO_AUTH')]
  expect(await pay()).toMatchObject({ kind: 'unavailable', advice: null })
  expect(await pay()).toMatchObject({ kind: 'unavailable', advice: null })
  const today = (await tasks()).filter((task) => task.subject.includes(':NO_AUTH:'))
  expect(today).toMatchObject([{ kind: 'prepay_refused', status: 'open' }])
})

test('a restriction of the person comes with words for the person', async () => {
  box.script.prepay = [refused(403, 'ACCOUNT_ERROR')]
  const result = await pay()
  expect(result).toMatchObject({ kind: 'unavailable', advice: { reaction: 'person' } })
})

test('"already paid" leads to a query, and its verified answer makes the order paid', async () => {
  box.script.prepay = [refused(400, 'ORDERPAID', false)]
  box.script.query = [await told('SUCCESS')]
  expect(await pay()).toEqual({ kind: 'order_paid' })
  expect((await order()).status).toBe('paid')
})

test('"closed" leads to a query, and only a verified CLOSED to a new number', async () => {
  box.script.prepay = [refused(400, 'ORDER_CLOSED'), prepaid()]
  box.script.query = [await told('CLOSED')]
  expect((await pay()).kind).toBe('ready')
  const [old, next] = await payments()
  expect([old?.status, next?.status, next?.attempt]).toEqual(['closed', 'prepaid', 2])
  expect(next?.out_trade_no).not.toBe(old?.out_trade_no)
  expect((await order()).stock_held).toBe(true)
})

test('a burnt number is closed for certain before another one is taken', async () => {
  box.script.prepay = [refused(403, 'OUT_TRADE_NO_USED'), prepaid()]
  box.script.query = [await told('NOTPAY')]
  expect((await pay()).kind).toBe('unavailable')
  expect(await payments()).toHaveLength(1)
  box.script.prepay = [refused(400, 'INVALID_REQUEST'), prepaid()]
  box.script.close = [{ got: 'answer', value: { kind: 'closed' } }]
  expect((await pay()).kind).toBe('ready')
  expect((await payments()).map((p) => p.status)).toEqual(['closed', 'prepaid'])
})

test('silence is repeated once at once with the same bytes, and a later pay repeats them too', async () => {
  box.script.prepay = [silent, silent, prepaid()]
  expect((await pay()).kind).toBe('unavailable')
  expect((await pay()).kind).toBe('ready')
  expect(new Set(box.asked.map(({ what }) => what)).size).toBe(1)
  expect(box.asked).toHaveLength(3)
})

test('a ticket that belongs to another payment is not the answer to this one', async () => {
  const same = prepaid()
  box.script.prepay = [same]
  expect((await pay()).kind).toBe('ready')
  orderId = await box.order()
  expect((await pay()).kind).toBe('unavailable')
  expect((await payments())[0]?.prepay_id).toBeNull()
})

test('a ticket is reused for five minutes less than two hours, then asked anew', async () => {
  await box.db
    .updateTable('customer_order')
    .set({ expires_at_ms: 1_900_000_000_000 as never })
    .where('id', '=', orderId)
    .execute()
  box.script.prepay = [prepaid(), prepaid()]
  await pay()
  box.at(1_800_000_000_000 + 114 * 60_000)
  await pay()
  expect(box.asked).toHaveLength(1)
  box.at(1_800_000_000_000 + 115 * 60_000)
  await pay()
  expect(box.asked).toHaveLength(2)
})

test('a close that WeChat does not know is made to exist by the same request, then closed', async () => {
  box.script.prepay = [silent]
  await pay()
  box.asked.length = 0
  box.script.close = [refused(404, 'ORDER_NOT_EXIST'), { got: 'answer', value: { kind: 'closed' } }]
  box.script.prepay = [prepaid()]
  expect(await cancelOrder(box.ports, { accountId, orderId })).toMatchObject({
    kind: 'order',
    view: { order: { status: 'closed' } },
  })
  expect(box.asked.map(({ api }) => api)).toEqual(['close', 'prepay', 'close'])
})

test('where WeChat does not sign "no such order", a lost order is made to exist all the same, then closed', async () => {
  box.script.prepay = [silent]
  await pay()
  box.asked.length = 0
  const missing = refused(404, 'ORDER_NOT_EXIST', false)
  box.script.close = [missing, { got: 'answer', value: { kind: 'closed' } }]
  box.script.query = [missing]
  box.script.prepay = [prepaid()]
  expect(await cancelOrder(box.ports, { accountId, orderId })).toMatchObject({
    kind: 'order',
    view: { order: { status: 'closed' } },
  })
  expect(box.asked.map(({ api }) => api)).toEqual(['close', 'query', 'prepay', 'close'])
})

test('I-10 an unsigned refusal of that request proves nothing: the order waits, and is not asked for in a circle', async () => {
  box.script.prepay = [silent]
  await pay()
  box.asked.length = 0
  const missing = refused(404, 'ORDER_NOT_EXIST', false)
  box.script.close = [missing]
  box.script.query = [missing]
  box.script.prepay = [refused(400, 'PARAM_ERROR', false)]
  expect(await cancelOrder(box.ports, { accountId, orderId })).toMatchObject({
    kind: 'order',
    view: { order: { status: 'unpaid' } },
  })
  expect(box.asked.map(({ api }) => api)).toEqual(['close', 'query', 'prepay'])
  expect((await order()).stock_held).toBe(true)
})

test('I-16 a ticket that comes while the order is being cancelled is not handed out, nor is another asked for', async () => {
  const { wechatPay } = box.ports
  const cancelMeanwhile: typeof wechatPay.prepay = async () => {
    // The close stays without an answer, so that the payment is closing and may yet be paid.
    await cancelOrder(box.ports, { accountId, orderId })
    return prepaid()
  }
  Object.assign(box.ports, { wechatPay: { ...wechatPay, prepay: cancelMeanwhile } })
  const result = await pay()
  Object.assign(box.ports, { wechatPay })
  expect(result.kind).toBe('order_closed')
  const closing = { status: 'closing', prepay_id: null, called_up_at_ms: null }
  expect(await payments()).toMatchObject([closing])
  box.asked.length = 0
  expect((await pay()).kind).toBe('order_closed')
  expect(box.asked).toEqual([])
  expect(await payments()).toMatchObject([closing])
})

test('I-16 unsigned or refused closes never close an order; a fortnight of doubt is for a person', async () => {
  box.script.prepay = [prepaid()]
  await pay()
  box.script.close = [refused(400, 'ORDER_CLOSED', false)]
  box.script.query = [refused(404, 'ORDER_NOT_EXIST', false)]
  const cancelled = await cancelOrder(box.ports, { accountId, orderId })
  expect(cancelled).toMatchObject({ kind: 'order', view: { order: { status: 'unpaid' } } })
  expect(
    box.jobs.some((job) => job.queue === 'close-order' && job.data['order_id'] === orderId),
  ).toBe(true)
  expect(await closeInTime(box.ports, { orderId })).toMatchObject({ again: expect.any(Number) })
  box.at(1_800_000_000_000 + 15 * 24 * 3_600_000)
  expect(await closeInTime(box.ports, { orderId })).toEqual({ park: 'close_unconfirmed' })
  expect((await order()).stock_held).toBe(true)
})
