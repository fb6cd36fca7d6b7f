import type { Fen } from '@minitill/protocol/model'
import { plainText } from './freeze-payment.ts'
import type { OrderItem } from './order.ts'

/** What WeChat allows in a description (JSAPI 下单): characters, each of at most three UTF-8 bytes. */
export const mostDescription = 127
/** The merchant's own number: printable ASCII without blanks, at most 64. */
export const referenceShape = /^[!-~]{1,64}$/

export type DescriptionFault = 'blank' | 'not_plain' | 'too_long'

/**
 * Whether a person's bill can show this text as it is. Nothing is cleaned away in silence: what the
 * merchant's system says is what WeChat is told, or it is refused.
 */
export function descriptionFault(text: string): DescriptionFault | null {
  if (text.trim() === '') return 'blank'
  if (plainText(text) !== text) return 'not_plain'
  return [...text].length > mostDescription ? 'too_long' : null
}

/**
 * The one line of an order whose amount the merchant's system computed. A colon is in no product's
 * id, so that this is never taken for one of ours.
 */
export function ownItem(description: string, reference: string, amountFen: Fen): OrderItem {
  const productId = `reference:${reference}`
  return { productId, name: description, quantity: 1, unitPriceFen: amountFen, amountFen }
}
