// All that is known of one order: items, payment attempts, numbers to copy.
import type { ReactNode } from 'react'
import { yuanText } from '../amounts.ts'
import type { Order, Payment } from '../api/shapes.ts'
import { useTexts, wordText } from '../language.ts'
import { Copyable } from '../parts/copyable.tsx'
import { Moment } from '../parts/moment.tsx'
import { SideDrawer } from '../parts/side-drawer.tsx'
import { StatusTag } from '../parts/status-tag.tsx'
import { Statuses } from './orders.tsx'
import { Refunds } from './refunds.tsx'
import { Shipments } from './shipments.tsx'

export function OrderDrawer({ order, close }: { order: Order | null; close(): void }) {
  const texts = useTexts()
  return (
    <SideDrawer
      visible={order !== null}
      header={texts('order')}
      size="min(560px, 100vw)"
      destroyOnClose
      closeBtn
      close={close}
    >
      {order !== null && <OrderDetail order={order} />}
    </SideDrawer>
  )
}

function OrderDetail({ order }: { order: Order }) {
  const texts = useTexts()
  return (
    <article className="order-detail" data-testid="order-drawer">
      <div className="order-sum">
        <b className="amount">{yuanText(order.totalFen)}</b>
        <Statuses order={order} />
      </div>
      <Items order={order} />
      <h3>{texts('payments')}</h3>
      {order.payments.length === 0 && <p className="faint">{texts('noPayments')}</p>}
      {order.payments.map((payment) => (
        <Attempt key={payment.outTradeNo} payment={payment} />
      ))}
      <Refunds order={order} />
      {order.status === 'paid' && <Shipments order={order} />}
      <h3>{texts('numbers')}</h3>
      <dl>
        <Entry name={texts('orderId')} number={order.id} testId="copy-order-id" />
        <Entry name="out_trade_no" number={order.outTradeNo} testId="copy-out-trade-no" />
        <Entry name="transaction_id" number={order.transactionId} testId="copy-transaction-id" />
        <Entry name="openid" number={order.openid} />
        <Entry name={texts('accountId')} number={order.accountId} />
        <Entry name="appid" number={order.appid} />
        <Entry name="mchid" number={order.mchid} />
      </dl>
      <h3>{texts('times')}</h3>
      <dl>
        <Entry name={texts('createdAt')} value={<Moment at={order.createdAt} />} />
        {order.status === 'unpaid' && (
          <Entry name={texts('expiresAt')} value={<Moment at={order.expiresAt} />} />
        )}
        {order.paidAt !== null && (
          <Entry name={texts('paidAt')} value={<Moment at={order.paidAt} />} />
        )}
        {order.closeReason !== null && (
          <Entry name={texts('closeReason')} value={wordText(texts, order.closeReason)} />
        )}
        <Entry name={texts('shipping')} value={wordText(texts, order.shippingStatus)} />
      </dl>
    </article>
  )
}

function Items({ order }: { order: Order }) {
  const texts = useTexts()
  return (
    <table className="items" data-testid="order-items">
      <caption>{texts('items')}</caption>
      <tbody>
        {order.items.map((item) => (
          <tr key={item.productId}>
            <td>
              {item.name}
              <small>{item.productId}</small>
            </td>
            <td>
              {yuanText(item.unitPriceFen)} × {item.quantity}
            </td>
            <td className="amount">{yuanText(item.amountFen)}</td>
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr>
          <td colSpan={2}>{texts('total')}</td>
          <td className="amount">{yuanText(order.totalFen)}</td>
        </tr>
        {order.refundedFen > 0 && (
          <tr className="bad">
            <td colSpan={2}>{texts('refunded')}</td>
            <td className="amount">{yuanText(-order.refundedFen)}</td>
          </tr>
        )}
      </tfoot>
    </table>
  )
}

function Attempt({ payment }: { payment: Payment }) {
  const texts = useTexts()
  const asked = payment.askedCount === 1 ? 'askedOnce' : 'askedCount'
  return (
    <section className="attempt" data-testid="payment-attempt">
      <header>
        <b>{texts('attempt', payment.attempt)}</b>
        <StatusTag status={payment.status} />
        <small>{texts(asked, payment.askedCount)}</small>
      </header>
      <dl>
        <Entry name="out_trade_no" number={payment.outTradeNo} />
        <Entry name="prepay_id" number={payment.prepayId} />
        <Entry name="transaction_id" number={payment.transactionId} />
        {payment.paidAt !== null && (
          <Entry name={texts('paidAt')} value={<Moment at={payment.paidAt} />} />
        )}
        {payment.closedAt !== null && (
          <Entry name={texts('closedAt')} value={<Moment at={payment.closedAt} />} />
        )}
      </dl>
    </section>
  )
}

/** A line of a definition list; one without a number is left out. */
function Entry(props: {
  name: string
  number?: string | null
  value?: ReactNode
  testId?: string
}) {
  const { number, testId } = props
  if (props.value === undefined && (number === null || number === undefined)) return null
  return (
    <>
      <dt>{props.name}</dt>
      <dd>
        {props.value}
        {typeof number === 'string' && (
          <Copyable text={number} {...(testId === undefined ? {} : { testId })} />
        )}
      </dd>
    </>
  )
}
