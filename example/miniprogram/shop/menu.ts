import type { Language, Product } from '../lib/minitill-kit'

// What the shop itself knows of its teas: a picture, a tint, and the English words. Everything else,
// the price above all, comes from the server.
interface Known {
  tint: string
  name: string
  description: string
}

const known: Record<string, Known> = {
  'tea-jasmine-silver': {
    tint: '#eef1e2',
    name: 'Jasmine Silver Needle',
    description: 'Fuding white tea, scented seven times',
  },
  'tea-osmanthus-oolong': {
    tint: '#f8ead3',
    name: 'Osmanthus Oolong',
    description: 'Charcoal-roasted Anxi oolong',
  },
  'tea-white-peach': {
    tint: '#fbe9df',
    name: 'White Peach Cold Brew',
    description: 'Steeped twelve hours, lightly sweet',
  },
  'tea-matcha-latte': {
    tint: '#e8efd6',
    name: 'Stone-milled Matcha Latte',
    description: 'Uji matcha with fresh milk',
  },
  'tea-tangerine-puer': {
    tint: '#f4e2d2',
    name: "Tangerine Pu'er",
    description: 'Eight-year Xinhui peel, mellow and warm',
  },
  'tea-hojicha-financier': {
    tint: '#f6e9d0',
    name: 'Hojicha Financiers',
    description: 'Two, baked today, brown butter',
  },
  'tea-gift-box': {
    tint: '#e2ede7',
    name: 'Four Seasons Gift Box',
    description: 'Four teas of 50 g, with a tea letter',
  },
  'tea-longjing-first': {
    tint: '#e7eed9',
    name: 'First Longjing · last tin',
    description: 'West Lake, 50 g, hand-roasted',
  },
}

/** A product as the shop shows it. */
export interface Dish {
  id: string
  name: string
  description: string
  price: number
  stock: number | null
  picture: string
  tint: string
}

/** The picture of a product: the server's, else the shop's own, else a plain cup. */
export function pictureOf(id: string, imageUrl: string | null = null): string {
  return imageUrl || `/assets/${known[id] ? id : 'tea-other'}.svg`
}

/** The background behind a product's picture. */
export function tintOf(id: string): string {
  return known[id]?.tint ?? '#f1ebdd'
}

/** A product's name in the person's language; the server's name where we have no other. */
export function nameOf(id: string, name: string, language: Language): string {
  return (language === 'en' && known[id]?.name) || name
}

/** A product of the server made ready for the page. */
export function dishOf(product: Product, language: Language): Dish {
  const { id, price, stock } = product
  const english = language === 'en' ? known[id] : undefined
  return {
    id,
    price,
    stock,
    name: nameOf(id, product.name, language),
    description: english?.description ?? product.description,
    picture: pictureOf(id, product.image_url),
    tint: tintOf(id),
  }
}
