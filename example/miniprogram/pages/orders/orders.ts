import type { Order } from '../../lib/minitill-kit'
import { type OrderView, viewOf } from '../../shop/order-view'
import { complain, nameChrome, shop, texts, troubleOf } from '../../shop/page'
import { textsOf } from '../../shop/texts'

type State = 'loading' | 'ready' | 'empty' | 'login' | 'error' | 'offline'

Page({
  data: {
    t: textsOf('zh'),
    state: 'loading' as State,
    trouble: '',
    orders: [] as OrderView[],
    more: false,
  },
  orders: [] as Order[],
  cursor: null as string | null,
  loading: false,

  onShow() {
    const t = texts()
    this.setData({ t })
    nameChrome(t.tabOrders, true)
    void this.load()
  },

  async onPullDownRefresh() {
    await this.load()
    wx.stopPullDownRefresh()
  },

  async onReachBottom() {
    if (this.cursor === null || this.loading) return
    this.loading = true
    try {
      const { data, next_cursor } = await shop().till.orders({ cursor: this.cursor })
      this.draw([...this.orders, ...data], next_cursor)
    } catch (error) {
      complain(error)
    }
    this.loading = false
  },

  draw(orders: Order[], cursor: string | null) {
    this.orders = orders
    this.cursor = cursor
    const { language } = shop()
    this.setData({
      orders: orders.map((order) => viewOf(order, texts(), language)),
      more: cursor !== null,
      state: orders.length ? 'ready' : 'empty',
    })
  },

  async load() {
    const { till } = shop()
    if (!till.account()) {
      this.draw([], null)
      this.setData({ state: 'login' })
      return
    }
    if (!this.orders.length) this.setData({ state: 'loading' })
    try {
      const { data, next_cursor } = await till.orders({ limit: 20 })
      this.draw(data, next_cursor)
    } catch (error) {
      const { kind, text } = troubleOf(error)
      if (this.orders.length) complain(error)
      else this.setData({ state: kind, trouble: text })
    }
  },

  async onLogin() {
    try {
      await shop().till.login()
    } catch (error) {
      complain(error)
    }
    await this.load()
  },

  onHome() {
    wx.switchTab({ url: '/pages/home/home' })
  },

  onOrder(event: WechatMiniprogram.TouchEvent) {
    wx.navigateTo({ url: `/pages/order/order?id=${event.currentTarget.dataset['id']}` })
  },
})
