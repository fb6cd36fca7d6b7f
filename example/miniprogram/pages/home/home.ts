import type { Product } from '../../lib/minitill-kit'
import { type Dish, dishOf } from '../../shop/menu'
import { complain, nameChrome, shop, texts, troubleOf } from '../../shop/page'
import { fill, textsOf } from '../../shop/texts'

interface Tile extends Dish {
  count: number
  soldOut: boolean
  few: string
  amount: number
}

type State = 'loading' | 'ready' | 'empty' | 'error' | 'offline'

const mostPieces = 20
const fewPieces = 5

/** As many as the shop has, and no more than a person carries. */
function limitOf(tile: Tile): number {
  return tile.stock === null ? mostPieces : Math.min(tile.stock, mostPieces)
}

Page({
  data: {
    t: textsOf('zh'),
    state: 'loading' as State,
    trouble: '',
    tiles: [] as Tile[],
    bag: [] as Tile[],
    pieces: 0,
    subtotal: 0,
    sheet: false,
    ordering: false,
  },
  products: [] as Product[],

  onLoad() {
    void this.load()
  },

  onShow() {
    const t = texts()
    this.setData({ t })
    nameChrome(t.shop, true)
    this.draw()
  },

  async onPullDownRefresh() {
    await this.load()
    wx.stopPullDownRefresh()
  },

  async load() {
    if (!this.products.length) this.setData({ state: 'loading' })
    try {
      const { data } = await shop().till.products({ limit: 100 })
      this.products = data
      this.setData({ state: data.length ? 'ready' : 'empty' })
      this.draw()
    } catch (error) {
      const { kind, text } = troubleOf(error)
      if (this.products.length) complain(error)
      else this.setData({ state: kind, trouble: text })
    }
  },

  /** Products and cart as tiles; the sums are for orientation, the server computes the price. */
  draw() {
    const { cart, language } = shop()
    const t = texts()
    const tiles = this.products.map((product): Tile => {
      const dish = dishOf(product, language)
      const count = Math.min(cart[dish.id] ?? 0, product.stock ?? mostPieces)
      const few = dish.stock !== null && dish.stock > 0 && dish.stock <= fewPieces
      return {
        ...dish,
        count,
        soldOut: dish.stock === 0,
        few: few ? fill(t.left, { n: dish.stock ?? 0 }) : '',
        amount: dish.price * count,
      }
    })
    const bag = tiles.filter(({ count }) => count > 0)
    const pieces = bag.reduce((sum, { count }) => sum + count, 0)
    const subtotal = bag.reduce((sum, { amount }) => sum + amount, 0)
    this.setData({ tiles, bag, pieces, subtotal, sheet: this.data.sheet && pieces > 0 })
  },

  /** Sets the pieces of one product and remembers the cart. */
  put(id: string, change: number) {
    const tile = this.data.tiles.find((one) => one.id === id)
    if (!tile) return
    const count = Math.max(0, Math.min(tile.count + change, limitOf(tile)))
    const { cart } = shop()
    if (count) cart[id] = count
    else delete cart[id]
    wx.setStorageSync('cart', cart)
    this.draw()
  },

  onMore(event: WechatMiniprogram.TouchEvent) {
    this.put(event.currentTarget.dataset['id'], 1)
  },

  onLess(event: WechatMiniprogram.TouchEvent) {
    this.put(event.currentTarget.dataset['id'], -1)
  },

  onSheet() {
    this.setData({ sheet: !this.data.sheet })
  },

  onClear() {
    this.emptyCart()
    this.setData({ sheet: false })
  },

  emptyCart() {
    shop().cart = {}
    wx.removeStorageSync('cart')
    this.draw()
  },

  /** Places the order; logs in silently first when needed. The price comes back from the server. */
  async onCheckout() {
    if (this.data.ordering) return
    this.setData({ ordering: true })
    const items = this.data.bag.map(({ id, count }) => ({ product_id: id, quantity: count }))
    try {
      const { till } = shop()
      if (!till.account()) await till.login()
      const order = await till.createOrder(items)
      this.emptyCart()
      this.setData({ sheet: false })
      wx.navigateTo({ url: `/pages/checkout/checkout?id=${order.id}` })
    } catch (error) {
      complain(error)
      // Stock may have changed under us: show the menu as it is.
      await this.load()
    }
    this.setData({ ordering: false })
  },

  onNothing() {},
})
