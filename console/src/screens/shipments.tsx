// What left of one order, and the way to say that something leaves.
import { useCallback, useState } from 'react'
import { Button } from 'tdesign-react'
import type { Order } from '../api/shapes.ts'
import type { Shipment } from '../api/shipment.ts'
import { useTexts } from '../language.ts'
import { useLoaded } from '../loading.ts'
import { Copyable } from '../parts/copyable.tsx'
import { Moment } from '../parts/moment.tsx'
import { StatusTag } from '../parts/status-tag.tsx'
import { useSession } from '../session.ts'
import type { TextName } from '../texts.ts'
import { ShipDialog } from './ship-dialog.tsx'

export const KINDS: ReadonlyArray<readonly [type: number, name: TextName]> = [
  [1, 'courier'],
  [2, 'cityDelivery'],
  [3, 'virtualGoods'],
  [4, 'pickUp'],
]

export function Shipments({ order }: { order: Order }) {
  const texts = useTexts()
  const { api } = useSession()
  const [open, setOpen] = useState(false)
  const { value, reload } = useLoaded(
    useCallback(async () => await api.shipments(order.id), [api, order.id]),
  )
  if (value === null) return null
  const counting = value.filter(({ status }) => status !== 'refused' && status !== 'cancelled')
  const isDone = counting.at(-1)?.final === true
  const mayShip =
    order.refundedFen < order.totalFen &&
    order.shippingStatus !== 'received' &&
    order.shippingStatus !== 'settled' &&
    !(isDone && counting.some(({ reshipping }) => reshipping))
  return (
    <section data-testid="shipments">
      <h3>{texts('shipments')}</h3>
      {value.length === 0 && <p className="faint">{texts('noShipments')}</p>}
      {value.map((one) => (
        <OneShipment key={one.id} shipment={one} />
      ))}
      {mayShip && (
        <Button variant="outline" data-testid="ship" onClick={() => setOpen(true)}>
          {texts(isDone ? 'shipAgain' : 'ship')}
        </Button>
      )}
      {open && (
        <ShipDialog
          order={order}
          close={() => setOpen(false)}
          saved={() => {
            setOpen(false)
            reload()
          }}
        />
      )}
    </section>
  )
}

function OneShipment({ shipment }: { shipment: Shipment }) {
  const texts = useTexts()
  const kind = KINDS.find(([type]) => type === shipment.logisticsType)?.[1] ?? 'courier'
  const status = shipment.status === 'cancelled' ? 'cancelledShipment' : shipment.status
  return (
    <section className="attempt" data-testid="shipment">
      <header>
        <b>{texts(kind)}</b>
        <StatusTag status={status} />
        <small>
          <Moment at={shipment.createdAt} />
        </small>
      </header>
      <dl>
        {shipment.parcels.map((parcel) => (
          <Parcel key={`${parcel.trackingNo} ${parcel.description}`} parcel={parcel} />
        ))}
        {shipment.problem !== null && (
          <>
            <dt>{texts('problemCode')}</dt>
            <dd>{shipment.problem}</dd>
          </>
        )}
      </dl>
    </section>
  )
}

function Parcel({ parcel }: { parcel: Shipment['parcels'][number] }) {
  return (
    <>
      <dt>{parcel.carrier === '' ? '—' : parcel.carrier}</dt>
      <dd>
        {parcel.trackingNo !== '' && <Copyable text={parcel.trackingNo} />} {parcel.description}
      </dd>
    </>
  )
}
