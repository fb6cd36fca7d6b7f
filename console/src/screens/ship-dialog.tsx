// Says that something leaves: how, by whom, with which number, and what is in it.
import { useState } from 'react'
import { Checkbox, Input, Radio } from 'tdesign-react'
import type { Order } from '../api/shapes.ts'
import type { ShipmentWish } from '../api/shipment.ts'
import { useTexts } from '../language.ts'
import { type Saving, SavingDialog, useWishKey } from '../parts/saving-dialog.tsx'
import { useSession } from '../session.ts'
import type { TextName } from '../texts.ts'
import { KINDS } from './shipments.tsx'

interface Draft {
  kind: number
  carrier: string
  trackingNo: string
  description: string
  contact: string
  more: boolean
}

export function ShipDialog({ order, ...saving }: Saving & { order: Order }) {
  const texts = useTexts()
  const { api } = useSession()
  const [draft, setDraft] = useState(() => draftOf(order))
  const keyOf = useWishKey()
  const wish = wishOf(draft)
  return (
    <SavingDialog
      header={texts('ship')}
      words={texts('ship')}
      testId="save-shipment"
      send={wish && (async () => await api.ship(order.id, wish, keyOf(wish)))}
      {...saving}
    >
      <p className="faint">{texts('shipAbout')}</p>
      <ShipForm draft={draft} change={(part) => setDraft((now) => ({ ...now, ...part }))} />
    </SavingDialog>
  )
}

function ShipForm({ draft, change }: { draft: Draft; change(part: Partial<Draft>): void }) {
  const texts = useTexts()
  const isCourier = draft.kind === 1
  return (
    <div className="form" data-testid="ship-form">
      <div className="field">
        <b>{texts('logisticsType')}</b>
        <Radio.Group value={draft.kind} onChange={(kind) => change({ kind: Number(kind) })}>
          {KINDS.map(([type, name]) => (
            <Radio key={type} value={type}>
              <span data-testid={`kind-${type}`}>{texts(name)}</span>
            </Radio>
          ))}
        </Radio.Group>
      </div>
      {isCourier && (
        <>
          <Line
            name="carrier"
            hint="carrierHint"
            needed
            value={draft.carrier}
            set={(carrier) => change({ carrier: carrier.toUpperCase() })}
          />
          <Line
            name="trackingNo"
            needed
            value={draft.trackingNo}
            set={(trackingNo) => change({ trackingNo })}
          />
        </>
      )}
      <Line
        name="parcelContent"
        needed
        value={draft.description}
        set={(description) => change({ description })}
      />
      {isCourier && draft.carrier === 'SF' && (
        <Line
          name="receiverContact"
          hint="receiverHint"
          value={draft.contact}
          set={(contact) => change({ contact })}
        />
      )}
      {isCourier && (
        <span data-testid="more-follow">
          <Checkbox checked={draft.more} onChange={(more) => change({ more })}>
            {texts('moreFollow')}
          </Checkbox>
        </span>
      )}
    </div>
  )
}

function Line(props: {
  name: TextName
  value: string
  hint?: TextName
  needed?: boolean
  set(value: string): void
}) {
  const texts = useTexts()
  const isMissing = props.needed === true && props.value.trim() === ''
  return (
    <div className="field" data-testid={`field-${props.name}`}>
      <b>{texts(props.name)}</b>
      <Input value={props.value} onChange={props.set} />
      {isMissing && <small className="bad">{texts('fieldNeeded')}</small>}
      {!isMissing && props.hint !== undefined && <small>{texts(props.hint)}</small>}
    </div>
  )
}

/** The first words of what was ordered, as WeChat takes them. */
function draftOf(order: Order): Draft {
  const words = order.items.map(({ name, quantity }) => `${name} × ${quantity}`).join('；')
  const description = [...words].slice(0, 120).join('')
  return { kind: 1, carrier: '', trackingNo: '', description, contact: '', more: false }
}

/** What to send, or null while something is missing. */
function wishOf(draft: Draft): ShipmentWish | null {
  const description = draft.description.trim()
  if (description === '') return null
  if (draft.kind !== 1) {
    return { logistics_type: draft.kind, items: [{ description }], final: true }
  }
  const [carrier, tracking_no] = [draft.carrier.trim(), draft.trackingNo.trim()]
  if (carrier === '' || tracking_no === '') return null
  const contact = draft.contact.trim()
  const asked = carrier === 'SF' && contact !== '' ? { receiver_contact: contact } : {}
  const item = { carrier, tracking_no, description, ...asked }
  return { logistics_type: 1, items: [item], final: !draft.more }
}
