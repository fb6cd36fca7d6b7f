// One life of a mini program: from launch, through hiding and showing, to its end with the iframe.
import { surface } from './after.ts'
import { createBackend } from './backend.ts'
import { registerBuiltIns } from './builtins/index.ts'
import { chromeOf, Tabs } from './chrome.ts'
import type { Handler } from './engine.ts'
import { engine } from './engine.ts'
import type { EnterOptions, PhoneHost, PhoneRuntime } from './host.ts'
import { ModuleLoader } from './modules.ts'
import { Navigation } from './navigation.ts'
import { PageStack } from './pages.ts'
import { placeOf } from './places.ts'
import { isRecord, type Program, textOr } from './program.ts'
import { parseUrl, type Target } from './routes.ts'
import { createStage, registerCode } from './space.ts'
import { Gesture } from './wx/gesture.ts'
import { createWx } from './wx/index.ts'
import { RequestQueue } from './wx/request.ts'

interface LaunchOptions {
  path: string
  query: Record<string, string>
  scene: number
  referrerInfo: object
}

/** Starts a mini program in this document; throws when its first page cannot be drawn. */
export function startProgram(program: Program, host: PhoneHost, container: HTMLElement): Life {
  return new Life(program, host, container)
}

export class Life implements PhoneRuntime {
  readonly stack: PageStack
  readonly navigation: Navigation
  readonly #modules: ModuleLoader
  readonly #host: PhoneHost
  readonly #tabs: Tabs
  readonly #network: RequestQueue
  readonly #listeners = new Map<string, Set<Handler>>()
  readonly #launch: LaunchOptions
  readonly #code: Record<string, string>
  #enter: LaunchOptions

