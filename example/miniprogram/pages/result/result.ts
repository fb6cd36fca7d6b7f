import type { Order } from '../../lib/minitill-kit'
import { complain, nameChrome, shop, texts } from '../../shop/page'
import { textsOf } from '../../shop/texts'

// After the cashier: what the server knows, never what the cashier said.
Page({
  data: {
    t: textsOf('zh'),
    kind: 'loading',
    title: '',
    hint: '',
    total: 0,
    busy: false,
  },
  id: '',

  onLoad(query: { id?: string }) {
    this.id = query.id ?? ''
  },

  onShow() {
    const t = texts()
    this.setData({ t, title: t.loading })
    nameChrome(t.resultTitle)
    void this.load()
  },

  async load() {
    if (this.data.busy) return
    this.setData({ busy: true })
    const { till } = shop()
    try {
      const order = await till.order(this.id)
      this.draw(order.status === 'unpaid' ? await till.confirm(this.id) : order)
    } catch (error) {
      const t = texts()
      if (this.data.kind === 'loading') {
        this.setData({ kind: 'wait', title: t.waitTitle, hint: t.waitHint })
      }
      complain(error)
    }
    this.setData({ busy: false })
  },

  draw({ status, total }: Order) {
    const t = texts()
    const shown = {
      paid: { kind: 'paid', title: t.paidTitle, hint: t.paidHint },
      unpaid: { kind: 'wait', title: t.waitTitle, hint: t.waitHint },
      closed: { kind: 'empty', title: t.closedLong, hint: '' },
    }[status]
    this.setData({ ...shown, total })
  },

  onOrder() {
    wx.redirectTo({ url: `/pages/order/order?id=${this.id}` })
  },

  onHome() {
    wx.switchTab({ url: '/pages/home/home' })
  },
})
