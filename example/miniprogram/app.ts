import { baseUrl, simulator } from './config'
import { createTill } from './lib/minitill-kit'
import { firstCart, firstLanguage, serverFrom } from './shop/launch'
import { type ShopApp, say, texts } from './shop/page'

App<ShopApp>({
  // Filled by onLaunch, before any page asks for it.
  shop: {} as ShopApp['shop'],

  onLaunch(options) {
    const { appId } = wx.getAccountInfoSync().miniProgram
    this.shop = {
      till: createTill({
        wx,
        baseUrl: serverFrom(options) ?? baseUrl,
        simulator: appId === 'touristappid' ? simulator : undefined,
      }),
      language: firstLanguage(),
      cart: firstCart(),
    }
  },

  // A payment that was left in flight is asked about as soon as the person is back.
  async onShow() {
    const settled = await this.shop.till.resume()
    if (settled.some(({ status }) => status === 'paid')) say(texts().resumed)
  },
})
