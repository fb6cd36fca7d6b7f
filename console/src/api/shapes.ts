// What the admin API answers, read leniently: a field that is absent is an empty one.
import { type Fields, fieldsOf, listOf, numberOf, textOf, textOrNull } from './read.ts'

export interface Item {
  productId: string
  name: string
  quantity: number
  unitPriceFen: number
  amountFen: number
}

export interface Payment {
  attempt: number
  status: string
  outTradeNo: string
  prepayId: string | null
  transactionId: string | null
  askedCount: number
  paidAt: string | null
  closedAt: string | null
}

export interface Order {
  id: string
  status: string
  totalFen: number
  refundedFen: number
  items: Item[]
  outTradeNo: string | null
  transactionId: string | null
  createdAt: string
  expiresAt: string | null
  paidAt: string | null
  shippingStatus: string
  accountId: string | null
  appid: string | null
  mchid: string | null
  openid: string | null
  closeReason: string | null
  payments: Payment[]
}

export interface Task {
  id: string
  kind: string
  subject: string
  reason: string
  detail: Fields
  createdAt: string
  title: Spoken
  advice: Spoken
}

/** A sentence in both languages. */
export interface Spoken {
  zh: string
  en: string
}

export interface Product {
  id: string
  name: string
  description: string
  priceFen: number
  stock: number | null
  imageUrl: string
  active: boolean
}

/** What was told to the merchant's systems, and how each telling went. */
export interface ShopEvent {
  id: string
  type: string
  subject: string
  version: number
  timestamp: string
  data: Fields
  deliveries: Delivery[]
}

export interface Delivery {
  endpointId: string
  round: number
  status: string
  attempts: number
  lastAnswer: string | null
}

/** A system of the merchant's that events are sent to. */
export interface Receiver {
  id: string
  url: string
  events: string[]
  status: string
  oldSecretUntil: string | null
}

export interface Balance {
  account: string
  amountFen: bigint
}

export interface Health {
  ready: boolean
  reasons: string[]
}

export interface Page<T> {
  rows: T[]
  nextCursor: string | null
}

/** A list answer `{data, next_cursor}`; null when it is none. */
export function readPage<T>(answer: unknown, read: (row: Fields) => T): Page<T> | null {
  const { data, next_cursor } = fieldsOf(answer)
  if (!Array.isArray(data)) return null
  return { rows: data.map((row) => read(fieldsOf(row))), nextCursor: textOrNull(next_cursor) }
}

export function readOrder(from: Fields): Order {
  return {
    id: textOf(from['id']),
    status: textOf(from['status']),
    totalFen: numberOf(from['total']),
    refundedFen: numberOf(from['refunded_total']),
    items: listOf(from['items']).map((item) => readItem(fieldsOf(item))),
    outTradeNo: textOrNull(from['out_trade_no']),
    transactionId: textOrNull(from['transaction_id']),
    createdAt: textOf(from['created_at']),
    expiresAt: textOrNull(from['expires_at']),
    paidAt: textOrNull(from['paid_at']),
    shippingStatus: textOf(from['shipping_status'], 'not_required'),
    accountId: textOrNull(from['account_id']),
    appid: textOrNull(from['appid']),
    mchid: textOrNull(from['mchid']),
    openid: textOrNull(from['openid']),
    closeReason: textOrNull(from['close_reason']),
    payments: listOf(from['payments']).map((payment) => readPayment(fieldsOf(payment))),
  }
}

function readItem(from: Fields): Item {
  return {
    productId: textOf(from['product_id']),
    name: textOf(from['name']),
    quantity: numberOf(from['quantity']),
    unitPriceFen: numberOf(from['unit_price']),
    amountFen: numberOf(from['amount']),
  }
}

