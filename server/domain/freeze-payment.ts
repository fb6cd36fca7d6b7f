import { type OutTradeNo, type PrepayRequest, rfc3339Beijing } from '@minitill/protocol/model'
import type { Order, OrderItem } from './order.ts'

/** What WeChat allows in `description`: 127 characters of at most three UTF-8 bytes each. */
const mostDescription = 127

/** A line for the person's bill: the first product, and how many more there are. */
export function describe(items: readonly OrderItem[]): string {
  const [first, ...rest] = items
  const name = plainText(first?.name ?? '') || '订单'
  const count = first && first.quantity > 1 ? ` × ${first.quantity}` : ''
  const more = rest.length > 0 ? ` 等 ${items.length} 件商品` : ''
  const tail = `${count}${more}`
  return `${name.slice(0, mostDescription - tail.length)}${tail}`
}

/**
 * Leaves out what WeChat refuses (characters of four bytes, such as emoji) and what must not reach
 * a bill (control characters, lone surrogates); runs of white space become one blank.
 */
export function plainText(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Cf}\p{Cs}\u{10000}-\u{10ffff}]/gu, ' ')
    .replace(/\s+/gu, ' ')
    .trim()
}

/**
 * The body of the prepay request, serialised once: WeChat refuses a second try that differs in
 * anything, so that these very characters are stored, signed and sent each time (JSAPI 下单, 订单重入).
 */
export function prepayBody(order: Order, outTradeNo: OutTradeNo, notifyUrl: string): string {
  const request: PrepayRequest = {
    appid: order.appid,
    mchid: order.mchid,
    description: describe(order.items),
    out_trade_no: outTradeNo,
    time_expire: rfc3339Beijing(order.expiresAtMs),
    notify_url: notifyUrl,
    amount: { total: order.totalFen, currency: order.currency },
    payer: { openid: order.openid },
  }
  return JSON.stringify(request)
}

const alphabet = '0123456789abcdefghijklmnopqrstuv'
const mostTradeNo = 32
/** 80 bits: two numbers never meet, and nobody guesses a neighbour's. */
export const leastChanceCharacters = 16

/**
 * A number of ours: the operator's prefix, which tells our numbers from those of another system on
 * the same mchid, and as much of the chance as fits into WeChat's 32 characters.
 */
export function tradeNo(prefix: string, chance: Uint8Array): string {
  const characters = [...chance].map((byte) => alphabet[byte & 31]).join('')
  const room = mostTradeNo - prefix.length
  if (room < leastChanceCharacters) throw new RangeError('MINITILL_TRADE_PREFIX is too long')
  return `${prefix}${characters.slice(0, room)}`
}
