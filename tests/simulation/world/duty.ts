// The person on duty: once the faults are over, every parked thing is looked at and ended, with what
// the console offers for it.

import { approveRefund, declineRefund } from '../../../server/flows/approve-refund.ts'
import { closeDifference, readDifferences } from '../../../server/flows/differences.ts'
import { resolveRefund } from '../../../server/flows/resolve-refund.ts'
import { resolveTask } from '../../../server/flows/resolve-task.ts'
import type { Ports } from '../../../server/ports/index.ts'
import type { Task } from '../../../server/ports/tables/tasks.ts'
import { signsErrors } from '../plan.ts'
import type { Town } from './person.ts'
import { clerk } from './shop.ts'

/** Who looks at what was parked. */
const duty = 'operator_duty'

const money = new Set([
  'late_money',
  'second_payment',
  'unknown_order',
  'wrong_party',
  'wrong_amount',
])

/** An empty day is never judged where WeChat signs no refusal. */
const longestMs = 30 * 3_600_000

/** Tasks whose money somebody tried to give back. */
const givenBack = new WeakMap<Town['run'], Set<string>>()

const roundEveryMs = 25 * 60_000

/** Rounds while things still go wrong: what somebody decides may meet a fault, too. */
export async function dutyRounds(town: Town): Promise<void> {
  const { scheduler, outside, faults } = town.run
  for (;;) {
    await scheduler.park(outside, 'duty', roundEveryMs)
    if (!faults.active) return
    await attendToTasks(town)
  }
}

/** One round over all open tasks, oldest first. */
export async function attendToTasks({ cluster, run }: Town): Promise<void> {
  const reply = await cluster.ask('tasks', async (ports) => {
    const tasks = await ports.store.read.tasks.page({ status: 'open' }, null, 100)
    for (const task of tasks.toReversed()) await attend(ports, task, run)
  })
  run.scheduler.note(`duty ${reply.got}`)
}

/**
 * Open differences that no evidence can end any more. What has no partner may find it in the bill
 * of the next day, so that this day's must have been judged first.
 */
export async function attendToDifferences({ cluster, run }: Town): Promise<void> {
  const reply = await cluster.ask('differences', async (ports) => {
    const filter = { status: 'open' } as const
    const open = await readDifferences(ports, { filter, before: null, limit: 100 })
    for (const { id, mchid, date, openedAtMs, class: about } of open) {
      const merchant = ports.parties.merchant(mchid)
      const last = merchant && (await ports.store.read.reconciliations.lastDate(merchant.mchid))
      const isJudged = last !== null && last !== undefined && last > date
      const isOld = !signsErrors(run.plan) && run.scheduler.now() - openedAtMs > longestMs
      if (!isJudged && !isOld) continue
      const result = await closeDifference(ports, { id, by: 'duty', reason: 'looked at' })
      run.scheduler.note(`duty difference ${about} ${date} ${result.kind}`)
    }
  })
  run.scheduler.note(`duty differences ${reply.got}`)
}

async function attend(ports: Ports, task: Task, run: Town['run']): Promise<void> {
  const refundId = task.detail['refund']
  if (task.kind.startsWith('refund_') && typeof refundId === 'string') {
    if (task.kind === 'refund_approval') return await answerWaiting(ports, refundId, run)
    return await attendToRefund(ports, task, refundId)
  }
  const { draws } = run.scheduler
  const reason = 'looked at'
  const drawn = draws.pick(`duty ${task.kind}`, ['refund', 'revive', 'keep'] as const)
  // Who could not give it back once does not try for ever.
  const gaveBack = givenBack.get(run) ?? new Set()
  givenBack.set(run, gaveBack)
  const wish = gaveBack.has(task.id) ? 'keep' : drawn
  const actions = money.has(task.kind)
    ? ([wish, 'refund', 'keep', 'close'] as const)
    : (['close'] as const)
  for (const action of actions) {
    const result = await resolveTask(ports, {
      taskId: task.id,
      decision: { action, reason, by: duty },
    })
    run.scheduler.note(`duty ${task.kind} ${action} ${result.kind}`)
    if (action === 'refund' && result.kind === 'done') gaveBack.add(task.id)
    if (result.kind === 'done' || result.kind === 'not_found') return
  }
}

/** The clerk tries it himself first; then somebody else says yes, or no. */
async function answerWaiting(ports: Ports, refundId: string, run: Town['run']): Promise<void> {
  const own = await approveRefund(ports, { refundId, operator: clerk })
  run.scheduler.note(`duty own approval ${own.kind}`)
  const isDeclined = run.scheduler.draws.chance('duty decline', 0.3)
  const answer = { refundId, operator: duty }
  const { kind } = isDeclined
    ? await declineRefund(ports, { ...answer, reason: '金额不对' })
    : await approveRefund(ports, answer)
  run.scheduler.note(`duty ${isDeclined ? 'declines' : 'approves'} ${kind}`)
}

async function attendToRefund(ports: Ports, task: Task, refundId: string): Promise<void> {
  const refund = await ports.store.read.refunds.byId(refundId)
  if (refund?.status === 'abnormal') {
    const decision = { action: 'apply_abnormal_refund', type: 'MERCHANT_BANK_CARD' } as const
    await resolveRefund(ports, { refundId, decision })
    return
  }
  if (refund?.status === 'refused') {
    // Once more, and then no more.
    const action = refund.chain < 3 ? 'retry' : 'give_up'
    await resolveRefund(ports, { refundId, decision: { action } })
    return
  }
  if (refund?.status === 'frozen' || refund?.status === 'accepted') {
    await resolveRefund(ports, { refundId, decision: { action: 'ask' } })
    return
  }
  await resolveTask(ports, {
    taskId: task.id,
    decision: { action: 'close', reason: 'over', by: duty },
  })
}
