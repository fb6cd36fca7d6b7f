import { type PhoneDetail, wechatDesk } from './desk.ts'
import { callHttp } from './http.ts'
import { openMemory } from './memory.ts'
import type { Account, CartLine, Order, Page, PageQuery, Product } from './model.ts'
import { orderMaker } from './orders.ts'
import { orderOf, pageOf, payableOf, trusted } from './parse.ts'
import { openPayments, type PayOptions, type PayResult } from './payment.ts'
import { type Ports, realPorts } from './ports.ts'
import { openSessions } from './session.ts'
import { simulatorDesk } from './simulator.ts'
import type { WxMethod } from './wx.ts'

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
  pay(orderId: string, options?: PayOptions): Promise<PayResult>
  /** Has the server ask WeChat now, and tells the order as it is. */
  confirm(orderId: string): Promise<Order>
  cancel(orderId: string): Promise<Order>
  /** In App.onLaunch and App.onShow: settles payments that were left in flight. Never fails. */
  resume(): Promise<Order[]>
}

function queryText(query: PageQuery): string {
  const text = Object.entries(query)
    .filter(([, value]) => value)
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join('&')
  return text && `?${text}`
}

const orderPath = (id: string, action = '') => `/v1/orders/${encodeURIComponent(id)}${action}`

/** Opens the till: the mini program's side of a Minitill server. */
export function createTill(options: TillOptions): Till {
  const baseUrl = options.baseUrl.replace(/\/+$/, '')
  if (!/^https?:\/\/[^/?#]+/.test(baseUrl)) {
    throw new TypeError('baseUrl must begin with https://')
  }
  const ports = realPorts(options)
  const desk = {
    ...wechatDesk(ports),
    ...simulatorDesk(ports, options.simulator, options.appid),
  }
  const memory = openMemory(ports, baseUrl)
  const url = (path: string) => baseUrl + path
  const sessions = openSessions({
    ports,
    memory,
    url,
    loginCode: desk.loginCode,
    appid: options.appid,
  })

  const call = (method: WxMethod, path: string, data?: unknown, key?: string) =>
    sessions.call({
      method,
      url: url(path),
      data,
      header: key ? { 'Idempotency-Key': key } : {},
    })
  const post = (id: string, action: string) => call('POST', orderPath(id, action))
  const confirm = (id: string) => post(id, '/confirm').then(orderOf)

  const payments = openPayments(
    ports,
    memory,
    desk,
    {
      confirm,
      pay: (id) => post(id, '/pay').then(payableOf),
    },
    sessions.person.account,
  )

  return {
    ...sessions.person,
    ...payments,
    request: async ({ method, path, data, idempotencyKey }) =>
      trusted(await call(method, path, data, idempotencyKey)),
    bindPhone: async (detail) => sessions.bind(await desk.phoneCode(detail)),
    products: (query = {}) =>
      callHttp(ports, { method: 'GET', url: url(`/v1/products${queryText(query)}`) }).then(
        pageOf<Product>,
      ),
    createOrder: orderMaker(ports, memory, (items, key) =>
      call('POST', '/v1/orders', { items }, key).then(orderOf),
    ),
    orders: (query = {}) => call('GET', `/v1/orders${queryText(query)}`).then(pageOf<Order>),
    order: (id) => call('GET', orderPath(id)).then(orderOf),
    confirm,
    cancel: (id) => post(id, '/cancel').then(orderOf),
  }
}
