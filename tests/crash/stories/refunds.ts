import { randomUUID } from 'node:crypto'
import { approverKey } from '../../support/pair.ts'
import { Till } from '../../support/till.ts'
import {
  bought,
  dayMs,
  hourMs,
  minuteMs,
  pass,
  passing,
  type Stage,
  type Story,
  untold,
} from '../stage.ts'

/** Asks for all of a paid order back: the refund's id. */
async function wished(stage: Stage): Promise<string> {
  const { id } = await bought(stage)
  const asked = await stage.till.ask(id, { amount: 2500, reason: '不合适' }, randomUUID())
  if (asked.status !== 202) throw new Error(`no refund: ${asked.text}`)
  return asked.json.id
}

async function comesTo(
  { house, till }: Stage,
  id: string,
  wanted: string,
  stepMs = minuteMs,
): Promise<void> {
  await passing(
    house.pair,
    stepMs,
    () => till.look(id),
    ({ status }) => status === wanted,
  )
}

/** Its notification is lost, so that we have to ask. */
export const refund: Story = async (stage) => {
  const id = await wished(stage)
  await untold(stage, async () => await comesTo(stage, id, 'succeeded'))
}

/** We cannot ask, so that WeChat's notification is what ends it. */
export const toldRefund: Story = async (stage) => {
  const id = await wished(stage)
  const silence = { point: 'pay.refund_query', kind: 'html_502', probability: 1 }
  await stage.wechat.during(silence, async () => await comesTo(stage, id, 'succeeded'))
}

export const refusedRefund: Story = async (stage) => {
  await stage.wechat.arm({ point: 'pay.refund', kind: 'rate_limited', next: true })
  await comesTo(stage, await wished(stage), 'succeeded')
}

const slowSql = `SELECT FROM task WHERE kind = 'refund_slow' AND subject = $1`

/** For days nobody learns whether the money has arrived. */
export const slowRefund: Story = async (stage) => {
  const { house, wechat } = stage
  const id = await wished(stage)
  const silence = { point: 'pay.refund_query', kind: 'html_502', probability: 1 }
  await untold(stage, async () => {
    await wechat.during(silence, async () => {
      await pass(house.pair, 4 * dayMs)
      // A bill may end it, and its task, before anybody has looked.
      await passing(
        house.pair,
        minuteMs,
        async () => (await house.pair.db.query(slowSql, [`refund:${id}`])).rows.length,
        (tasks) => tasks > 0,
      )
    })
  })
  await comesTo(stage, id, 'succeeded', hourMs)
  // Its own next question is hours away.
  await pass(house.pair, 12 * hourMs)
}

/** The payer's account is gone: the money goes to a card that a person names. */
export const abnormalRefund: Story = async (stage) => {
  await stage.wechat.arm({ point: 'pay.refund', kind: 'refund_abnormal', next: true })
  const id = await wished(stage)
  await comesTo(stage, id, 'abnormal')
  const card = { bank_type: 'CMB_DEBIT', bank_account: '6225880212345678', real_name: '张三' }
  const applied = { action: 'apply_abnormal_refund', type: 'USER_BANK_CARD', ...card }
  await stage.till.resolve(id, applied)
  await comesTo(stage, id, 'succeeded')
}

/** One that waits for a second person, and how it ends by the answer. */
const waits =
  (answer: 'approve' | 'decline', wanted: string): Story =>
  async (stage) => {
    const { id } = await bought(stage, [{ product_id: 'cup', quantity: 4 }])
    const asked = await stage.till.ask(id, { amount: 10_000, reason: '不合适' })
    // An answer that was lost is given again, and then it does not fit any more.
    await new Till(stage.house.pair, approverKey)[answer](asked.json.id)
    await comesTo(stage, asked.json.id, wanted)
  }

export const approved: Story = waits('approve', 'succeeded')
export const declined: Story = waits('decline', 'closed')
