import { TillError } from './error.ts'
import { callHttp } from './http.ts'
import { openMemory } from './memory.ts'
import type { Account, CartLine, Order, Page, PageQuery, Product } from './model.ts'
import { orderMaker } from './orders.ts'
import { callUpOf, fieldsOf, orderOf, pageOf, trusted } from './parse.ts'
import { openPayments, type PayResult } from './payment.ts'
import { type Ports, realPorts } from './ports.ts'
import { openSessions } from './session.ts'
import { openStand } from './simulator.ts'
import { loginCode, openCashier, type WxMethod } from './wx.ts'

export interface TillOptions extends Partial<Ports> {
  /** The Minitill server, e.g. "https://till.example.com". */
  baseUrl: string
  /** Development in WeChat DevTools only: a simulator whose codes and cashier are used. */
  simulator?: string | undefined
  /** Needed only where one server serves several mini programs. */
  appid?: string | undefined
}

export interface RequestOptions {
  method: WxMethod
  /** Begins with "/". */
  path: string
  data?: unknown
  /** Makes a POST safe to repeat after a lost answer. */
  idempotencyKey?: string
}

/** `detail` of the event of `<button open-type="getPhoneNumber">`. */
export interface PhoneDetail {
  code?: string
  errMsg?: string
  errno?: number
}

export interface Till {
  /** Silent login by wx.login; however often it is called at once, it happens once. */
  login(): Promise<Account>
  /** Asks the server who is logged in. */
  session(): Promise<Account>
  /** Who is logged in as far as this phone knows, at once; null when nobody. */
  account(): Account | null
  /** Ends the session of this phone; the phone forgets it even without network. */
  logout(): Promise<void>
  /** Ends all sessions of this person, on every phone. Fails when the server can't be told. */
  logoutEverywhere(): Promise<void>
  /** Any call of your own to the server, with token, renewal, retries and typed errors. */
  request<T = unknown>(options: RequestOptions): Promise<T>
  /** Binds the phone number that the person allowed. */
  bindPhone(detail: PhoneDetail): Promise<Account>
  products(query?: PageQuery): Promise<Page<Product>>
  /** Places an order once, whatever the network does. The price is computed by the server. */
  createOrder(items: CartLine[]): Promise<Order>
  orders(query?: PageQuery): Promise<Page<Order>>
  order(id: string): Promise<Order>
  /** Opens the cashier, then asks the server. Resolves with the order's truth. */
  pay(orderId: string): Promise<PayResult>
  /** Has the server ask WeChat now, and tells the order as it is. */
  confirm(orderId: string): Promise<Order>
  cancel(orderId: string): Promise<Order>
  /** In App.onLaunch and App.onShow: settles payments that were left in flight. Never fails. */
  resume(): Promise<Order[]>
}

function queryText({ limit, cursor }: PageQuery): string {
  const parts = [
    limit ? `limit=${limit}` : '',
    cursor ? `cursor=${encodeURIComponent(cursor)}` : '',
  ]
  const text = parts.filter(Boolean).join('&')
  return text && `?${text}`
}

function phoneCodeOf({ code, errMsg, errno }: PhoneDetail): string {
  if (code) return code
  const detail = `${errMsg} ${errno}`
  throw new TillError(/deny/.test(detail) ? 'phone_refused' : 'phone_unavailable', 0, detail)
}

const orderPath = (id: string, action = '') => `/v1/orders/${encodeURIComponent(id)}${action}`

/** Opens the till: the mini program's side of a Minitill server. */
export function createTill(options: TillOptions): Till {
  const baseUrl = options.baseUrl.replace(/\/+$/, '')
  if (!/^https?:\/\/[^/?#]+/.test(baseUrl)) {
    throw new TypeError('baseUrl must begin with https://')
  }
  const ports = realPorts(options)
  const { wx } = ports
  const stand = openStand(ports, options.simulator, options.appid)
  const memory = openMemory(ports, baseUrl)
  const url = (path: string) => baseUrl + path
  const sessions = openSessions({
    ports,
    memory,
    url,
    loginCode: () => (stand ? stand.loginCode() : loginCode(wx)),
    appid: options.appid,
  })

  const call = (method: WxMethod, path: string, data?: unknown, key?: string) => {
    const header: Record<string, string> = key ? { 'Idempotency-Key': key } : {}
    return sessions.call({ method, url: url(path), data, header })
  }
  const post = (id: string, action: string) => call('POST', orderPath(id, action))
  const confirm = async (id: string) => orderOf(await post(id, '/confirm'))

  const payments = openPayments(
    ports,
    memory,
    {
      confirm,
      pay: async (id) => callUpOf(fieldsOf(await post(id, '/pay'))['payment']),
      openCashier: (callUp) => (stand ? stand.openCashier(callUp) : openCashier(wx, callUp)),
    },
    () => sessions.person.account() !== null,
  )

  return {
    ...sessions.person,
    ...payments,
    request: async ({ method, path, data, idempotencyKey }) =>
      trusted(await call(method, path, data, idempotencyKey)),
    bindPhone: async (detail) =>
      sessions.bindPhoneCode(stand ? await stand.phoneCode() : phoneCodeOf(detail)),
    products: async (query = {}) => {
      const where = url(`/v1/products${queryText(query)}`)
      return pageOf(await callHttp(ports, { method: 'GET', url: where }))
    },
    createOrder: orderMaker(ports, memory, async (items, key) =>
      orderOf(await call('POST', '/v1/orders', { items }, key)),
    ),
    orders: async (query = {}) => pageOf(await call('GET', `/v1/orders${queryText(query)}`)),
    order: async (id) => orderOf(await call('GET', orderPath(id))),
    confirm,
    cancel: async (id) => orderOf(await post(id, '/cancel')),
  }
}
