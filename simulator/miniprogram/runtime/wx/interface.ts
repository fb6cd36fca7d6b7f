// What WeChat draws over a page: toast, loading, modal, action sheet; and the bars around it.
import type { Tabs } from '../chrome.ts'
import type { PhoneHost, ToastOptions } from '../host.ts'
import type { PageStack } from '../pages.ts'
import { numberOr, textOr } from '../program.ts'
import { type Options, requireTypes, WxFailure, type WxFunction, wxFunction } from './convention.ts'

export interface InterfaceParts {
  host: PhoneHost
  stack: PageStack
  tabs: Tabs
  redraw(): void
}

const ITEMS_LIMIT = 6

/** All functions of the user interface. Toast and loading share one place on the screen. */
export function interfaceFunctions(parts: InterfaceParts): Record<string, WxFunction> {
  const { host } = parts
  const hide = () => host.toast(null)
  return {
    showToast: wxFunction('showToast', (options) => host.toast(toastOf(options))),
    showLoading: wxFunction('showLoading', (options) => {
      host.toast({ ...toastOf(options), icon: 'loading', durationMs: 0 })
    }),
    hideToast: wxFunction('hideToast', hide),
    hideLoading: wxFunction('hideLoading', hide),
    showModal: wxFunction('showModal', (options) => showModal(host, options)),
    showActionSheet: wxFunction('showActionSheet', (options) => showActionSheet(host, options)),
    ...barFunctions(parts),
    ...pageFunctions(parts),
  }
}

function toastOf(options: Options): ToastOptions {
  const icon = options['icon']
  const image = textOr(options['image'], '')
  return {
    title: textOr(options['title'], ''),
    icon: icon === 'error' || icon === 'loading' || icon === 'none' ? icon : 'success',
    image: image === '' ? null : `/_phone/app-assets/${image.replace(/^\//, '')}`,
    durationMs: numberOr(options['duration'], 1500),
    mask: options['mask'] === true,
  }
}

async function showModal(host: PhoneHost, options: Options) {
  for (const name of ['confirmText', 'cancelText']) {
    if (textOr(options[name], '').length > 4) {
      throw new Error(`${name} length should not larger than 4 Chinese characters`)
    }
  }
  const editable = options['editable'] === true
  const { confirm, content } = await host.modal({
    title: textOr(options['title'], ''),
    content: textOr(options['content'], ''),
    showCancel: options['showCancel'] !== false,
    cancelText: textOr(options['cancelText'], '取消'),
    cancelColor: textOr(options['cancelColor'], '#000000'),
    confirmText: textOr(options['confirmText'], '确定'),
    confirmColor: textOr(options['confirmColor'], '#576B95'),
    editable,
    placeholder: textOr(options['placeholderText'], ''),
  })
  const written = editable && confirm ? { content } : { content: null }
  return { confirm, cancel: !confirm, ...written }
}

async function showActionSheet(host: PhoneHost, options: Options) {
  requireTypes(options, { itemList: 'Array' })
  const list = options['itemList']
  const items = Array.isArray(list) ? list.map(String) : []
  if (items.length === 0 || items.length > ITEMS_LIMIT) {
    throw new Error(`parameter error: itemList should have 1 to ${ITEMS_LIMIT} items`)
  }
  const color = textOr(options['itemColor'], '#000000')
  const alertText = textOr(options['alertText'], '')
  const tapIndex = await host.actionSheet({ items, color, alertText })
  if (tapIndex === null) throw new WxFailure('cancel')
  return { tapIndex }
}

function barFunctions({ stack, tabs, redraw }: InterfaceParts): Record<string, WxFunction> {
  const change = (values: Record<string, unknown>) => {
    if (stack.front !== undefined) Object.assign(stack.front.window, values)
    redraw()
  }
  const loading = (on: boolean) => () => {
    if (stack.front !== undefined) stack.front.loading = on
    redraw()
  }
  const badge = (text: (options: Options) => string) => (options: Options) => {
    tabs.badges.set(numberOr(options['index'], 0), text(options))
    redraw()
  }
  const bar = 'NavigationBar'
  return {
    [`set${bar}Title`]: wxFunction(`set${bar}Title`, (options) => {
      requireTypes(options, { title: 'String' })
      change({ navigationBarTitleText: options['title'] })
    }),
    [`set${bar}Color`]: wxFunction(`set${bar}Color`, (options) => {
      const white = /^#f{3}(f{3})?$/i.test(textOr(options['frontColor'], ''))
      change({
        navigationBarBackgroundColor: options['backgroundColor'],
        navigationBarTextStyle: white ? 'white' : 'black',
      })
    }),
    [`show${bar}Loading`]: wxFunction(`show${bar}Loading`, loading(true)),
    [`hide${bar}Loading`]: wxFunction(`hide${bar}Loading`, loading(false)),
    hideHomeButton: wxFunction('hideHomeButton', () => undefined),
    setBackgroundColor: wxFunction('setBackgroundColor', (options) => {
      change({ backgroundColor: options['backgroundColor'] })
    }),
    setTabBarItem: wxFunction('setTabBarItem', (options) => {
      tabs.change(numberOr(options['index'], -1), options)
      redraw()
    }),
    setTabBarBadge: wxFunction(
      'setTabBarBadge',
      badge((options) => textOr(options['text'], '')),
    ),
    removeTabBarBadge: wxFunction(
      'removeTabBarBadge',
      badge(() => ''),
    ),
    showTabBarRedDot: wxFunction(
      'showTabBarRedDot',
      badge(() => '·'),
    ),
    hideTabBarRedDot: wxFunction(
      'hideTabBarRedDot',
      badge(() => ''),
    ),
  }
}

function pageFunctions({ stack }: InterfaceParts): Record<string, WxFunction> {
  return {
    startPullDownRefresh: wxFunction('startPullDownRefresh', () => stack.front?.pull.start()),
    stopPullDownRefresh: wxFunction('stopPullDownRefresh', () => stack.front?.pull.stop()),
    pageScrollTo: wxFunction('pageScrollTo', (options) => {
      const element = stack.front?.element
      const selector = textOr(options['selector'], '')
      const found = selector === '' ? null : element?.querySelector(selector)
      const top = found instanceof HTMLElement ? found.offsetTop : numberOr(options['scrollTop'], 0)
      const behavior = numberOr(options['duration'], 300) > 0 ? 'smooth' : 'auto'
      element?.scrollTo({ top, behavior })
    }),
  }
}
