import { isRefusal } from './error.ts'
import { singleFlight } from './flight.ts'
import type { Memory } from './memory.ts'
import type { CartLine, Order } from './model.ts'
import { fieldsOf } from './parse.ts'
import type { Ports } from './ports.ts'

// After this, the same items are meant anew. An order that an unanswered try may have made is then
// left to expire unpaid; no money can move by it.
const intentLifeMs = 15 * 60_000

/**
 * Makes `createOrder`. The key is in storage before the first byte is sent and leaves it when the
 * order is known or refused: a lost answer, a second tap or a restart can't order twice.
 */
export function orderMaker(
  ports: Ports,
  memory: Memory,
  post: (items: CartLine[], idempotencyKey: string) => Promise<Order>,
): (items: CartLine[]) => Promise<Order> {
  const flight = singleFlight<Order>()

  /** The key of these items: the stored one while they are still meant, else a new one. */
  function keyFor(items: string): string {
    const stored = fieldsOf(memory.read('intent'))
    const ageMs = Math.abs(ports.nowMs() - Number(stored['made_at_ms']))
    if (stored['items'] === items && ageMs < intentLifeMs) return String(stored['key'])
    const part = () => ports.random().toString(36).slice(2, 12)
    const key = `kit-${ports.nowMs().toString(36)}-${part()}${part()}`
    memory.write('intent', { key, items, made_at_ms: ports.nowMs() })
    return key
  }

  function served(key: string): void {
    if (fieldsOf(memory.read('intent'))['key'] === key) memory.forget('intent')
  }

  async function place(items: CartLine[], text: string): Promise<Order> {
    const key = keyFor(text)
    try {
      const order = await post(items, key)
      served(key)
      return order
    } catch (error) {
      if (isRefusal(error)) served(key)
      throw error
    }
  }

  return (wanted) => {
    const items = wanted.map(({ product_id, quantity }) => ({ product_id, quantity }))
    const text = JSON.stringify(items)
    return flight(text, () => place(items, text))
  }
}
