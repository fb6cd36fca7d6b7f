// Orders: newest first, by status, found by number, opened in a drawer.
import { useCallback, useState } from 'react'
import { Input, type PrimaryTableCol, Radio, Table } from 'tdesign-react'
import { yuanText } from '../amounts.ts'
import type { Order } from '../api/shapes.ts'
import { type Texts, useTexts } from '../language.ts'
import { type LoadedPages, usePages } from '../loading.ts'
import { Moment } from '../parts/moment.tsx'
import { EmptyState, MoreRows, Screen } from '../parts/screen.tsx'
import { StatusTag } from '../parts/status-tag.tsx'
import { useSession } from '../session.ts'
import { OrderDrawer } from './order-drawer.tsx'

const STATUSES = ['', 'unpaid', 'paid', 'closed'] as const

export function Orders() {
  const [status, setStatus] = useState('')
  // Another filter is another list: nothing of the old one stays on the screen.
  return <OrderList key={status} status={status} choose={setStatus} />
}

function OrderList({ status, choose }: { status: string; choose(status: string): void }) {
  const { api } = useSession()
  const loaded = usePages(
    useCallback((cursor: string | null) => api.orders(status, cursor), [api, status]),
  )
  const [search, setSearch] = useState('')
  const [openId, setOpenId] = useState<string | null>(null)
  const order = loaded.value?.find(({ id }) => id === openId) ?? null
  return (
    <>
      <Screen
        title="orders"
        about="ordersAbout"
        loaded={loaded}
        tools={<Tools status={status} choose={choose} search={search} setSearch={setSearch} />}
      >
        {(orders) => (
          <OrderTable
            orders={orders.filter((one) => hasNumber(one, search.trim()))}
            empty={search.trim() !== '' ? 'noMatch' : status !== '' ? 'noneOfStatus' : 'noOrders'}
            loaded={loaded}
            open={setOpenId}
          />
        )}
      </Screen>
      <OrderDrawer order={order} close={() => setOpenId(null)} />
    </>
  )
}

function Tools(props: {
  status: string
  choose(status: string): void
  search: string
  setSearch(search: string): void
}) {
  const texts = useTexts()
  return (
    <div className="tools">
      <Radio.Group
        variant="default-filled"
        value={props.status}
        onChange={(value) => props.choose(String(value))}
      >
        {STATUSES.map((name) => (
          <Radio.Button key={name} value={name}>
            <span data-testid={`filter-${name === '' ? 'all' : name}`}>
              {texts(name === '' ? 'all' : name)}
            </span>
          </Radio.Button>
        ))}
      </Radio.Group>
      <span className="search" data-testid="search">
        <Input
          clearable
          value={props.search}
          placeholder={texts('searchOrders')}
          onChange={(value) => props.setSearch(value)}
        />
      </span>
    </div>
  )
}

function OrderTable(props: {
  orders: Order[]
  /** Why there may be no row to show. */
  empty: 'noMatch' | 'noneOfStatus' | 'noOrders'
  loaded: LoadedPages<Order>
  open(id: string): void
}) {
  const texts = useTexts()
  return (
    <div className="card">
      {props.orders.length > 0 && (
        <Table
          rowKey="id"
          tableLayout="auto"
          data={props.orders}
          columns={columns(texts, props.open)}
          hover
          rowAttributes={{ 'data-testid': 'order-row' }}
          rowClassName="row-opens"
          onRowClick={({ row }) => props.open(row.id)}
        />
      )}
      {props.orders.length === 0 && (
        <EmptyState icon="orders" title={props.empty} about={`${props.empty}About`} />
      )}
      {(props.orders.length > 0 || props.loaded.hasMore) && <MoreRows {...props.loaded} />}
    </div>
  )
}

function columns(texts: Texts, open: (id: string) => void): PrimaryTableCol<Order>[] {
  return [
    {
      colKey: 'id',
      title: texts('order'),
      cell: ({ row }) => (
        <button type="button" className="order-link" onClick={() => open(row.id)}>
          <b>{itemsText(row)}</b>
          <code>{row.outTradeNo ?? row.id}</code>
        </button>
      ),
    },
    { colKey: 'status', title: texts('status'), cell: ({ row }) => <Statuses order={row} /> },
    {
      colKey: 'total',
      title: texts('total'),
      align: 'right',
      cell: ({ row }) => <span className="amount">{yuanText(row.totalFen)}</span>,
    },
    {
      colKey: 'createdAt',
      title: texts('createdAt'),
      cell: ({ row }) => <Moment at={row.createdAt} />,
    },
    { colKey: 'paidAt', title: texts('paidAt'), cell: ({ row }) => <Moment at={row.paidAt} /> },
  ]
}

/** The status of an order, and of its refund and shipping where there is something to tell. */
export function Statuses({ order }: { order: Order }) {
  const { refundedFen, totalFen, shippingStatus } = order
  return (
    <span className="tags">
      <StatusTag status={order.status} />
      {refundedFen > 0 && (
        <StatusTag status={refundedFen < totalFen ? 'partlyRefunded' : 'refunded'} />
      )}
      {shippingStatus !== 'not_required' && order.status === 'paid' && (
        <StatusTag status={shippingStatus} />
      )}
    </span>
  )
}

function itemsText(order: Order): string {
  const shown = order.items.slice(0, 2).map((item) => `${item.name} × ${item.quantity}`)
  return order.items.length > 2 ? `${shown.join(', ')} …` : shown.join(', ')
}

/** Whether one of the order's numbers contains the text. */
function hasNumber(order: Order, text: string): boolean {
  if (text === '') return true
  const ofPayments = order.payments.flatMap((payment) => [
    payment.outTradeNo,
    payment.prepayId,
    payment.transactionId,
  ])
  const numbers = [order.id, order.outTradeNo, order.transactionId, order.openid, order.accountId]
  const wanted = text.toLowerCase()
  return [...numbers, ...ofPayments].some((number) => number?.toLowerCase().includes(wanted))
}
