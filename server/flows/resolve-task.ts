import type { Ports, Tx } from '../ports/index.ts'
import type { Task } from '../ports/tables/tasks.ts'
import { type Ended, giveBack, holdMoney, keep, revive } from './end-suspense.ts'
import { commit } from './phase.ts'

/** What a person does about a task, and why. */
export interface TaskDecision {
  readonly action: 'refund' | 'revive' | 'keep' | 'close'
  readonly reason: string
  /** The operator who decides. */
  readonly by: string
}

export type ResolvedTask =
  | { readonly kind: 'done'; readonly task: Task }
  | { readonly kind: 'not_found' | 'not_now' | 'out_of_stock' | 'money_first' }

/**
 * Carries out a person's decision on a parked task. Money in suspense is refunded, revives its
 * order, or is kept; a refund ends its task only when it has arrived. A task without money is
 * closed with a reason. One transaction; a crash leaves the task open.
 */
export async function resolveTask(
  ports: Ports,
  { taskId, decision }: { readonly taskId: string; readonly decision: TaskDecision },
): Promise<ResolvedTask> {
  return await commit(ports, 'resolve-task/decide', async (tx): Promise<ResolvedTask> => {
    const found = await tx.tasks.byId(taskId)
    if (!found) return { kind: 'not_found' }
    const result = await decide(tx, ports, found, decision)
    if (result !== 'done') return { kind: result }
    const task = await tx.tasks.byId(taskId)
    return task ? { kind: 'done', task } : { kind: 'not_found' }
  })
}

type Result = 'done' | 'not_now' | 'out_of_stock' | 'money_first'

async function decide(
  tx: Tx,
  ports: Ports,
  task: Task,
  { action, reason, by }: TaskDecision,
): Promise<Result> {
  const at = ports.clock.now()
  if (task.status !== 'open') return 'not_now'
  const money = await holdMoney(tx, task.id)
  if (action === 'close') {
    // It ends with the answer that it asks for.
    if (task.kind === 'refund_approval') return 'not_now'
    if (money && money.payment?.transactionId !== money.transactionId) return 'money_first'
    return (await tx.tasks.resolve(task.id, reason, at)) ? 'done' : 'not_now'
  }
  if (!money) return 'not_now'
  const ended: Ended =
    action === 'refund'
      ? await giveBack(tx, ports, money, { reason, requestedBy: by }, at)
      : action === 'keep'
        ? await keep(tx, ports, money, reason, at)
        : await revive(tx, ports, money, at)
  if (ended === 'out_of_stock') return 'out_of_stock'
  return ended === 'wait' || ended === 'not_possible' ? 'not_now' : 'done'
}
