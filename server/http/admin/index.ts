import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import type { Ports } from '../../ports/index.ts'
import type { HttpParts } from '../parts.ts'
import { approveRefundRoute } from './approve-refund/route.ts'
import { checkPromisesRoute } from './check-promises/route.ts'
import { closeDifferenceRoute } from './close-difference/route.ts'
import { createEndpoint } from './create-endpoint/route.ts'
import { createOwnOrder } from './create-order/route.ts'
import { createReconciliation } from './create-reconciliation/route.ts'
import { createRefund } from './create-refund/route.ts'
import { createOperatorSession } from './create-session/route.ts'
import { createShipment } from './create-shipment/route.ts'
import { declineRefundRoute } from './decline-refund/route.ts'
import { deleteEndpoint } from './delete-endpoint/route.ts'
import { deleteOperatorSession } from './delete-session/route.ts'
import { exportLedger } from './export-entries/route.ts'
import { getOrderFile } from './get-order/route.ts'
import { getReconciliation } from './get-reconciliation/route.ts'
import { getRefund } from './get-refund/route.ts'
import { listBalances } from './list-balances/route.ts'
import { listDifferences } from './list-differences/route.ts'
import { listEndpoints } from './list-endpoints/route.ts'
import { listEntries } from './list-entries/route.ts'
import { listEvents } from './list-events/route.ts'
import { listAllOrders } from './list-orders/route.ts'
import { listAllProducts } from './list-products/route.ts'
import { listPromises } from './list-promises/route.ts'
import { listReconciliations } from './list-reconciliations/route.ts'
import { listRefunds } from './list-refunds/route.ts'
import { listSeals } from './list-seals/route.ts'
import { listShipments } from './list-shipments/route.ts'
import { listTasks } from './list-tasks/route.ts'
import { putProduct } from './put-product/route.ts'
import { resendEventRoute } from './resend-event/route.ts'
import { resolveRefundRoute } from './resolve-refund/route.ts'
import { resolveTaskRoute } from './resolve-task/route.ts'
import { rotateEndpoint } from './rotate-endpoint/route.ts'
import { verifyLedgerRoute } from './verify-ledger/route.ts'

/** The business and console API: every route asks who is there before anything else. */
export const adminRoutes: ReadonlyArray<(ports: Ports, parts: HttpParts) => FastifyPluginAsyncZod> =
  [
    createOperatorSession,
    deleteOperatorSession,
    listAllOrders,
    createOwnOrder,
    getOrderFile,
    listAllProducts,
    putProduct,
    createRefund,
    listRefunds,
    getRefund,
    approveRefundRoute,
    declineRefundRoute,
    resolveRefundRoute,
    createShipment,
    listShipments,
    listTasks,
    resolveTaskRoute,
    listBalances,
    listEntries,
    exportLedger,
    listSeals,
    verifyLedgerRoute,
    listPromises,
    checkPromisesRoute,
    createEndpoint,
    listEndpoints,
    rotateEndpoint,
    deleteEndpoint,
    createReconciliation,
    listReconciliations,
    getReconciliation,
    listDifferences,
    closeDifferenceRoute,
    listEvents,
    resendEventRoute,
  ]
