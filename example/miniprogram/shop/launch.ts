import type { Language } from '../lib/minitill-kit'

/** WeChat's "developer's own settings of this package"; the simulator's phone fills it too. */
type ExtConfig = { minitill_server?: string }

/**
 * Another server than the configured one: from the package's ext config, or, in development only,
 * from the launch query `server`, so that tests can run on any port.
 */
export function serverFrom(options: { query?: Record<string, string | undefined> }): string | null {
  const ext: ExtConfig = wx.canIUse('getExtConfigSync') ? wx.getExtConfigSync() : {}
  if (ext.minitill_server) return ext.minitill_server
  const { envVersion } = wx.getAccountInfoSync().miniProgram
  const asked = options.query?.['server']
  return envVersion === 'develop' && asked ? decodeURIComponent(asked) : null
}

/** The language chosen in 我的; at first the phone's, where only English means English. */
export function firstLanguage(): Language {
  const chosen: unknown = wx.getStorageSync('language')
  if (chosen === 'zh' || chosen === 'en') return chosen
  const { language } = wx.getAppBaseInfo?.() ?? { language: 'zh_CN' }
  return /^en/.test(language) ? 'en' : 'zh'
}

/** The cart as it was left; damaged storage is an empty cart. */
export function firstCart(): Record<string, number> {
  const stored: unknown = wx.getStorageSync('cart')
  if (typeof stored !== 'object' || stored === null) return {}
  const pieces = Object.entries(stored).filter(([, n]) => Number.isInteger(n) && n > 0 && n < 100)
  return Object.fromEntries(pieces)
}
