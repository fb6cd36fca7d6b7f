// The page stack: creating, showing, hiding and destroying pages with WeChat's lifecycles.
import { afterFrame, surface } from './after.ts'
import type { Associated, Caller, CodeSpace, EngineComponent, PageRoot } from './engine.ts'
import type { ModuleLoader } from './modules.ts'
import { isRecord, numberOr, type Program, textOr } from './program.ts'
import { PullDown } from './pull-down.ts'
import { EventChannel, type Target } from './routes.ts'

export interface Page {
  route: string
  element: HTMLElement
  root: PageRoot
  caller: Caller
  component: EngineComponent
  /** Window settings of this page: app.json's, then the page's, then what wx.* changed. */
  window: Record<string, unknown>
  loading: boolean
  channel: EventChannel
  pull: PullDown
}

export interface PageParts {
  program: Program
  space: CodeSpace
  associated: Associated
  modules: ModuleLoader
  container: HTMLElement
  /** Called whenever what is drawn around the page may have changed. */
  changed(): void
}

/** The pages of one life of a mini program, the one in front last. */
export class PageStack {
  readonly pages: Page[] = []
  readonly #parts: PageParts

  constructor(parts: PageParts) {
    this.#parts = parts
  }

  get front(): Page | undefined {
    return this.pages.at(-1)
  }

  has(route: string): boolean {
    return this.#parts.program.pages.includes(route)
  }

  /** Creates a page in front: onLoad, onShow, and onReady once it is drawn. */
  open(target: Target, enter: 'slide' | 'plain', channel = new EventChannel()): Page {
    const { modules, container } = this.#parts
    modules.load(target.route)
    const element = document.createElement('div')
    element.className = enter === 'slide' ? 'mp-page mp-enter' : 'mp-page'
    element.dataset['route'] = target.route
    container.appendChild(element)
    const page = this.#create(target, element, channel)
    this.pages.push(page)
    callPage(page, 'onLoad', { ...target.query })
    this.show(page)
    afterFrame(() => callPage(page, 'onReady'))
    return page
  }

  #create(target: Target, element: HTMLElement, channel: EventChannel): Page {
    const { program, space, associated } = this.#parts
    const placeholder = document.createElement('span')
    element.appendChild(placeholder)
    const root = associated.createRoot('mp-view', space, target.route)
    const caller = root.get()
    const config = program.entries[target.route]?.config ?? {}
    const window: Record<string, unknown> = {
      ...(isRecord(program.app['window']) ? program.app['window'] : {}),
      ...config,
    }
    const pull = new PullDown(element, () => callPage(page, 'onPullDownRefresh'))
    const component = root.getComponent()
    const page: Page = {
      ...{ route: target.route, element, root, caller, component, window, pull },
      ...{ loading: false, channel },
    }
    pull.enabled = window['enablePullDownRefresh'] === true
    Object.assign(caller, {
      route: target.route,
      is: target.route,
      options: { ...target.query },
      getOpenerEventChannel: () => channel,
    })
    root.attach(element, placeholder)
    watchScroll(page)
    return page
  }

  show(page: Page): void {
    page.element.style.display = ''
    this.#parts.changed()
    callPage(page, 'onShow')
    page.component.triggerPageLifetime('show', [])
  }

  hide(page: Page): void {
    callPage(page, 'onHide')
    page.component.triggerPageLifetime('hide', [])
    page.element.classList.remove('mp-enter')
    page.element.style.display = 'none'
  }

  /** The whole mini program leaves the screen; the page stays as it is. */
  background(page: Page): void {
    callPage(page, 'onHide')
    page.component.triggerPageLifetime('hide', [])
  }

  destroy(page: Page): void {
    callPage(page, 'onUnload')
    page.root.release()
    page.element.remove()
  }
}

/** Calls a page's own method if it has one; what it throws surfaces and stops nobody. */
export function callPage(page: Page, name: string, ...args: unknown[]): void {
  const method = page.caller[name]
  if (typeof method !== 'function') return
  try {
    method.apply(page.caller, args)
  } catch (error) {
    surface(error)
  }
}

function watchScroll(page: Page): void {
  const { element, window } = page
  const distance = numberOr(window['onReachBottomDistance'], 50)
  let told = false
  element.addEventListener('scroll', () => {
    callPage(page, 'onPageScroll', { scrollTop: element.scrollTop })
    const near = element.scrollHeight - element.scrollTop - element.clientHeight <= distance
    if (near && !told) callPage(page, 'onReachBottom')
    told = near
  })
}

/** The title that the page's navigation bar shows now. */
export function titleOf(page: Page): string {
  return textOr(page.window['navigationBarTitleText'], '')
}
