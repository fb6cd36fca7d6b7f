import type { Order } from '../../lib/minitill-kit'
import { clockText, leftMs, type OrderView, viewOf } from '../../shop/order-view'
import { ask, complain, nameChrome, payAndShow, say, shop, texts, troubleOf } from '../../shop/page'
import { fill, textsOf } from '../../shop/texts'

type State = 'loading' | 'ready' | 'error' | 'offline'

Page({
  data: {
    t: textsOf('zh'),
    state: 'loading' as State,
    trouble: '',
    order: null as OrderView | null,
    left: '',
    busy: false,
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
    nameChrome(t.orderTitle)
    this.ticking = setInterval(() => this.tick(), 1000)
    void this.load()
  },

  onHide() {
    clearInterval(this.ticking)
  },

  onUnload() {
    clearInterval(this.ticking)
  },

  async onPullDownRefresh() {
    await this.load()
    wx.stopPullDownRefresh()
  },

  /** The truth: an unpaid order is asked about at WeChat, by way of the server. */
  async load() {
    const { till } = shop()
    try {
      const order = await till.order(this.id)
      this.draw(order.status === 'unpaid' ? await till.confirm(this.id) : order)
    } catch (error) {
      const { kind, text } = troubleOf(error)
      if (this.order) complain(error)
      else this.setData({ state: kind, trouble: text })
    }
  },

  draw(order: Order) {
    this.order = order
    this.setData({ order: viewOf(order, texts(), shop().language), state: 'ready' })
    this.tick()
  },

  tick() {
    const { order } = this
    if (!order) return
    const ms = leftMs(order, Date.now())
    const t = texts()
    const left = ms > 0 ? fill(t.expiresIn, { t: clockText(ms) }) : t.expired
    const shown = order.status === 'unpaid' ? left : ''
    if (shown !== this.data.left) this.setData({ left: shown })
    // Time is up just now: ask once.
    if (order.status === 'unpaid' && ms <= 0 && ms > -1000) void this.load()
  },

  /** Does one thing at a time; `work` answers true when it has left the page. */
  async whileBusy(work: () => Promise<boolean>) {
    if (this.data.busy) return
    this.setData({ busy: true })
    try {
      if (await work()) return
    } catch (error) {
      complain(error)
    }
    await this.load()
    this.setData({ busy: false })
  },

  onPay() {
    void this.whileBusy(() => payAndShow(this.id))
  },

  async onCancel() {
    if (!(await ask(texts().cancelAsk))) return
    await this.whileBusy(async () => {
      const order = await shop().till.cancel(this.id)
      this.draw(order)
      if (order.status === 'closed') say(texts().cancelled)
      return false
    })
  },

  onCopy(event: WechatMiniprogram.TouchEvent) {
    wx.setClipboardData({
      data: String(event.currentTarget.dataset['text']),
      success: () => wx.showToast({ title: texts().copied }),
    })
  },

  onAgain() {
    wx.switchTab({ url: '/pages/home/home' })
  },
})
