import type { Desk } from './desk.ts'
import { isRefusal, isTillError, TillError } from './error.ts'
import { singleFlight } from './flight.ts'
import type { Memory } from './memory.ts'
import type { Account, Order, OrderStatus } from './model.ts'
import { listOf } from './parse.ts'
import type { Ports } from './ports.ts'
import { type Callback, type CallUp, callbackOf } from './wx.ts'

/** What came of a payment: the order's truth, and what WeChat's callback said beside it. */
export interface PayResult {
  outcome: OrderStatus
  order: Order
  callback: Callback
  /** Subscribe messages that the server would send; for `wx.requestSubscribeMessage` after a tap. */
  templateIds: string[]
  /** Those that the person allowed just now. */
  allowed: string[]
}

export interface PayOptions {
  /** Once paid, asks the person for the server's subscribe messages (paid, shipped, refunded). */
  askForMessages?: boolean
}

/** The five strings, and what the person may be asked for. */
export interface Payable {
  callUp: CallUp
  templateIds: string[]
}

export interface PaymentCalls {
  pay(orderId: string): Promise<Payable>
  confirm(orderId: string): Promise<Order>
}

export interface Payments {
  pay(orderId: string, options?: PayOptions): Promise<PayResult>
  resume(): Promise<Order[]>
}

// The cashier can stay without an answer for ever: asking for the truth then costs nothing.
const longestCashierMs = 10 * 60_000
// Back in the app, the callback is given this long before it counts as missing.
const callbackGraceMs = 1_500
// After an "ok" that WeChat can't confirm yet: about 14 s in all.
const confirmPausesMs = [1_100, 1_500, 2_500, 4_000, 5_000]
const mostNotes = 10
const missing = callbackOf(null)

/** Notes of payments in flight, so that the next start of the mini program can ask about them. */
function openNotes(memory: Memory) {
  const all = () => listOf(memory.read('paying')).map(String)
  const without = (orderId: string) => all().filter((other) => other !== orderId)
  return {
    all,
    add: (orderId: string) =>
      memory.write('paying', [...without(orderId), orderId].slice(-mostNotes)),
    drop: (orderId: string) => memory.write('paying', without(orderId)),
  }
}

const codeOf = (error: unknown) => (isTillError(error) ? error.code : '')

/** Cashiers that are open now, by order id, each with a way to say that the person is back. */
function openCashiers(ports: Ports, open: Desk['cashier']) {
  const now = new Map<string, () => void>()
  return {
    now,
    /** The callback, or "none" when the app is back, or when it took too long. */
    ask: (orderId: string, callUp: CallUp, onPaid: () => void) =>
      new Promise<Callback>((resolve) => {
        const giveUpIn = (ms: number) => void ports.wait(ms).then(() => resolve(missing))
        now.set(orderId, () => giveUpIn(callbackGraceMs))
        giveUpIn(longestCashierMs)
        void open(callUp, onPaid).then(resolve, () => giveUpIn(0))
      }).finally(() => now.delete(orderId)),
  }
}

/** What the server knows; asked again only while it can't confirm an "ok" yet. */
async function truth(
  ports: Ports,
  confirm: () => Promise<Order>,
  callback: Callback,
): Promise<Order> {
  try {
    let order = await confirm()
    for (const pauseMs of callback.kind === 'ok' ? confirmPausesMs : []) {
      if (order.status !== 'unpaid') break
      await ports.wait(pauseMs)
      order = await confirm()
    }
    return order
  } catch (error) {
    if (isRefusal(error)) throw error
    throw new TillError('payment_unconfirmed', 0, String(error))
  }
}

/** Pay, then ask: the one way through WeChat's cashier, whatever its callback says. */
export function openPayments(
  ports: Ports,
  memory: Memory,
  desk: Desk,
  calls: PaymentCalls,
  account: () => Account | null,
): Payments {
  const notes = openNotes(memory)
  const flight = singleFlight<PayResult>()
  const resuming = singleFlight<Order[]>()
  const cashiers = openCashiers(ports, desk.cashier)

  async function payOnce(orderId: string, asks: boolean): Promise<PayResult> {
    notes.add(orderId)
    let callback = missing
    let templateIds: string[] = []
    let asked: Promise<string[]> | null = null
    try {
      const payable = await calls.pay(orderId)
      templateIds = payable.templateIds
      callback = await cashiers.ask(orderId, payable.callUp, () => {
        if (asks && templateIds.length) asked = desk.ask(templateIds)
      })
    } catch (error) {
      // Paid or closed meanwhile is no failure: the order itself tells it.
      if (!/^order_(paid|closed)$/.test(codeOf(error))) {
        notes.drop(orderId)
        throw error
      }
    }
    const order = await truth(ports, () => calls.confirm(orderId), callback)
    if (order.status !== 'unpaid' || /cancel|fail/.test(callback.kind)) notes.drop(orderId)
    // Asked at the server while the person reads the sheet.
    const allowed = (await asked) ?? []
    return { outcome: order.status, order, callback, templateIds, allowed }
  }

  async function ask(orderId: string): Promise<Order | null> {
    try {
      const order = await calls.confirm(orderId)
      if (order.status !== 'unpaid') notes.drop(orderId)
      return order
    } catch (error) {
      if (codeOf(error) === 'not_found') notes.drop(orderId)
      return null
    }
  }

  return {
    pay: (orderId, { askForMessages = false } = {}) =>
      flight(orderId, () => payOnce(orderId, askForMessages)),
    resume: () =>
      resuming('resume', async () => {
        for (const returned of cashiers.now.values()) returned()
        if (!account()) return []
        const asked = notes.all().filter((orderId) => !cashiers.now.has(orderId))
        return (await Promise.all(asked.map(ask))).filter((order) => order !== null)
      }),
  }
}
