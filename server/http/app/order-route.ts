import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import { callerOf } from '../auth.ts'
import { Problem } from '../errors.ts'

/** `{id}` of an order. Anything that is no id of ours is simply not found. */
export const orderParams = z.strictObject({ id: z.string().max(100) })

/** A POST without fields takes no body or `{}`. */
export const noFields = z.strictObject({})

/** Whose order, and which. */
export function orderOf(
  request: FastifyRequest,
  id: string,
): { accountId: string; orderId: string } {
  return { accountId: callerOf(request).account.id, orderId: id }
}

/** Foreign and missing alike, with the same body. */
export const notFound = () => new Problem('not_found')
