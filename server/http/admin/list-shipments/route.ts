import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { readShipments } from '../../../flows/read-console.ts'
import type { Ports } from '../../../ports/index.ts'
import { Problem } from '../../errors.ts'
import type { HttpParts } from '../../parts.ts'
import { shipmentShape, showShipment } from '../../shapes/shipment.ts'
import { adminDocs, adminOnly } from '../guard.ts'

/** GET /admin/v1/orders/{id}/shipments: everything that was said to leave, in order. */
export const listShipments = (ports: Ports, parts: HttpParts): FastifyPluginAsyncZod => {
  return async (app) => {
    app.get(
      '/admin/v1/orders/:number/shipments',
      {
        ...adminOnly(parts),
        schema: {
          ...adminDocs,
          summary: 'Shipments of an order',
          params: z.object({ number: z.string().min(1).max(64).describe("The order's id.") }),
          response: { 200: z.object({ data: z.array(shipmentShape), next_cursor: z.null() }) },
        },
      },
      async (request) => {
        const found = await readShipments(ports, request.params.number)
        if (found === null) throw new Problem('not_found')
        return { data: found.map(showShipment), next_cursor: null }
      },
    )
  }
}
