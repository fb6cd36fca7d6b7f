import { beforeAll, expect, it } from 'vitest'
import { fundsOf } from '../funds.ts'
import { type Box, openBox } from '../testing/box.ts'
import { refundNotices } from '../testing/notices.ts'
import { forceRefund, platformRefund } from './refunds.ts'

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
