import { cancelOrderRoute } from './cancel-order/route.ts'
import { confirmOrder } from './confirm-order/route.ts'
import { createOrder } from './create-order/route.ts'
import { getOrder } from './get-order/route.ts'
import type { RoutePlugin } from './index.ts'
import { listOrders } from './list-orders/route.ts'
import { payOrder } from './pay-order/route.ts'

/** The endpoints of orders and of paying. */
export const orderRoutes: readonly RoutePlugin[] = [
  createOrder,
  listOrders,
  getOrder,
  payOrder,
  confirmOrder,
  cancelOrderRoute,
]
