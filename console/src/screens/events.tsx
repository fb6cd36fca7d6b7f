// What the merchant's own systems were told, what is on its way, and who is told.
import { useCallback, useState } from 'react'
import { Button, MessagePlugin, type PrimaryTableCol, Select, Table } from 'tdesign-react'
import type { Delivery, ShopEvent } from '../api/shapes.ts'
import { type Texts, useTexts } from '../language.ts'
import { usePages } from '../loading.ts'
import { Copyable } from '../parts/copyable.tsx'
import { Moment } from '../parts/moment.tsx'
import { EmptyState, failureTitle, MoreRows, Screen } from '../parts/screen.tsx'
import { SideDrawer } from '../parts/side-drawer.tsx'
import { StatusTag } from '../parts/status-tag.tsx'
import { failureOf, useSession } from '../session.ts'
import { Receivers } from './receivers.tsx'

const TYPES = [
  'order.created',
  'order.paid',
  'order.closed',
  'order.shipped',
  'order.received',
  'order.settled',
  'payment.parked',
  'refund.created',
  'refund.succeeded',
  'refund.closed',
  'refund.abnormal',
]

export function Events() {
  const [type, setType] = useState('')
  // Another filter is another list: nothing of the old one stays on the screen.
  return <EventList key={type} type={type} choose={setType} />
}

function EventList({ type, choose }: { type: string; choose(type: string): void }) {
  const { api } = useSession()
  const texts = useTexts()
  const loaded = usePages(
    useCallback((cursor: string | null) => api.events(type, cursor), [api, type]),
  )
  const [openId, setOpenId] = useState<string | null>(null)
  const event = loaded.value?.find(({ id }) => id === openId) ?? null
  const tools = (
    <div className="tools" data-testid="event-type">
      <Select
        value={type}
        style={{ width: 240 }}
        options={[
          { label: texts('all'), value: '' },
          ...TYPES.map((name) => ({ label: name, value: name })),
        ]}
        onChange={(value) => choose(String(value))}
      />
    </div>
  )
  return (
    <>
      <Screen title="events" about="eventsAbout" loaded={loaded} tools={tools}>
        {(events) => (
          <div className="card">
            {events.length === 0 ? (
              <EmptyState icon="events" title="noEvents" about="noEventsAbout" />
            ) : (
              <Table
                rowKey="id"
                tableLayout="auto"
                data={events}
                columns={columns(texts, setOpenId)}
                hover
                rowAttributes={{ 'data-testid': 'event-row' }}
                rowClassName="row-opens"
                onRowClick={({ row }) => setOpenId(row.id)}
              />
            )}
            {(events.length > 0 || loaded.hasMore) && <MoreRows {...loaded} />}
          </div>
        )}
      </Screen>
      <Receivers />
      <EventDrawer event={event} close={() => setOpenId(null)} resent={loaded.reload} />
    </>
  )
}

function columns(texts: Texts, open: (id: string) => void): PrimaryTableCol<ShopEvent>[] {
  return [
    {
      colKey: 'type',
      title: texts('event'),
      cell: ({ row }) => (
        <button type="button" className="order-link" onClick={() => open(row.id)}>
          <b>{row.type}</b>
          <code>{row.subject}</code>
        </button>
      ),
    },
    {
      colKey: 'deliveries',
      title: texts('deliveries'),
      cell: ({ row }) =>
        row.deliveries.length === 0 ? (
          <span className="faint">{texts('none')}</span>
        ) : (
          <span className="tags">
            {row.deliveries.map((one) => (
              <StatusTag key={keyOf(one)} status={one.status} />
            ))}
          </span>
        ),
    },
    {
      colKey: 'timestamp',
      title: texts('happenedAt'),
      cell: ({ row }) => <Moment at={row.timestamp} />,
    },
  ]
}

const keyOf = ({ endpointId, round }: Delivery) => `${endpointId}/${round}`

function EventDrawer(props: { event: ShopEvent | null; close(): void; resent(): void }) {
  const { event, close } = props
  const texts = useTexts()
  const { api, signOut } = useSession()
  const [busy, setBusy] = useState(false)
  const resend = async (id: string) => {
    setBusy(true)
    try {
      const count = await api.resendEvent(id)
      void MessagePlugin.success(texts('resent', count))
      props.resent()
    } catch (error) {
      const why = failureOf(error)
      if (why.status === 401) return signOut(true)
      void MessagePlugin.error(`${failureTitle(why, texts)} ${why.message}`)
    }
    setBusy(false)
  }
  return (
    <SideDrawer visible={event !== null} header={event?.type} size="min(560px, 94vw)" close={close}>
      {event !== null && (
        <div data-testid="event-drawer">
          <p>
            <Copyable text={event.id} /> <Copyable text={event.subject} />
          </p>
          <h3>{texts('content')}</h3>
          <pre data-testid="event-data">{JSON.stringify(event.data, null, 2)}</pre>
          <h3>{texts('deliveries')}</h3>
          {event.deliveries.length === 0 && <p className="faint">{texts('noDeliveries')}</p>}
          {event.deliveries.map((one) => (
            <p key={keyOf(one)} data-testid="delivery">
              <StatusTag status={one.status} /> <code>{one.endpointId}</code>{' '}
              {texts('attempts', one.attempts)}
              {one.lastAnswer !== null && ` · ${texts('lastAnswer')} ${one.lastAnswer}`}
            </p>
          ))}
          <Button loading={busy} data-testid="resend" onClick={() => void resend(event.id)}>
            {texts('resend')}
          </Button>
        </div>
      )}
    </SideDrawer>
  )
}
