import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import type { Ports } from '../../ports/index.ts'
import { bindPhoneRoute } from './bind-phone/route.ts'
import { createSession } from './create-session/route.ts'
import { deleteAccount } from './delete-account/route.ts'
import { deleteSession } from './delete-session/route.ts'
import { deleteSessions } from './delete-sessions/route.ts'
import { getSession } from './get-session/route.ts'
import { listProducts } from './list-products/route.ts'
import { orderRoutes } from './orders.ts'

/** One endpoint: registers itself with its schemas and calls one flow. */
export type RoutePlugin = (ports: Ports) => FastifyPluginAsyncZod

/** The mini program API, in the order of its documentation. */
export const appRoutes: readonly RoutePlugin[] = [
  createSession,
  getSession,
  deleteSession,
  deleteSessions,
  bindPhoneRoute,
  deleteAccount,
  listProducts,
  ...orderRoutes,
]
