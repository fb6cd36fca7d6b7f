// The state of the drawn phone, outside React, so that the mini program in the iframe can change it.
import type {
  ActionSheetOptions,
  Chrome,
  ModalOptions,
  PhoneRuntime,
  ToastOptions,
} from '../../../miniprogram/runtime/host.ts'
import type { CashierView } from './cashier-flow.ts'
import type { Problem } from './problems.tsx'
import type { Receipt, Template } from './services.ts'

/** What asks the person something; one at a time, as on a phone. */
export type Dialog =
  | {
      kind: 'modal'
      options: ModalOptions
      answer(confirm: boolean, content: string): void
    }
  | { kind: 'actions'; options: ActionSheetOptions; answer(index: number | null): void }
  | { kind: 'picker'; items: string[]; selected: number; answer(index: number | null): void }
  | { kind: 'phone-number'; phone: string; answer(allowed: boolean): void }
  | { kind: 'subscribe'; templates: Template[]; answer(allowed: boolean): void }
  | { kind: 'receipt'; receipt: Receipt; answer(confirmed: boolean): void }

export interface PhoneState {
  /** What the screen shows. */
  place: 'home' | 'program'
  /** Which life of the mini program; 0 when it does not run. */
  life: number
  chrome: Chrome | null
  toast: ToastOptions | null
  dialog: Dialog | null
  cashier: CashierView | null
  /** Exceptions of this life of the mini program. */
  failures: Problem[]
}

export interface Settings {
  person: string
  /** Which phone's text a refusal of the phone number carries. */
  refusal: 'ios' | 'android'
}

const FRESH = { chrome: null, toast: null, dialog: null, cashier: null, failures: [] }
const FAILURES_LIMIT = 20
/** The scene of coming by a subscribe message (场景值 1107). */
const SCENE_CARD = 1107

/** Owned by the page; read through useSyncExternalStore. */
export class PhoneStore {
  settings: Settings = { person: '', refusal: 'ios' }
  runtime: PhoneRuntime | null = null
  #state: PhoneState = { place: 'program', life: 1, ...FRESH }
  readonly #listeners = new Set<() => void>()
  #toastTimer = 0

  readonly subscribe = (listener: () => void) => {
    this.#listeners.add(listener)
    return () => {
      this.#listeners.delete(listener)
    }
  }

  readonly get = () => this.#state

  set(change: Partial<PhoneState>): void {
    this.#state = { ...this.#state, ...change }
    for (const listener of this.#listeners) listener()
  }

  report(failure: Problem): void {
    const { place, message } = failure
    // What fails with every frame is one problem.
    if (this.#state.failures.some((one) => one.place === place && one.message === message)) return
    this.set({ failures: [...this.#state.failures, failure].slice(-FAILURES_LIMIT) })
  }

  showToast(toast: ToastOptions | null): void {
    window.clearTimeout(this.#toastTimer)
    this.set({ toast })
    if (toast === null || toast.durationMs === 0) return
    this.#toastTimer = window.setTimeout(() => this.set({ toast: null }), toast.durationMs)
  }

  /** Shows a dialog until it is answered; a mini program that has ended gets no answer. */
  ask<T>(make: (answer: (value: T) => void) => Dialog): Promise<T> {
    return new Promise((resolve) => {
      const dialog = make((value) => {
        if (this.#state.dialog === dialog) this.set({ dialog: null })
        resolve(value)
      })
      this.set({ dialog })
    })
  }

  /**
   * The person presses the home bar or closes the mini program. With the cashier open that ends the
   * mini program without any callback; otherwise it rests in the background.
   */
  leave(): void {
    const paying = this.#state.cashier
    if (paying !== null) {
      paying.abandon()
      this.end()
      return
    }
    if (this.#state.place === 'home') return
    const { dialog } = this.#state
    // The component had hidden the mini program already; nobody hears what became of it.
    if (dialog?.kind === 'receipt') this.set({ dialog: null })
    else this.runtime?.hide()
    this.showToast(null)
    this.set({ place: 'home' })
  }

  /** Ends the mini program at once, as when WeChat is killed. */
  end(): void {
    window.clearTimeout(this.#toastTimer)
    this.runtime = null
    this.set({ place: 'home', life: 0, ...FRESH })
  }

  /** The person taps the mini program's icon. */
  open(): void {
    if (this.#state.place === 'program') return
    if (this.#state.life === 0) this.restart()
    else {
      this.set({ place: 'program' })
      this.runtime?.show()
    }
  }

  /** The person taps a card: the mini program shows the card's page, and starts if it must. */
  openAt(path: string): void {
    const { life, place, cashier } = this.#state
    if (life === 0 || cashier !== null) {
      cashier?.abandon()
      this.#next = path
      this.restart()
      return
    }
    this.set({ place: 'program' })
    if (place === 'home') this.runtime?.show({ scene: SCENE_CARD, referrerInfo: {} })
    this.runtime?.openPage(path)
  }

  /** A cold start. */
  restart(): void {
    window.clearTimeout(this.#toastTimer)
    this.runtime = null
    this.set({ place: 'program', life: ++this.#lives, ...FRESH })
  }

  /**
   * The mini program's files changed: a cold start, on the page that was in front. In the
   * background it ends, so that the next opening is of the new one.
   */
  reload(): void {
    if (this.#state.place === 'home') {
      if (this.#state.life > 0) this.end()
      return
    }
    this.#next = this.runtime?.currentPath() ?? null
    this.restart()
  }

  /** Where the life that begins now should start; null where it always starts. */
  takeNext(): string | null {
    const next = this.#next
    this.#next = null
    return next
  }

  #next: string | null = null
  #lives = 1
}
