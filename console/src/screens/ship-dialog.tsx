// Says that something leaves: how, by whom, with which number, and what is in it.
import { useRef, useState } from 'react'
import { Alert, Checkbox, Dialog, Input, Radio } from 'tdesign-react'
import type { ApiFailure } from '../api/api.ts'
import type { Order } from '../api/shapes.ts'
import type { ShipmentWish } from '../api/shipment.ts'
import { useTexts } from '../language.ts'
import { SaveButton } from '../parts/save-button.tsx'
import { failureTitle } from '../parts/screen.tsx'
import { failureOf, useSession } from '../session.ts'
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

interface DialogProps {
  order: Order
  saved(): void
  close(): void
}

export function ShipDialog({ order, saved, close }: DialogProps) {
  const texts = useTexts()
  const { api, signOut } = useSession()
  const [draft, setDraft] = useState(() => draftOf(order))
  const [failure, setFailure] = useState<ApiFailure | null>(null)
  const [busy, setBusy] = useState(false)
  // One key for the same words: two clicks, or a click after a lost answer, are one shipment.
  const keys = useRef(new Map<string, string>())
  const wish = wishOf(draft)
  const save = async () => {
    if (wish === null || busy) return
    setBusy(true)
    try {
      await api.ship(order.id, wish, keyOf(keys.current, wish))
      saved()
    } catch (error) {
      const why = failureOf(error)
      if (why.status === 401) return signOut(true)
      setFailure(why)
      setBusy(false)
    }
  }
  return (
    <Dialog
      visible
      header={texts('ship')}
      width="min(480px, 94vw)"
      confirmBtn={
        <SaveButton
          words={texts('ship')}
          blocked={wish === null || busy}
          testId="save-shipment"
          save={save}
        />
      }
      cancelBtn={texts('cancel')}
      onClose={close}
    >
      <p className="faint">{texts('shipAbout')}</p>
      <ShipForm draft={draft} change={(part) => setDraft((now) => ({ ...now, ...part }))} />
      {failure !== null && (
        <Alert theme="error" title={failureTitle(failure, texts)} message={failure.message} />
      )}
    </Dialog>
  )
}

function keyOf(keys: Map<string, string>, wish: ShipmentWish): string {
  const words = JSON.stringify(wish)
  const key = keys.get(words) ?? crypto.randomUUID()
  keys.set(words, key)
  return key
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
