// The admin API of the server that this page came from.
import type { Language } from '../language.ts'
import { fieldsOf, listOf, numberOf, textOf, textOrNull } from './read.ts'
import { type BillDay, type Difference, readBillDay, readDifference } from './reconcile.ts'
import { type Refund, type RefundWish, readRefund } from './refund.ts'
import {
  type Balance,
  type Health,
  type LivePromise,
  type Order,
  type Page,
  type Product,
  type Receiver,
  readBalance,
  readEvent,
  readHealth,
  readOrder,
  readPage,
  readProduct,
  readPromise,
  readReceiver,
  readTask,
  type ShopEvent,
  type Task,
} from './shapes.ts'
import { readShipment, type Shipment, type ShipmentWish } from './shipment.ts'

const PAGE_SIZE = 50
const LIMIT_MS = 15_000

export type FailureCode = 'unreachable' | 'unauthenticated' | 'not_understood' | (string & {})

/** Why a call brought nothing: the server's own code and words, or what happened on the way. */
export class ApiFailure extends Error {
  readonly code: FailureCode
  readonly status: number

  constructor(code: FailureCode, status: number, detail: string) {
    super(detail)
    this.code = code
    this.status = status
  }
}

export interface ProductChange {
  priceFen: number
  stock: number | null
  active: boolean
}

export interface Api {
  orders(status: string, cursor: string | null): Promise<Page<Order>>
  tasks(cursor: string | null): Promise<Page<Task>>
  products(cursor: string | null): Promise<Page<Product>>
  changeProduct(product: Product, change: ProductChange): Promise<void>
  /** Oldest first. */
  refunds(orderId: string): Promise<Refund[]>
  /** `key` makes a repeated click one refund. */
  refund(orderId: string, wish: RefundWish, key: string): Promise<void>
  /** A second person's answer to a large one. */
  approveRefund(id: string): Promise<void>
  declineRefund(id: string, reason: string): Promise<void>
  shipments(orderId: string): Promise<Shipment[]>
  /** `key` makes a repeated click one shipment. */
  ship(orderId: string, wish: ShipmentWish, key: string): Promise<void>
  balances(): Promise<Balance[]>
  promises(): Promise<LivePromise[]>
  /** Asks for one look now, beside the hourly one. */
  checkPromises(): Promise<void>
  events(type: string, cursor: string | null): Promise<Page<ShopEvent>>
  /** Sends it once more to everybody who wants it; how many those are. */
  resendEvent(id: string): Promise<number>
  receivers(): Promise<Receiver[]>
  /** The secret, which is told this once. */
  addReceiver(url: string, events: string[]): Promise<string>
  rotateReceiver(id: string): Promise<string>
  disableReceiver(id: string): Promise<void>
  billDays(cursor: string | null): Promise<Page<BillDay>>
  /** Compares a day in Beijing with its bills, or compares it again. */
  reconcile(date: string): Promise<void>
  openDifferences(cursor: string | null): Promise<Page<Difference>>
  /** A person says why it is in order; an empty `by` is the operator of the key. */
  explain(id: string, reason: string, by: string): Promise<void>
  health(): Promise<Health>
  /** Log-out: the token opens nothing more. */
  endSession(): Promise<void>
}

/** Shows the admin key once and gets the token that this tab keeps in its place. */
export async function beginSession(key: string, language: Language): Promise<string> {
  const body = await request('/admin/v1/sessions', key, language, { method: 'POST', json: {} })
  const token = textOf(fieldsOf(body)['token'])
  return understood(token === '' ? null : token)
}

/** The calls of the console with this token. Every promise fails with an ApiFailure only. */
export function openApi(token: string, language: Language): Api {
  const ask = (path: string) => request(path, token, language)
  return {
    orders: async (status, cursor) =>
      understood(readPage(await ask(`/admin/v1/orders?${query({ status, cursor })}`), readOrder)),
    tasks: async (cursor) =>
      understood(
        readPage(await ask(`/admin/v1/tasks?${query({ status: 'open', cursor })}`), readTask),
      ),
    products: async (cursor) =>
      understood(
        readPage(await ask(`/admin/v1/products?${query({ status: '', cursor })}`), readProduct),
      ),
    changeProduct: async (product, change) => {
      const path = `/admin/v1/products/${encodeURIComponent(product.id)}`
      const json = {
        name: product.name,
        description: product.description,
        image_url: product.imageUrl,
        price: change.priceFen,
        stock: change.stock,
        active: change.active,
      }
      await request(path, token, language, { method: 'PUT', json })
    },
    shipments: async (orderId) => {
      const path = `/admin/v1/orders/${encodeURIComponent(orderId)}/shipments`
      return understood(readPage(await ask(path), readShipment)).rows
    },
    ship: async (orderId, wish, key) => {
      const path = `/admin/v1/orders/${encodeURIComponent(orderId)}/shipments`
      await request(path, token, language, { method: 'POST', json: { ...wish }, key })
    },
    balances: async () =>
      understood(readPage(await ask('/admin/v1/ledger/balances'), readBalance)).rows,
    promises: async () => understood(readPage(await ask('/admin/v1/promises'), readPromise)).rows,
    checkPromises: async () => {
      await request('/admin/v1/promises/check', token, language, { method: 'POST', json: {} })
    },
    ...refundCalls(token, language),
    ...eventCalls(token, language),
    ...reconcileCalls(token, language),
    endSession: async () => {
      await request('/admin/v1/session', token, language, { method: 'DELETE' })
    },
    health: async () => understood(readHealth(await ask('/readyz'))),
  }
}

