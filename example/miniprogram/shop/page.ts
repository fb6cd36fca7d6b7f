import { errorText, isTillError, type Language, type Till } from '../lib/minitill-kit'
import { type Texts, textsOf } from './texts'

/** What the whole shop shares, held by the App instance. */
export interface Shop {
  till: Till
  language: Language
  /** Product id → pieces. */
  cart: Record<string, number>
}

export interface ShopApp extends Record<string, unknown> {
  shop: Shop
}

export function shop(): Shop {
  return getApp<ShopApp>().shop
}

/** The texts in the person's language. */
export function texts(): Texts {
  return textsOf(shop().language)
}

/** The sentence for a person, and which picture goes with it. */
export function troubleOf(error: unknown): { kind: 'offline' | 'error'; text: string } {
  const offline = isTillError(error) && error.code === 'network_unavailable'
  return { kind: offline ? 'offline' : 'error', text: errorText(error, shop().language) }
}

/** Says what went wrong in a toast of two lines at most. */
export function complain(error: unknown): void {
  say(troubleOf(error).text)
}

export function say(title: string): void {
  wx.showToast({ title, icon: 'none', duration: 2500 })
}

/** Asks yes or no; true for yes. */
export function ask(content: string): Promise<boolean> {
  const t = texts()
  return new Promise((resolve) => {
    wx.showModal({
      title: '',
      content,
      cancelText: t.keep,
      confirmText: t.yes,
      confirmColor: '#2f5d50',
      success: ({ confirm }) => resolve(confirm),
      fail: () => resolve(false),
    })
  })
}

/** Titles and tabs in the person's language; tabs only where they are shown. */
export function nameChrome(title: string, onTab = false): void {
  wx.setNavigationBarTitle({ title })
  // A base library without it keeps the texts of app.json.
  if (!onTab || !wx.canIUse('setTabBarItem')) return
  const t = texts()
  for (const [index, text] of [t.tabHome, t.tabOrders, t.tabMine].entries()) {
    wx.setTabBarItem({ index, text })
  }
}

/**
 * Pays an order, asks for the messages about it once it is paid, and goes where the truth is: to
 * the result page, which answers true, or stays with a word on why.
 */
export async function payAndShow(orderId: string): Promise<boolean> {
  const { till } = shop()
  const { outcome, callback, allowed } = await till.pay(orderId, { askForMessages: true })
  const waiting = outcome === 'unpaid' && (callback.kind === 'ok' || callback.kind === 'none')
  if (outcome === 'paid' || waiting) {
    wx.redirectTo({ url: `/pages/result/result?id=${orderId}` })
    if (allowed.length) say(texts().messagesOn)
    return true
  }
  if (outcome === 'unpaid') {
    say(callback.kind === 'fail' ? texts().payFailed : texts().payCancelled)
  }
  return false
}
