import { z } from 'zod'
import { eventTypes } from '../../domain/event.ts'
import type { Endpoint } from '../../ports/tables/endpoints.ts'

export const eventNames = z
  .array(z.enum([...eventTypes, '*']))
  .min(1)
  .max(eventTypes.length + 1)
  .describe('Which events; "*" is all of them, also those of later versions.')

export const endpointShape = z.object({
  id: z.string(),
  url: z.string(),
  events: z.array(z.string()),
  status: z.enum(['active', 'disabled']),
  old_secret_until: z.string().nullable().describe('Until then the secret before signs too.'),
  created_at: z.string(),
})

/** An endpoint without its secrets. */
export function showEndpoint(endpoint: Endpoint): z.output<typeof endpointShape> {
  const { id, url, events, status, old, createdAtMs } = endpoint
  const until = old === null ? null : new Date(old.untilMs).toISOString()
  const createdAt = new Date(createdAtMs).toISOString()
  return { id, url, events: [...events], status, old_secret_until: until, created_at: createdAt }
}
