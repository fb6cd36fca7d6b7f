import { z } from 'zod'
import type { Shipment } from '../../domain/shipment.ts'

/** A shipment as the shop sees it. */
export const shipmentShape = z.object({
  id: z.string(),
  order_id: z.string(),
  status: z
    .enum(['queued', 'uploaded', 'recorded', 'refused', 'cancelled'])
    .describe(
      'queued: WeChat is told a minute after the payment; uploaded: it knows; recorded: it wants to ' +
        'know nothing of this mini program; refused: a task tells why; cancelled: all was refunded.',
    ),
  logistics_type: z.int().describe('1 courier, 2 city delivery, 3 virtual, 4 pick-up.'),
  items: z.array(
    z.object({ carrier: z.string(), tracking_no: z.string(), description: z.string() }),
  ),
  final: z.boolean().describe('Whether nothing more follows.'),
  reshipping: z
    .boolean()
    .describe('The one time that WeChat lets a shipped order be shipped anew.'),
  problem: z.string().nullable().describe("WeChat's errcode, or no_answer."),
  created_at: z.string(),
  uploaded_at: z.string().nullable(),
})

export type ShipmentView = z.output<typeof shipmentShape>

/** Shows a shipment. */
export function showShipment(shipment: Shipment): ShipmentView {
  return {
    id: shipment.id,
    order_id: shipment.orderId,
    status: shipment.status,
    logistics_type: shipment.logisticsType,
    items: shipment.parcels.map((parcel) => ({
      carrier: parcel.carrier,
      tracking_no: parcel.trackingNo,
      description: parcel.description,
    })),
    final: shipment.final,
    reshipping: shipment.kind === 'again',
    problem: shipment.problem,
    created_at: new Date(shipment.createdAtMs).toISOString(),
    uploaded_at:
      shipment.uploadedAtMs === null ? null : new Date(shipment.uploadedAtMs).toISOString(),
  }
}