  constructor(program: Program, host: PhoneHost, container: HTMLElement) {
    this.#host = host
    this.#code = program.modules
    this.#tabs = new Tabs(program)
    this.#network = new RequestQueue(program.app)
    const target = launchTarget(program, host)
    this.#launch = { path: target.route, query: target.query, scene: 1001, referrerInfo: {} }
    this.#enter = this.#launch
    const backend = createBackend(() => this.stack.front?.element.scrollTop ?? 0)
    const { space, associated } = createStage(backend)
    const wx: { current: object } = { current: {} }
    const later = new Proxy(
      {},
      {
        get: (_target, name) => Reflect.get(wx.current, name),
        ownKeys: () => Reflect.ownKeys(wx.current),
      },
    )
    const currentPages = () => this.stack.pages.map((page) => page.caller)
    this.#modules = new ModuleLoader(program, space, { wx: later, getCurrentPages: currentPages })
    const changed = () => this.#redraw()
    const modules = this.#modules
    this.stack = new PageStack({ program, space, associated, modules, container, changed })
    this.navigation = new Navigation(this.stack, this.#tabs.routes)
    const gesture = new Gesture(() => performance.now())
    for (const touch of ['pointerup', 'click']) {
      document.addEventListener(touch, () => gesture.grant(), { capture: true })
    }
    wx.current = createWx({
      ...{
        program,
        host,
        gesture,
        launchOptions: this.#launch,
        enterOptions: () => this.#enter,
        redraw: changed,
      },
      ...{ stack: this.stack, navigation: this.navigation, tabs: this.#tabs },
      network: this.#network,
      listeners: this.#listeners,
    })
    registerBuiltIns(space.getComponentSpace(), {
      host,
      route: () => this.stack.front?.route ?? '',
      navigate: (openType, url, delta) => this.#navigate(openType, url, delta),
      fields: new WeakMap(),
      toggles: new WeakMap(),
    })
    registerCode(space, program)
    this.#watchErrors()
    host.started(this)
    this.#run(program, target)
  }

  /** Components first, as pages depend on them; then the app; then the first page. */
  #run(program: Program, target: Target): void {
    if (this.#modules.has('app')) this.#modules.load('app')
    for (const [path, entry] of Object.entries(program.entries)) {
      if (!entry.isPage) this.#modules.load(path)
    }
    this.#callApp('onLaunch', this.#launch)
    this.#callApp('onShow', this.#launch)
    this.stack.open(target, 'plain')
  }

  back(): void {
    if (this.stack.pages.length > 1) this.navigation.navigateBack()
  }

  selectTab(index: number): void {
    const route = this.#tabs.routes[index]
    if (route === undefined) return
    const before = this.stack.front?.route
    this.navigation.switchTab(`/${route}`)
    const item = { index, pagePath: route, text: '' }
    const tapped = this.stack.front?.caller['onTabItemTap']
    if (before === route && typeof tapped === 'function')
      tapped.call(this.stack.front?.caller, item)
  }

  hide(): void {
    this.#network.hide()
    const front = this.stack.front
    if (front !== undefined) this.stack.background(front)
    this.#callApp('onHide', {})
    this.#tell('AppHide', {})
  }

  show(enter?: EnterOptions): void {
    this.#network.show()
    this.#enter = { ...this.#launch, ...enter }
    this.#callApp('onShow', this.#enter)
    this.#tell('AppShow', this.#enter)
    const front = this.stack.front
    if (front !== undefined) this.stack.show(front)
  }

  openPage(path: string): void {
    this.#navigate('reLaunch', `/${path.replace(/^\//, '')}`, 0)
  }

  pullDown(): void {
    const pull = this.stack.front?.pull
    if (pull?.enabled === true) pull.start()
  }

  currentRoute(): string {
    return this.stack.front?.route ?? ''
  }

  currentPath(): string {
    const options = this.stack.front?.caller['options']
    const pairs = Object.entries(isRecord(options) ? options : {})
    const query = pairs.map(([name, value]) => `${name}=${String(value)}`).join('&')
    return query === '' ? this.currentRoute() : `${this.currentRoute()}?${query}`
  }

  #navigate(openType: string, url: string, delta: number): void {
    const moves: Record<string, () => void> = {
      navigate: () => this.navigation.navigateTo(url),
      redirect: () => this.navigation.redirectTo(url),
      switchTab: () => this.navigation.switchTab(url),
      reLaunch: () => this.navigation.reLaunch(url),
      navigateBack: () => this.navigation.navigateBack(delta),
      exit: () => this.#host.leave(),
    }
    try {
      moves[openType]?.()
    } catch (error) {
      surface(error)
    }
  }

  #redraw(): void {
    const page = this.stack.front
    if (page === undefined) return
    const chrome = chromeOf(page, this.stack.pages.length, this.#tabs)
    document.body.style.background = chrome.pageBackground
    const covered = chrome.tabBar === null ? this.#host.metrics().safeAreaBottom : 0
    document.documentElement.style.setProperty('--safe-area-bottom', `${covered}px`)
    this.#host.setChrome(chrome)
  }

  #callApp(name: string, options: unknown): void {
    const method = this.#modules.app[name]
    if (typeof method !== 'function') return
    try {
      method.call(this.#modules.app, options)
    } catch (error) {
      surface(error)
    }
  }

  #tell(event: string, value: unknown): void {
    for (const listener of this.#listeners.get(event) ?? []) listener(value)
  }

  #watchErrors(): void {
    engine.addGlobalErrorListener((error) => {
      surface(error)
      return false
    })
    window.addEventListener('error', (event) => {
      const text = String(event.error instanceof Error ? event.error.stack : event.message)
      this.#host.report('error', event.message, placeOf(text, this.#code))
      this.#callApp('onError', text)
      this.#tell('Error', text)
    })
    window.addEventListener('unhandledrejection', (event) => {
      const rejection = { reason: event.reason, promise: event.promise }
      const stack = event.reason instanceof Error ? String(event.reason.stack) : ''
      const text = `unhandled rejection: ${textOfReason(event.reason)}`
      this.#host.report('warning', text, placeOf(stack, this.#code))
      this.#callApp('onUnhandledRejection', rejection)
      this.#tell('UnhandledRejection', rejection)
    })
  }
}

function textOfReason(reason: unknown): string {
  if (reason instanceof Error) return reason.message
  return isRecord(reason) ? JSON.stringify(reason) : String(reason)
}

function launchTarget(program: Program, host: PhoneHost): Target {
  const entry = textOr(program.app['entryPagePath'], program.pages[0] ?? '')
  const asked = parseUrl(host.launchPath() ?? entry, '')
  if (program.pages.includes(asked.route)) return asked
  return parseUrl(entry, '')
}
