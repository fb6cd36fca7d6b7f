Page({
  data: { chosen: [] },
  onShow() {
    this.setData({ chosen: wx.getStorageSync('chosen') || [] })
  },
})
