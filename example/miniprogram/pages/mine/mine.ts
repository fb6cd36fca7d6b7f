import type { Account, Language, PhoneDetail } from '../../lib/minitill-kit'
import { ask, complain, nameChrome, say, shop, texts } from '../../shop/page'
import { textsOf } from '../../shop/texts'

Page({
  data: {
    t: textsOf('zh'),
    language: 'zh' as Language,
    account: null as Account | null,
    shortId: '',
    busy: false,
  },

  onShow() {
    this.draw()
    void this.refresh()
  },

  draw() {
    const t = texts()
    const account = shop().till.account()
    this.setData({
      t,
      account,
      language: shop().language,
      shortId: account ? account.id.slice(-6) : '',
    })
    nameChrome(t.tabMine, true)
  },

  /** Another phone may have logged this one out: ask, but never trouble anyone about it. */
  async refresh() {
    const { till } = shop()
    if (!till.account()) return
    await till.session().catch(() => null)
    this.draw()
  },

  async whileBusy(work: () => Promise<void>) {
    if (this.data.busy) return
    this.setData({ busy: true })
    try {
      await work()
    } catch (error) {
      complain(error)
    }
    this.setData({ busy: false })
    this.draw()
  },

  onLogin() {
    void this.whileBusy(async () => {
      await shop().till.login()
      wx.showToast({ title: texts().loggedIn })
    })
  },

  onPhone(event: WechatMiniprogram.CustomEvent<PhoneDetail>) {
    void this.whileBusy(async () => {
      await shop().till.bindPhone(event.detail)
      say(texts().bound)
    })
  },

  onLanguage(event: WechatMiniprogram.TouchEvent) {
    const language: Language = event.currentTarget.dataset['language'] === 'en' ? 'en' : 'zh'
    shop().language = language
    wx.setStorageSync('language', language)
    this.draw()
  },

  onLogout() {
    void this.whileBusy(async () => {
      await shop().till.logout()
      say(texts().loggedOut)
    })
  },

  async onLogoutAll() {
    if (!(await ask(texts().logoutAllAsk))) return
    await this.whileBusy(async () => {
      await shop().till.logoutEverywhere()
      say(texts().loggedOutAll)
    })
  },
})
