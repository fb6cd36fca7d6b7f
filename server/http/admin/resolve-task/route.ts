import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { mostReasonBytes } from '../../../domain/freeze-refund.ts'
import { type ResolvedTask, resolveTask } from '../../../flows/resolve-task.ts'
import type { Ports } from '../../../ports/index.ts'
import { type ErrorCode, Problem } from '../../errors.ts'
import type { HttpParts } from '../../parts.ts'
import { reasonOf } from '../../shapes/reason.ts'
import { showTask, taskShape } from '../../shapes/task.ts'
import { adminDocs, adminOnly, operatorOf } from '../guard.ts'

const body = z.strictObject({
  action: z
    .enum(['refund', 'revive', 'keep', 'close'])
    .describe(
      'refund the money in suspense (the task ends when it arrived) · revive the closed order · ' +
        'keep the money as sales · close a task that holds no money',
    ),
  reason: reasonOf(mostReasonBytes).describe('Kept with the task; a refund shows it to the payer.'),
})

/** POST /admin/v1/tasks/{id}/resolve: a person's decision about what was parked. */
export const resolveTaskRoute = (ports: Ports, parts: HttpParts): FastifyPluginAsyncZod => {
  return async (app) => {
    app.post(
      '/admin/v1/tasks/:id/resolve',
      {
        ...adminOnly(parts),
        schema: {
          ...adminDocs,
          summary: 'Decide about a task',
          description:
            'Money in suspense needs refund, revive or keep; other tasks are closed. A refund from ' +
            'MINITILL_APPROVE_REFUNDS_FROM on waits for a second operator.',
          params: z.object({ id: z.string().min(1).max(64) }),
          body,
          response: { 200: taskShape },
        },
      },
      async (request) => {
        const { id: taskId } = request.params
        const decision = { ...request.body, by: operatorOf(request) }
        const result = await resolveTask(ports, { taskId, decision })
        if (result.kind !== 'done') throw new Problem(codes[result.kind])
        return showTask(result.task)
      },
    )
  }
}

const codes: Readonly<Record<Exclude<ResolvedTask['kind'], 'done'>, ErrorCode>> = {
  not_found: 'not_found',
  not_now: 'not_now',
  out_of_stock: 'out_of_stock',
  money_first: 'money_in_suspense',
}
