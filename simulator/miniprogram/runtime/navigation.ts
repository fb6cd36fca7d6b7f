// wx.navigateTo and its family: which moves WeChat allows, and which lifecycles they cause.
// Source: developers.weixin.qq.com/miniprogram/dev/framework/app-service/route.html
import type { Page, PageStack } from './pages.ts'
import type { EventChannel } from './routes.ts'
import { parseUrl, type Target } from './routes.ts'

const STACK_LIMIT = 10

/** Moves between pages; each method throws an Error whose text follows `…:fail `. */
export class Navigation {
  readonly #stack: PageStack
  readonly #tabs: readonly string[]
  /** Tab pages that were visited stay alive while another tab is in front. */
  readonly #resting = new Map<string, Page>()

  constructor(stack: PageStack, tabs: readonly string[]) {
    this.#stack = stack
    this.#tabs = tabs
  }

  isTab(route: string): boolean {
    return this.#tabs.includes(route)
  }

  navigateTo(url: string, channel?: EventChannel): void {
    const target = this.#target(url)
    if (this.isTab(target.route)) throw new Error('can not navigateTo a tabbar page')
    if (this.#stack.pages.length >= STACK_LIMIT) throw new Error('webview count limit exceed')
    const front = this.#stack.front
    if (front !== undefined) this.#stack.hide(front)
    this.#stack.open(target, 'slide', channel)
  }

  redirectTo(url: string): void {
    const target = this.#target(url)
    if (this.isTab(target.route)) throw new Error('can not redirectTo a tabbar page')
    this.#pop()
    this.#stack.open(target, 'plain')
  }

  navigateBack(delta = 1): void {
    const { pages } = this.#stack
    if (pages.length <= 1) throw new Error('cannot navigate back at first page.')
    for (let left = Math.min(delta, pages.length - 1); left > 0; left -= 1) this.#pop()
    const front = this.#stack.front
    if (front !== undefined) this.#stack.show(front)
  }

  reLaunch(url: string): void {
    const target = this.#target(url)
    while (this.#stack.front !== undefined) this.#pop()
    for (const page of this.#resting.values()) this.#stack.destroy(page)
    this.#resting.clear()
    this.#stack.open(target, 'plain')
  }

  switchTab(url: string): void {
    const target = this.#target(url)
    if (!this.isTab(target.route)) throw new Error('can not switch to no-tabBar page')
    if (this.#stack.front?.route === target.route) return
    while (this.#stack.pages.length > 1) this.#pop()
    if (this.#stack.front?.route === target.route) {
      this.#stack.show(this.#stack.front)
      return
    }
    this.#rest()
    const resting = this.#resting.get(target.route)
    if (resting === undefined) {
      this.#stack.open({ route: target.route, query: {} }, 'plain')
      return
    }
    this.#resting.delete(target.route)
    this.#stack.pages.push(resting)
    this.#stack.show(resting)
  }

  #target(url: string): Target {
    const target = parseUrl(url, this.#stack.front?.route ?? '')
    if (!this.#stack.has(target.route)) throw new Error(`page "${target.route}" is not found`)
    return target
  }

  #pop(): void {
    const page = this.#stack.pages.pop()
    if (page !== undefined) this.#stack.destroy(page)
  }

  /** Takes the last page off the stack: a tab page is kept, another one is destroyed. */
  #rest(): void {
    const page = this.#stack.pages.pop()
    if (page === undefined) return
    if (!this.isTab(page.route)) {
      this.#stack.destroy(page)
      return
    }
    this.#stack.hide(page)
    this.#resting.set(page.route, page)
  }
}
