import type { Language, Order } from '../lib/minitill-kit'
import { nameOf, pictureOf, tintOf } from './menu'
import { fill, type Texts } from './texts'

/** An order made ready for WXML: names in the person's language, times as text. */
export interface OrderView {
  id: string
  status: Order['status']
  chip: string
  headline: string
  total: number
  refunded: number
  count: string
  lines: {
    id: string
    name: string
    quantity: number
    unitPrice: number
    amount: number
    picture: string
    tint: string
  }[]
  outTradeNo: string
  transactionId: string
  createdAt: string
  paidAt: string
}

const two = (n: number) => `${n < 10 ? '0' : ''}${n}`

/** "2026-11-23 11:20" in the phone's own time zone; empty for nothing. */
export function timeText(rfc3339: string | null): string {
  if (!rfc3339) return ''
  const t = new Date(rfc3339)
  const date = `${t.getFullYear()}-${two(t.getMonth() + 1)}-${two(t.getDate())}`
  return `${date} ${two(t.getHours())}:${two(t.getMinutes())}`
}

/** "29:05" of milliseconds; never below zero. */
export function clockText(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000))
  return `${two(Math.floor(seconds / 60))}:${two(seconds % 60)}`
}

/**
 * Milliseconds left to pay. Never more than the order ever had, so that a phone whose clock is slow
 * promises no time that the shop does not give.
 */
export function leftMs(order: Order, nowMs: number): number {
  const end = Date.parse(order.expires_at)
  return Math.min(end - nowMs, end - Date.parse(order.created_at))
}

/** The server's order for the pages. */
export function viewOf(order: Order, t: Texts, language: Language): OrderView {
  const pieces = order.items.reduce((sum, item) => sum + item.quantity, 0)
  return {
    id: order.id,
    status: order.status,
    chip: t[order.status],
    headline: t[`${order.status}Long`],
    total: order.total,
    refunded: order.refunded_total,
    count: fill(t.items, { n: pieces }),
    lines: order.items.map((item) => ({
      id: item.product_id,
      name: nameOf(item.product_id, item.name, language),
      quantity: item.quantity,
      unitPrice: item.unit_price,
      amount: item.amount,
      picture: pictureOf(item.product_id),
      tint: tintOf(item.product_id),
    })),
    outTradeNo: order.out_trade_no ?? '',
    transactionId: order.transaction_id ?? '',
    createdAt: timeText(order.created_at),
    paidAt: timeText(order.paid_at),
  }
}
