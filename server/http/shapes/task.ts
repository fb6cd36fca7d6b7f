import { z } from 'zod'
import type { Task } from '../../ports/tables/tasks.ts'
import { taskTexts } from '../admin/task-texts.ts'

const text = z.object({ en: z.string(), zh: z.string() })

export const taskShape = z.object({
  id: z.string(),
  kind: z.string(),
  subject: z.string(),
  reason: z.string(),
  title: text,
  advice: text.describe('What a person does about it.'),
  detail: z.record(z.string(), z.union([z.string(), z.number(), z.null()])),
  status: z.enum(['open', 'resolved']),
  created_at: z.string(),
  resolved_at: z.string().nullable(),
  resolution: z.string().nullable(),
})

/** A parked task with its sentences. */
export function showTask(task: Task): z.output<typeof taskShape> {
  return {
    id: task.id,
    kind: task.kind,
    subject: task.subject,
    reason: task.reason,
    ...taskTexts[task.kind],
    detail: { ...task.detail },
    status: task.status,
    created_at: new Date(task.createdAtMs).toISOString(),
    resolved_at: task.resolvedAtMs === null ? null : new Date(task.resolvedAtMs).toISOString(),
    resolution: task.resolution,
  }
}