function readPayment(from: Fields): Payment {
  return {
    attempt: numberOf(from['attempt']),
    status: textOf(from['status']),
    outTradeNo: textOf(from['out_trade_no']),
    prepayId: textOrNull(from['prepay_id']),
    transactionId: textOrNull(from['transaction_id']),
    askedCount: numberOf(from['asked_count']),
    paidAt: textOrNull(from['paid_at']),
    closedAt: textOrNull(from['closed_at']),
  }
}

export function readTask(from: Fields): Task {
  const kind = textOf(from['kind'])
  return {
    id: textOf(from['id']),
    kind,
    subject: textOf(from['subject']),
    reason: textOf(from['reason']),
    detail: fieldsOf(from['detail']),
    createdAt: textOf(from['created_at']),
    title: readSpoken(from['title'], kind),
    advice: readSpoken(from['advice'], ''),
  }
}

export function readSpoken(value: unknown, fallback: string): Spoken {
  const { zh, en } = fieldsOf(value)
  return { zh: textOf(zh, textOf(en, fallback)), en: textOf(en, textOf(zh, fallback)) }
}

export function readProduct(from: Fields): Product {
  const stock = from['stock']
  return {
    id: textOf(from['id']),
    name: textOf(from['name']),
    description: textOf(from['description']),
    priceFen: numberOf(from['price']),
    stock: typeof stock === 'number' ? stock : null,
    imageUrl: textOf(from['image_url']),
    active: from['active'] !== false,
  }
}

export function readBalance(from: Fields): Balance {
  const amount = from['amount']
  const whole = /^-?\d{1,30}$/.test(String(amount)) ? BigInt(String(amount)) : 0n
  return { account: textOf(from['account']), amountFen: whole }
}

export function readHealth(answer: unknown): Health | null {
  const { status, reasons } = fieldsOf(answer)
  if (typeof status !== 'string') return null
  const said = listOf(reasons).map((reason) =>
    typeof reason === 'string' ? reason : JSON.stringify(reason),
  )
  return { ready: status === 'ready' || status === 'ok', reasons: said }
}

/** What is always true about the money, and what the last look at the data found. */
export interface LivePromise {
  id: string
  text: Spoken
  status: 'kept' | 'broken' | 'unchecked'
  checkedAt: string | null
  rowsChecked: number
  tookMs: number
  brokenSince: string | null
  brokenCount: number
  broken: { subject: string; why: string }[]
}

export function readPromise(from: Fields): LivePromise {
  const status = textOf(from['status'])
  return {
    id: textOf(from['id']),
    text: readSpoken(from['text'], textOf(from['id'])),
    status: status === 'kept' || status === 'broken' ? status : 'unchecked',
    checkedAt: textOrNull(from['checked_at']),
    rowsChecked: numberOf(from['rows_checked']),
    tookMs: numberOf(from['took_ms']),
    brokenSince: textOrNull(from['broken_since']),
    brokenCount: numberOf(from['broken_count']),
    broken: listOf(from['broken']).map((one) => {
      const { subject, why } = fieldsOf(one)
      return { subject: textOf(subject), why: textOf(why) }
    }),
  }
}

export function readEvent(from: Fields): ShopEvent {
  return {
    id: textOf(from['id']),
    type: textOf(from['type']),
    subject: textOf(from['subject']),
    version: numberOf(from['version']),
    timestamp: textOf(from['timestamp']),
    data: fieldsOf(from['data']),
    deliveries: listOf(from['deliveries']).map((one) => readDelivery(fieldsOf(one))),
  }
}

function readDelivery(from: Fields): Delivery {
  return {
    endpointId: textOf(from['endpoint_id']),
    round: numberOf(from['round']),
    status: textOf(from['status']),
    attempts: numberOf(from['attempts']),
    lastAnswer: textOrNull(from['last_answer']),
  }
}

export function readReceiver(from: Fields): Receiver {
  return {
    id: textOf(from['id']),
    url: textOf(from['url']),
    events: listOf(from['events']).map((name) => textOf(name)),
    status: textOf(from['status']),
    oldSecretUntil: textOrNull(from['old_secret_until']),
  }
}
