/** What the server's mini program API sends (design: all amounts in fen, all times RFC 3339). */

export interface Account {
  id: string
  /** "138****8000", or null while no phone number is bound. */
  phone_masked: string | null
}

export interface Product {
  id: string
  name: string
  description: string
  /** Fen. */
  price: number
  currency: string
  /** Pieces left; null means without limit. */
  stock: number | null
  image_url: string | null
}

export interface OrderItem {
  product_id: string
  name: string
  quantity: number
  /** Fen. */
  unit_price: number
  /** Fen. */
  amount: number
}

export type OrderStatus = 'unpaid' | 'paid' | 'closed'

export interface Order {
  id: string
  /** `unpaid` also while a payment is closing or in doubt. */
  status: OrderStatus
  /** Fen. */
  total: number
  currency: string
  items: OrderItem[]
  out_trade_no: string | null
  transaction_id: string | null
  created_at: string
  expires_at: string
  paid_at: string | null
  /** Fen. */
  refunded_total: number
  shipping_status: 'not_required' | 'to_ship' | 'shipped' | 'received' | 'settled'
}

export interface Page<T> {
  data: T[]
  /** Give it as `cursor` for the next page; null at the end. */
  next_cursor: string | null
}

export interface PageQuery {
  limit?: number
  cursor?: string | null
}

export interface CartLine {
  product_id: string
  quantity: number
}

/** What the kit keeps in storage of a login. */
export interface Session {
  token: string
  expires_at: string
  account: Account
}
