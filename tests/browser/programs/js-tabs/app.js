App({ globalData: { chosen: [] } })
