// What the API answers, for programs that call it. Types only: nothing of the server comes along.

export type { PresentedOrder as Order } from './app/present-order.ts'
export type { ProblemBody } from './errors.ts'
export type { ErrorCode } from './registry.ts'
export type { AdminOrder } from './shapes/admin-order.ts'
export type { RefundView as Refund } from './shapes/refund.ts'

import type { z } from 'zod'
import type { differenceShape } from './shapes/difference.ts'
import type { adminProductShape, productShape } from './shapes/product.ts'
import type { promiseShape } from './shapes/promise.ts'
import type { reconciliationShape } from './shapes/reconciliation.ts'
import type { taskShape } from './shapes/task.ts'

export type Product = z.output<typeof productShape>
export type AdminProduct = z.output<typeof adminProductShape>
export type Difference = z.output<typeof differenceShape>
export type Reconciliation = z.output<typeof reconciliationShape>
export type LivePromise = z.output<typeof promiseShape>
export type Task = z.output<typeof taskShape>

/** A list answer. */
export interface Page<T> {
  readonly data: readonly T[]
  readonly next_cursor: string | null
}
