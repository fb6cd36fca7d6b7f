// A shipment as the server tells it, and a wish to ship.
import { type Fields, fieldsOf, listOf, numberOf, textOf, textOrNull } from './read.ts'

export interface Shipment {
  id: string
  status: string
  logisticsType: number
  parcels: Array<{ carrier: string; trackingNo: string; description: string }>
  final: boolean
  reshipping: boolean
  problem: string | null
  createdAt: string
}

/** In the field names of the API. */
export interface ShipmentWish {
  logistics_type: number
  items: Array<{
    carrier?: string
    tracking_no?: string
    description: string
    receiver_contact?: string
  }>
  final: boolean
}

export function readShipment(from: Fields): Shipment {
  return {
    id: textOf(from['id']),
    status: textOf(from['status']),
    logisticsType: numberOf(from['logistics_type']),
    parcels: listOf(from['items']).map((item) => {
      const { carrier, tracking_no, description } = fieldsOf(item)
      return {
        carrier: textOf(carrier),
        trackingNo: textOf(tracking_no),
        description: textOf(description),
      }
    }),
    final: from['final'] === true,
    reshipping: from['reshipping'] === true,
    problem: textOrNull(from['problem']),
    createdAt: textOf(from['created_at']),
  }
}
