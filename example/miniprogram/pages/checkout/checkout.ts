import type { Order } from '../../lib/minitill-kit'
import { clockText, leftMs, type OrderView, viewOf } from '../../shop/order-view'
import { complain, nameChrome, payAndShow, shop, texts, troubleOf } from '../../shop/page'
import { fill, textsOf } from '../../shop/texts'

type State = 'loading' | 'ready' | 'error' | 'offline'

// The order as the server priced it, and one button.
Page({
  data: {
    t: textsOf('zh'),
    state: 'loading' as State,
    trouble: '',
    order: null as OrderView | null,
    left: '',
    paying: false,
  },
  id: '',
  order: null as Order | null,
  ticking: 0,

  onLoad(query: { id?: string }) {
    this.id = query.id ?? ''
  },

  onShow() {
    const t = texts()
    this.setData({ t })
    nameChrome(t.checkoutTitle)
    this.ticking = setInterval(() => this.tick(), 1000)
    void this.load()
  },

  onHide() {
    clearInterval(this.ticking)
  },

  onUnload() {
    clearInterval(this.ticking)
  },

  async load() {
    try {
      const order = await shop().till.order(this.id)
      // Paid or closed meanwhile: the order page says how and what now.
      if (order.status !== 'unpaid' && !this.data.paying) {
        wx.redirectTo({ url: `/pages/order/order?id=${this.id}` })
        return
      }
      this.order = order
      this.setData({ order: viewOf(order, texts(), shop().language), state: 'ready' })
      this.tick()
    } catch (error) {
      const { kind, text } = troubleOf(error)
      this.setData({ state: kind, trouble: text })
    }
  },

  tick() {
    if (!this.order) return
    const ms = leftMs(this.order, Date.now())
    const t = texts()
    this.setData({ left: ms > 0 ? fill(t.expiresIn, { t: clockText(ms) }) : t.expired })
  },

  async onPay() {
    if (this.data.paying) return
    this.setData({ paying: true })
    try {
      if (await payAndShow(this.id)) return
    } catch (error) {
      complain(error)
    }
    this.setData({ paying: false })
    // Closed meanwhile: the order page says so.
    await this.load()
  },
})
