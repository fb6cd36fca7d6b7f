// What the phone draws around the page: derived from app.json and from the page in front.
import type { Chrome, TabBar, TabItem } from './host.ts'
import { type Page, titleOf } from './pages.ts'
import { isRecord, type Program, textOr } from './program.ts'

const ASSETS = '/_phone/app-assets/'

/** The tab bar's settings, with the badges that wx.setTabBarBadge put on it. */
export class Tabs {
  readonly routes: string[]
  readonly badges = new Map<number, string>()
  readonly #config: Record<string, unknown>
  readonly #list: Record<string, unknown>[]

  constructor(program: Program) {
    const config = program.app['tabBar']
    this.#config = isRecord(config) ? config : {}
    const list = this.#config['list']
    this.#list = Array.isArray(list) ? list.filter(isRecord).map((item) => ({ ...item })) : []
    this.routes = this.#list.map((item) => textOr(item['pagePath'], ''))
  }

  /** The bar as drawn below a page; null where the page is no tab. */
  barFor(route: string): TabBar | null {
    const selected = this.routes.indexOf(route)
    if (selected < 0) return null
    return {
      color: textOr(this.#config['color'], '#7f7f7f'),
      selectedColor: textOr(this.#config['selectedColor'], '#07c160'),
      background: textOr(this.#config['backgroundColor'], '#ffffff'),
      borderStyle: this.#config['borderStyle'] === 'white' ? 'white' : 'black',
      selected,
      items: this.#list.map((item, index) => this.#item(item, index)),
    }
  }

  /** wx.setTabBarItem: another text or icon for one tab. */
  change(index: number, values: Record<string, unknown>): void {
    const item = this.#list[index]
    if (item === undefined) throw new Error('invalid index')
    for (const name of ['text', 'iconPath', 'selectedIconPath']) {
      if (typeof values[name] === 'string') item[name] = values[name]
    }
  }

  #item(item: Record<string, unknown>, index: number): TabItem {
    const icon = asset(item['iconPath'])
    return {
      text: textOr(item['text'], ''),
      icon,
      selectedIcon: asset(item['selectedIconPath']) ?? icon,
      badge: this.badges.get(index) ?? '',
    }
  }
}

/** The address of a file of the mini program, as the phone's page can load it. */
export function asset(path: unknown): string | null {
  return typeof path === 'string' && path !== '' ? ASSETS + path.replace(/^\//, '') : null
}

/** Everything around the page in front. */
export function chromeOf(page: Page, depth: number, tabs: Tabs): Chrome {
  const { window } = page
  return {
    route: page.route,
    title: titleOf(page),
    custom: window['navigationStyle'] === 'custom',
    background: textOr(window['navigationBarBackgroundColor'], '#000000'),
    textStyle: window['navigationBarTextStyle'] === 'black' ? 'black' : 'white',
    loading: page.loading,
    depth,
    pageBackground: textOr(window['backgroundColor'], '#ffffff'),
    tabBar: tabs.barFor(page.route),
  }
}
