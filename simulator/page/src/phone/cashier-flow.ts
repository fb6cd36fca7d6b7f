// The cashier's steps, from wx.requestPayment to the errMsg that the mini program gets.
import type { CashierParams } from '../../../miniprogram/runtime/host.ts'
import type { Bill, CashierAction, CashierAnswer } from '../control.ts'

export type CashierStep =
  | { name: 'checking' }
  | { name: 'sheet'; bill: Bill }
  | { name: 'password'; bill: Bill; paying: boolean }
  | { name: 'wrong'; bill: Bill }
  | { name: 'notice'; text: string; errMsg: string }
  | { name: 'paid'; bill: Bill }

/** What the drawn cashier can do; each call leads to the next step. */
export interface CashierView {
  step: CashierStep
  close(): void
  confirm(): void
  password(digits: string): void
  retry(): void
  forgot(): void
  dismiss(): void
  done(): void
  /** The person leaves the mini program; no callback follows. */
  abandon(): void
}

export interface CashierTools {
  preview(params: CashierParams): Promise<Bill>
  act(params: CashierParams, action: CashierAction): Promise<CashierAnswer>
  show(view: CashierView | null): void
}

/** In the phone any six digits pay, but these. */
export const WRONG_PASSWORD = '000000'
const CANCEL = 'requestPayment:fail cancel'

/** Opens the cashier; resolves with the errMsg, or never if the person leaves. */
export function openCashier(params: CashierParams, tools: CashierTools): Promise<string> {
  return new Promise((resolve) => {
    void new Cashier(params, tools, resolve).start()
  })
}

class Cashier implements CashierView {
  step: CashierStep = { name: 'checking' }
  readonly #params: CashierParams
  readonly #tools: CashierTools
  readonly #resolve: (errMsg: string) => void
  #mistaken = false
  #left = false

  constructor(params: CashierParams, tools: CashierTools, resolve: (errMsg: string) => void) {
    this.#params = params
    this.#tools = tools
    this.#resolve = resolve
  }

  async start(): Promise<void> {
    this.#show({ name: 'checking' })
    const bill = await this.#tools.preview(this.#params).catch(failed)
    if (bill.ok) this.#show({ name: 'sheet', bill })
    else this.#refuse(bill)
  }

  close(): void {
    void this.#finish(this.#mistaken ? 'wrong_password' : 'cancel')
  }

  confirm(): void {
    const bill = this.#bill()
    if (bill !== null) this.#show({ name: 'password', bill, paying: false })
  }

  password(digits: string): void {
    const bill = this.#bill()
    if (bill === null || this.step.name !== 'password' || this.step.paying) return
    if (digits === WRONG_PASSWORD) {
      this.#mistaken = true
      this.#show({ name: 'wrong', bill })
      return
    }
    this.#show({ name: 'password', bill, paying: true })
    void (bill.balance < bill.total ? this.#tooPoor() : this.#pay(bill))
  }

  retry(): void {
    this.confirm()
  }

  forgot(): void {
    void this.#finish('wrong_password')
  }

  dismiss(): void {
    if (this.step.name === 'notice') this.#end(this.step.errMsg)
  }

  done(): void {
    this.#end('requestPayment:ok')
  }

  abandon(): void {
    const unpaid = this.step.name !== 'paid'
    this.#left = true
    if (unpaid) void this.#tools.act(this.#params, 'leave').catch(() => undefined)
  }

  /** The money moves here, before the success page; leaving that page takes only the callback. */
  async #pay(bill: Bill): Promise<void> {
    const answer = await this.#tools.act(this.#params, 'pay').catch(failed)
    if (answer.errMsg === 'requestPayment:ok') this.#show({ name: 'paid', bill })
    else this.#refuse(answer)
  }

  async #tooPoor(): Promise<void> {
    const answer = await this.#tools.act(this.#params, 'insufficient_balance').catch(failed)
    this.#refuse({ errMsg: answer.errMsg, dialog: answer.dialog ?? '零钱余额不足' })
  }

  async #finish(action: CashierAction): Promise<void> {
    const answer = await this.#tools.act(this.#params, action).catch(failed)
    this.#end(answer.errMsg ?? CANCEL)
  }

  #refuse({ errMsg, dialog }: CashierAnswer): void {
    if (dialog === null) this.#end(errMsg ?? CANCEL)
    else this.#show({ name: 'notice', text: dialog, errMsg: errMsg ?? CANCEL })
  }

  #bill(): Bill | null {
    return 'bill' in this.step ? this.step.bill : null
  }

  #show(step: CashierStep): void {
    if (this.#left) return
    this.step = step
    this.#tools.show(copyOf(this))
  }

  #end(errMsg: string): void {
    if (this.#left) return
    this.#left = true
    this.#tools.show(null)
    this.#resolve(errMsg)
  }
}

/** A new object for each step, so that React sees the change. */
function copyOf(cashier: Cashier): CashierView {
  return {
    step: cashier.step,
    close: () => cashier.close(),
    confirm: () => cashier.confirm(),
    password: (digits) => cashier.password(digits),
    retry: () => cashier.retry(),
    forgot: () => cashier.forgot(),
    dismiss: () => cashier.dismiss(),
    done: () => cashier.done(),
    abandon: () => cashier.abandon(),
  }
}

function failed(error: unknown): Bill {
  const reason = error instanceof Error ? error.message : String(error)
  return {
    ...{ ok: false, errMsg: `requestPayment:fail ${reason}`, dialog: null },
    ...{ merchant: '', description: '', total: 0, balance: 0 },
  }
}
