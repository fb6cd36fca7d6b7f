import { beforeAll, expect, it } from 'vitest'
import { fundsOf } from '../funds.ts'
import { type Box, openBox } from '../testing/box.ts'
import { refundNotices } from '../testing/notices.ts'
import { forceRefund, moveFunds, platformRefund } from './refunds.ts'

let box: Box

beforeAll(async () => {
  box = await openBox()
})

/** A paid order of 100 fen. */
async function paid(number: string): Promise<string> {
  const { json } = await box.merchant.prepay(number, box.openid)
  box.use(json['prepay_id'], 'pay')
  await box.passTime(1000)
  return number
}

async function minuteLater(): Promise<void> {
  await box.passTime(60_000)
  await box.passTime(1000)
}

const statusOf = async (number: string) => (await box.merchant.queryRefund(number)).json['status']
const account = () => fundsOf(box.wechat.world, box.seed.credentials.mchid).balanceFen

it('a refund made on the merchant platform is found by asking, and nobody is told', async () => {
  const outTradeNo = await paid('refund-0087')
  const click = (amount: number) => platformRefund(box.wechat, { out_trade_no: outTradeNo, amount })
  const made = click(20)
  await box.wechat.commit()
  expect(made).toMatchObject({
    status: 201,
    body: { external: true, amount: 20, status: 'PROCESSING' },
  })
  await minuteLater()
  const { out_refund_no: number } = made.body as { out_refund_no: string }
  expect(await statusOf(number)).toBe('SUCCESS')
  expect(refundNotices(box, number)).toEqual([])
  expect(click(81)).toMatchObject({ status: 400 })
})

it('a refund is ended by hand in any way, once; a closed one frees its amount', async () => {
  await paid('refund-0088')
  const { json } = await box.merchant.refund('refund-0088', 'R88', 100)
  const force = (to: string) => forceRefund(box.wechat, String(json['refund_id']), { to })
  expect(force('ABNORMAL')).toMatchObject({ status: 200 })
  const before = account()
  expect(force('CLOSED')).toMatchObject({ body: { status: 'CLOSED' } })
  expect(account()).toBe(before + 99)
  expect(force('SUCCESS')).toMatchObject({ status: 400 })
  await minuteLater()
  expect((await box.merchant.refund('refund-0088', 'R88b', 100)).json['status']).toBe('PROCESSING')
})

it('R70 however parts come and close, person and merchant get what is theirs, to the fen', async () => {
  // What earlier stories left under way has ended.
  await minuteLater()
  box.set({ coupon_fen: 1 })
  const number = await paid('refund-0089')
  const begin = account()
  const person = () => box.wechat.world.must('people', box.wechat.world.meta.defaultPerson).balance
  const paidFrom = person()
  const part = async (name: string, amount: number) => {
    const { json } = await box.merchant.refund(number, name, amount)
    await minuteLater()
    return String(json['refund_id'])
  }
  box.arm('pay.refund', 'refund_abnormal')
  const first = await part('R89a', 50)
  await part('R89b', 50)
  expect(forceRefund(box.wechat, first, { to: 'CLOSED' })).toMatchObject({ status: 200 })
  await part('R89c', 50)
  // 99 fen were paid, with a fee of 1.
  expect(person() - paidFrom).toBe(99)
  expect(account() - begin).toBe(-98)
  box.set()
})

it('a tiny part of a heavily discounted order never costs less than nothing', async () => {
  box.set({ coupon_fen: 95 })
  const number = await paid('refund-0090')
  for (const [nth, amount] of [60, 1, 39].entries()) {
    expect((await box.merchant.refund(number, `R90-${nth}`, amount)).status).toBe(200)
    await minuteLater()
  }
  box.set()
})

it('a refund without money is not ended by hand but closed or funded', async () => {
  box.set({ refund_without_funds: 'wait' })
  const number = await paid('refund-0091')
  const { mchid } = box.seed.credentials
  moveFunds(box.wechat, mchid, { amount: account() }, 'withdrawal')
  const { json } = await box.merchant.refund(number, 'R91', 100)
  for (const to of ['SUCCESS', 'ABNORMAL']) {
    expect(forceRefund(box.wechat, String(json['refund_id']), { to })).toMatchObject({
      status: 400,
    })
  }
  moveFunds(box.wechat, mchid, { amount: 500 }, 'top_up')
  await box.wechat.commit()
  await minuteLater()
  expect(await statusOf('R91')).toBe('SUCCESS')
  box.set()
})
