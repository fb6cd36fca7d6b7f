// What the phone (the page around the screen) and the mini program's runtime (inside the screen's
// iframe) offer each other. Types only: both sides import this file.

/** The parts of the phone around the page: navigation bar and tab bar. */
export interface Chrome {
  route: string
  title: string
  /** Navigation bar drawn by the page itself. */
  custom: boolean
  background: string
  textStyle: 'black' | 'white'
  loading: boolean
  /** Height of the page stack; more than 1 shows the arrow back. */
  depth: number
  pageBackground: string
  tabBar: TabBar | null
}

export interface TabBar {
  color: string
  selectedColor: string
  background: string
  borderStyle: 'black' | 'white'
  selected: number
  items: TabItem[]
}

export interface TabItem {
  text: string
  icon: string | null
  selectedIcon: string | null
  badge: string
}

export interface ToastOptions {
  title: string
  icon: 'success' | 'error' | 'loading' | 'none'
  image: string | null
  /** Milliseconds; 0 stays until it is hidden. */
  durationMs: number
  mask: boolean
}

export interface ModalOptions {
  title: string
  content: string
  showCancel: boolean
  cancelText: string
  cancelColor: string
  confirmText: string
  confirmColor: string
  editable: boolean
  placeholder: string
}

export interface ActionSheetOptions {
  items: string[]
  color: string
  alertText: string
}

/** The five strings of wx.requestPayment. */
export interface CashierParams {
  timeStamp: string
  nonceStr: string
  package: string
  signType: string
  paySign: string
}

export type PhoneConsent = { allowed: true; code: string } | { allowed: false; errMsg: string }

export interface Metrics {
  screenWidth: number
  screenHeight: number
  statusBarHeight: number
  navigationBarHeight: number
  safeAreaBottom: number
  capsule: {
    width: number
    height: number
    top: number
    right: number
    bottom: number
    left: number
  }
}

/** The order whose receipt is to be confirmed: by transaction_id, or by the merchant's numbers. */
export interface ReceiptOrder {
  transaction_id?: string
  merchant_id?: string
  merchant_trade_no?: string
}

/** How the person came back into the mini program. */
export interface EnterOptions {
  scene: number
  referrerInfo: object
}

export type SubscribeAnswer = Record<string, 'accept' | 'reject' | 'ban'>

/** Offered by the page as `window.minitillPhone`. Promises of a closed program never settle. */
export interface PhoneHost {
  appid(): string
  person(): string
  metrics(): Metrics
  /** Where the mini program starts, when the person opened a deep link. */
  launchPath(): string | null
  started(runtime: PhoneRuntime): void
  setChrome(chrome: Chrome): void
  toast(options: ToastOptions | null): void
  modal(options: ModalOptions): Promise<{ confirm: boolean; content: string }>
  actionSheet(options: ActionSheetOptions): Promise<number | null>
  picker(items: string[], selected: number): Promise<number | null>
  phoneConsent(): Promise<PhoneConsent>
  /** What the person answers; null: a template does not exist. */
  subscribe(templateIds: string[]): Promise<SubscribeAnswer | null>
  /**
   * Opens the confirm receipt component over the mini program. Its result comes later, with
   * `PhoneRuntime.show`.
   */
  confirmReceipt(order: ReceiptOrder): Promise<void>
  /** Resolves with the exact errMsg for wx.requestPayment. */
  cashier(params: CashierParams): Promise<string>
  /** A fresh wx.login code; rejects when the simulator refuses. */
  login(): Promise<string>
  /** Whether the session_key of the latest code is alive. */
  checkSession(): Promise<boolean>
  leave(): void
  /** An exception that nobody caught, or something missing here; `place` is `file:line:column`. */
  report(severity: 'error' | 'warning', message: string, place?: string): void
}

/** Offered by the runtime to the phone. */
export interface PhoneRuntime {
  back(): void
  selectTab(index: number): void
  /** The person leaves for another app, and comes back. */
  hide(): void
  show(enter?: EnterOptions): void
  /** The person taps a card of this mini program: that page alone, as by wx.reLaunch. */
  openPage(path: string): void
  /** Pulls the page down, as a finger does. */
  pullDown(): void
  currentRoute(): string
  /** The page in front with its query, as it was opened. */
  currentPath(): string
}
