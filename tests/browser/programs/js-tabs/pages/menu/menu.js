const app = getApp()

Page({
  data: {
    dishes: [
      { name: '牛肉面', fen: 2850 },
      { name: '凉拌黄瓜', fen: 900 },
    ],
    count: 0,
  },
  onChoose(event) {
    app.globalData.chosen.push(event.currentTarget.dataset.name)
    wx.setStorageSync('chosen', app.globalData.chosen)
    this.setData({ count: app.globalData.chosen.length })
  },
})