type RefundCalls = Pick<Api, 'refunds' | 'refund' | 'approveRefund' | 'declineRefund'>

function refundCalls(token: string, language: Language): RefundCalls {
  const ask = (path: string, how?: Sending) => request(`/admin/v1${path}`, token, language, how)
  const answer = async (id: string, word: string, json: Record<string, unknown>) => {
    await ask(`/refunds/${encodeURIComponent(id)}/${word}`, { method: 'POST', json })
  }
  return {
    refunds: async (orderId) => {
      const path = `/orders/${encodeURIComponent(orderId)}/refunds`
      return understood(readPage(await ask(path), readRefund)).rows
    },
    refund: async (orderId, wish, key) => {
      const path = `/orders/${encodeURIComponent(orderId)}/refunds`
      await ask(path, { method: 'POST', json: { ...wish }, key })
    },
    approveRefund: async (id) => await answer(id, 'approve', {}),
    declineRefund: async (id, reason) => await answer(id, 'decline', { reason }),
  }
}

type EventCalls = Pick<
  Api,
  'events' | 'resendEvent' | 'receivers' | 'addReceiver' | 'rotateReceiver' | 'disableReceiver'
>

function eventCalls(token: string, language: Language): EventCalls {
  const ask = (path: string, how?: Parameters<typeof request>[3]) =>
    request(`/admin/v1${path}`, token, language, how)
  const post = (path: string, json: Record<string, unknown>) => ask(path, { method: 'POST', json })
  const secretOf = (answer: unknown) => understood(textOrNull(fieldsOf(answer)['secret']))
  return {
    events: async (type, cursor) => {
      const filter = type === '' ? '' : `&type=${encodeURIComponent(type)}`
      const path = `/events?${query({ status: '', cursor })}${filter}`
      return understood(readPage(await ask(path), readEvent))
    },
    resendEvent: async (id) =>
      numberOf(fieldsOf(await post(`/events/${encodeURIComponent(id)}/resend`, {}))['deliveries']),
    receivers: async () => understood(readPage(await ask('/webhook-endpoints'), readReceiver)).rows,
    addReceiver: async (url, events) => secretOf(await post('/webhook-endpoints', { url, events })),
    rotateReceiver: async (id) =>
      secretOf(await post(`/webhook-endpoints/${encodeURIComponent(id)}/rotate`, {})),
    disableReceiver: async (id) => {
      await ask(`/webhook-endpoints/${encodeURIComponent(id)}`, { method: 'DELETE' })
    },
  }
}

type ReconcileCalls = Pick<Api, 'billDays' | 'reconcile' | 'openDifferences' | 'explain'>

function reconcileCalls(token: string, language: Language): ReconcileCalls {
  const ask = (path: string, how?: Sending) => request(`/admin/v1${path}`, token, language, how)
  return {
    billDays: async (cursor) => {
      const path = `/reconciliations?${query({ status: '', cursor })}`
      return understood(readPage(await ask(path), readBillDay))
    },
    reconcile: async (date) => {
      await ask('/reconciliations', { method: 'POST', json: { date } })
    },
    openDifferences: async (cursor) => {
      const path = `/differences?${query({ status: 'open', cursor })}`
      return understood(readPage(await ask(path), readDifference))
    },
    explain: async (id, reason, by) => {
      const json = by === '' ? { reason } : { reason, by }
      await ask(`/differences/${encodeURIComponent(id)}/close`, { method: 'POST', json })
    },
  }
}

function query(given: { status: string; cursor: string | null }): string {
  const parameters = new URLSearchParams({ limit: String(PAGE_SIZE) })
  if (given.status !== '') parameters.set('status', given.status)
  if (given.cursor !== null) parameters.set('cursor', given.cursor)
  return parameters.toString()
}

function understood<T>(value: T | null): T {
  if (value === null) throw new ApiFailure('not_understood', 200, '')
  return value
}

interface Sending {
  method?: string
  json?: Record<string, unknown>
  key?: string
}

async function request(
  path: string,
  bearer: string,
  language: Language,
  { method = 'GET', json, key }: Sending = {},
): Promise<unknown> {
  const answer = await fetch(path, {
    method,
    headers: {
      accept: 'application/json, application/problem+json',
      'accept-language': language === 'zh' ? 'zh-CN' : 'en',
      authorization: `Bearer ${bearer}`,
      ...(json === undefined ? {} : { 'content-type': 'application/json' }),
      ...(key === undefined ? {} : { 'idempotency-key': key }),
    },
    ...(json === undefined ? {} : { body: JSON.stringify(json) }),
    signal: AbortSignal.timeout(LIMIT_MS),
  }).catch(() => {
    throw new ApiFailure('unreachable', 0, '')
  })
  const body: unknown = await answer.json().catch(() => null)
  // /readyz says what is wrong with 503: that is an answer, not a failure.
  if (answer.ok || (path === '/readyz' && fieldsOf(body)['status'] !== undefined)) return body
  throw problem(answer.status, body)
}

function problem(status: number, body: unknown): ApiFailure {
  const from = fieldsOf(body)
  const fields = listOf(from['errors']).map((error) => {
    const { field, message } = fieldsOf(error)
    return `${textOf(field)}: ${textOf(message)}`
  })
  const detail = [textOf(from['detail'], textOf(from['title'])), ...fields].filter(Boolean)
  const code = status === 401 ? 'unauthenticated' : textOf(from['code'], `http_${status}`)
  return new ApiFailure(code, status, detail.join(' · '))
}
