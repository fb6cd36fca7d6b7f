Page({
  data: { id: '', drafts: 0 },
  onLoad(query: Record<string, string>) {
    this.setData({ id: query['id'] ?? '', drafts: wx.getStorageSync('drafts') || 0 })
  },
  onDraft() {
    const drafts = Number(this.data.drafts) + 1
    wx.setStorageSync('drafts', drafts)
    this.setData({ drafts })
  },
  onShare() {
    wx.connectSocket({ url: 'wss://example.invalid' })
  },
  onBreak() {
    const nothing: { deep?: { text: string } } = {}
    this.setData({ id: (nothing.deep as { text: string }).text })
  },
})
