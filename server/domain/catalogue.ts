import { fen } from '@minitill/protocol/model'
import { mostOrderFen } from './price-order.ts'
import type { Product } from './product.ts'

export type CatalogueCheck =
  | { readonly ok: true; readonly products: readonly Product[] }
  /** Every problem at once, each with its entry's index and field. */
  | { readonly ok: false; readonly problems: readonly string[] }

export const mostProducts = 10_000
const mostProblems = 50

/** Ids go into addresses and cursors. */
export const productIdPattern = /^[0-9A-Za-z_-]{1,64}$/
/** Shown in a page: nothing that a browser would run. */
export const imageUrlPattern = /^(?:|https?:\/\/[^\s<>"']{1,500}|\/[^\s<>"']{0,500})$/

type Say = (field: string, rule: string) => void
type Fields = Readonly<Record<string, unknown>>

/**
 * Reads a catalogue: a list of products as GET /v1/products shows them. Their order in the list is
 * their order in the shop.
 */
export function parseCatalogue(json: unknown): CatalogueCheck {
  if (!Array.isArray(json)) return { ok: false, problems: ['must be a list of products'] }
  if (json.length > mostProducts) {
    return { ok: false, problems: [`must hold at most ${mostProducts} products`] }
  }
  const problems: string[] = []
  const seen = new Map<string, number>()
  const products = json.map((entry: unknown, index) => {
    const say: Say = (field, rule) => problems.push(`[${index}].${field} ${rule}`)
    const product = readProduct(entry, index, say)
    const twin = seen.get(product.id)
    if (twin !== undefined) say('id', `is ${product.id}, as of entry ${twin}: ids are unique`)
    if (product.id !== '') seen.set(product.id, index)
    return product
  })
  if (problems.length > 0) return { ok: false, problems: problems.slice(0, mostProblems) }
  return { ok: true, products }
}

const known = ['id', 'name', 'description', 'price', 'currency', 'stock', 'image_url', 'active']

function readProduct(entry: unknown, position: number, say: Say): Product {
  const fields = typeof entry === 'object' && entry !== null ? (entry as Fields) : {}
  for (const key of Object.keys(fields)) {
    if (!known.includes(key)) say(key.slice(0, 64), `is not a field: known are ${known.join(', ')}`)
  }
  const currency = fields['currency'] ?? 'CNY'
  if (currency !== 'CNY') say('currency', 'must be CNY')
  const active = fields['active'] ?? true
  if (typeof active !== 'boolean') say('active', 'must be true or false')
  return {
    id: matching(fields, 'id', productIdPattern, '1 to 64 letters, digits, "_" or "-"', say),
    name: textOf(fields, 'name', 1, 100, say),
    description: textOf(fields, 'description', 0, 1000, say),
    priceFen: fen(wholeOf(fields, 'price', 1, mostOrderFen, say)),
    currency: 'CNY',
    stock: stockOf(fields, say),
    imageUrl: matching(fields, 'image_url', imageUrlPattern, 'empty, https://… or /…', say),
    active: active === true,
    position,
  }
}

/** Absent or null: unlimited. */
function stockOf(fields: Fields, say: Say): number | null {
  if ((fields['stock'] ?? null) === null) return null
  return wholeOf(fields, 'stock', 0, 1_000_000_000, say)
}

function wholeOf(fields: Fields, name: string, least: number, most: number, say: Say): number {
  const value = fields[name]
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= least && value <= most) {
    return value
  }
  say(name, `must be a whole number from ${least} to ${most}`)
  return least
}

function textOf(fields: Fields, name: string, least: number, most: number, say: Say): string {
  const value = fields[name] ?? ''
  const fits = typeof value === 'string' && value.trim().length >= least && value.length <= most
  // A control character, or half of a pair, would reach the person's bill.
  if (fits && !/[\p{Cc}\p{Cs}]/u.test(value)) return value
  say(name, `must be a text of ${least} to ${most} characters without control characters`)
  return ''
}

function matching(fields: Fields, name: string, form: RegExp, words: string, say: Say): string {
  const value = fields[name] ?? ''
  if (typeof value === 'string' && form.test(value)) return value
  say(name, `must be ${words}`)
  return ''
}
