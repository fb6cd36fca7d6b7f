import { bought, hourMs, pass, passing, type Stage, type Story, told } from '../stage.ts'

async function reconciled({ house }: Stage, date: string): Promise<void> {
  const { mchid } = house.pair.credentials
  const sql = 'SELECT status FROM reconciliation WHERE date = $1 AND mchid = $2'
  await passing(
    house.pair,
    hourMs / 2,
    async () => (await house.pair.db.query(sql, [date, mchid])).rows[0]?.status,
    (status) => status === 'reconciled',
  )
}

/** A payment that we know of, and a refund that others made: the bill tells of it first. */
export const day: Story = async (stage) => {
  const { accounts } = stage
  const date = accounts.today()
  const { id, no } = await bought(stage)
  await told(stage, '/refunds', { out_trade_no: no, amount: 700 })
  await pass(stage.house.pair, accounts.msToNextDay())
  await reconciled(stage, date)
  const order = (await stage.person.get(`/v1/orders/${id}`)).json
  if (order.refunded_total !== 700) throw new Error('the bill told of a refund in vain')
}

/** WeChat is late with the bills. */
export const lateDay: Story = async (stage) => {
  const { accounts, wechat } = stage
  const date = accounts.today()
  await bought(stage)
  const late = await wechat.arm({ preset: 'bill late' })
  await pass(stage.house.pair, accounts.msToNextDay())
  await reconciled(stage, date)
  await wechat.disarm(late)
}

/** One fen more in the bill: a person explains it. */
export const disputedDay: Story = async (stage) => {
  const { accounts, till, wechat } = stage
  const date = accounts.today()
  await bought(stage)
  const fen = await wechat.arm({ preset: 'bill with one altered fen' })
  await pass(stage.house.pair, accounts.msToNextDay())
  await reconciled(stage, date)
  await wechat.disarm(fen)
  const [found] = await accounts.differences(date)
  if (found === undefined) throw new Error('one fen was overlooked')
  const word = { reason: '已与微信支付核对', by: '王会计' }
  await till.post(`/differences/${found.id}/close`, word)
  if ((await accounts.classes(date))[0] !== 'amount explained') throw new Error('not explained')
}

/** The accountant wants it now. */
export const askedDay: Story = async (stage) => {
  const { accounts } = stage
  const date = accounts.today()
  await bought(stage)
  await pass(stage.house.pair, accounts.msToNextDay(11))
  const asked = await accounts.ask(date)
  if (asked.status !== 202) throw new Error(asked.text)
  await reconciled(stage, date)
}
