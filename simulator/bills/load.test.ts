import { fen } from '@minitill/protocol/model'
import { expect, it } from 'vitest'
import { billText, fenOf, readBill } from '../testing/bill.ts'
import { openBox } from '../testing/box.ts'

const TRADES = 10_000

it('a day of 10 000 trades is a bill in about a second, with every one of them in it', async () => {
  const box = await openBox()
  const { world } = box.wechat
  const asked = await box.merchant.prepay('load-model', box.openid)
  box.use(asked.json['prepay_id'], 'pay')
  const [, model] = world.entries('trades')[0] ?? []
  if (model?.payment === null || model === undefined) throw new Error('nobody paid')
  const { payment } = model
  const more = Array.from({ length: TRADES - 1 }, (_, nth) => nth + 1)
  for (const nth of more) {
    const outTradeNo = `load-${nth}`
    const transactionId = `4200${String(nth).padStart(24, '0')}`
    const paid = { ...payment, transactionId, payerTotal: fen(nth) }
    world.put('trades', `${model.mchid}/${outTradeNo}`, {
      ...model,
      outTradeNo,
      total: fen(nth),
      payment: paid,
    })
  }
  await box.passTime(24 * 60 * 60 * 1000)
  const before = performance.now()
  const text = await billText(box.merchant, '/v3/bill/tradebill?bill_date=2026-11-23')
  const elapsedMs = performance.now() - before
  const { rows, totals } = readBill(text)
  expect(rows).toHaveLength(TRADES)
  const sum = more.reduce((all, one) => all + one, 100)
  expect([totals['总交易单数'], fenOf(totals['订单总金额'])]).toEqual([String(TRADES), sum])
  // Both the hash and the download make it: 0.25 s together on two cores when this was written.
  expect(elapsedMs).toBeLessThan(3000)
})
