// What may go wrong in a run, how often, and what of it did. Each firing has a name (`kind who#nth`),
// so that a failing run can be made smaller by leaving out single ones.
import { MENU } from '../../simulator/mischief.ts'
import type { Scheduler } from './engine/scheduler.ts'

/** One class of fault: what it is called here, and which of the model's (F-n) it stands for. */
export interface FaultClass {
  readonly kind: string
  readonly model: string
  /** How often it strikes where it may, once the seed has chosen it. */
  readonly rate: number
}

/** Kinds of the simulator's menu by the model's number; those that stand nowhere are not armed. */
const payKinds: Readonly<Record<string, string>> = {
  request_lost: 'F-1',
  connection_reset: 'F-1',
  answer_lost: 'F-2',
  answer_delayed: 'F-3',
  reset_mid_body: 'F-4',
  truncated_body: 'F-5',
  error_500_with_effect: 'F-6',
  rate_limited_with_effect: 'F-6',
  error_500_without_effect: 'F-7',
  error_503_without_effect: 'F-7',
  rate_limited: 'F-8',
  rate_limited_legacy: 'F-8',
  html_502: 'F-9',
  wrong_signature: 'F-10',
  missing_signature: 'F-11',
  unknown_serial: 'F-12',
  platform_rotation: 'F-12',
  timestamp_old: 'F-13',
  timestamp_future: 'F-13',
  other_order: 'F-14',
  redirect: 'F-16',
  signtest: 'F-23',
  clock_skew: 'F-51',
  paid_before_answer: 'F-21',
  paid_during_close: 'F-32',
  closed_after_prepay: 'F-32',
  refund_abnormal: 'F-refund',
  refund_closed: 'F-refund',
  refund_at_once: 'F-refund',
  no_auth: 'F-refund',
  other_apiv3_key: 'F-72',
}

/** What a bill or its download may be; bills come once a day, so that each of them is often struck. */
const billKinds: Readonly<Record<string, string>> = {
  bill_late: 'F-55',
  bill_missing: 'F-55',
  link_expired: 'F-56',
  link_foreign: 'F-56',
  link_elsewhere: 'F-56',
  wrong_hash: 'F-57',
  bill_cut: 'F-57',
  bill_damaged: 'F-57',
  unknown_row: 'F-58',
  missing_row: 'F-59',
  off_by_one_fen: 'F-60',
  wrong_total: 'F-60',
  missing_totals: 'F-61',
  gzip_flipped: 'F-61',
  old_columns: 'F-61',
  moved_columns: 'F-61',
  new_column: 'F-61',
  odd_text: 'F-61',
  odd_numbers: 'F-61',
  duplicate_row: 'F-62',
}

/** The file is whole and its hash fits, and it tells what is not so: for a person to find out. */
export const billLies = ['unknown_row', 'missing_row', 'off_by_one_fen', 'duplicate_row'] as const

const miniKinds: Readonly<Record<string, string>> = {
  busy: 'F-63',
  minute_quota: 'F-63',
  code_invalid: 'F-63',
  answer_lost: 'F-63',
  token_killed: 'F-64',
  session_key_rotated: 'F-66',
  unionid_missing: 'F-67',
}

/** Shipping has errors of its own, at each of its calls. */
const shippingKinds: Readonly<Record<string, string>> = {
  payment_unknown: 'F-63',
  shipping_frequency: 'F-63',
  shipping_busy: 'F-63',
  token_expired: 'F-64',
}

const pushKinds: Readonly<Record<string, string>> = {
  lost: 'F-17',
  duplicated: 'F-18',
  delayed: 'F-19',
  two_at_once: 'F-22',
  damaged_ciphertext: 'F-24',
  answer_lost: 'F-25',
  other_appid: 'F-26',
  wrong_signature: 'F-10',
  timestamp_old: 'F-13',
}

const noticeKinds: Readonly<Record<string, string>> = {
  lost: 'F-17',
  duplicated: 'F-18',
  delayed: 'F-19',
  two_at_once: 'F-22',
  signtest: 'F-23',
  damaged_ciphertext: 'F-24',
  damaged_nonce: 'F-24',
  damaged_associated_data: 'F-24',
  answer_lost: 'F-25',
  wrong_merchant: 'F-26',
  wrong_app: 'F-26',
  other_merchant_key: 'F-26',
  wrong_amount: 'F-26',
  xml_v2: 'F-27',
  wrong_signature: 'F-10',
  missing_signature: 'F-11',
  unknown_serial: 'F-12',
  platform_rotation: 'F-72',
  other_apiv3_key: 'F-72',
  timestamp_old: 'F-13',
  timestamp_future: 'F-13',
}

/** WeChat's keys change now and then, and not with each third call: else no answer is ever believed. */
const rotationRate = 0.002

/** What a bill tells falsely shows in its run; most bills are to match to the fen. */
const billRates = { lie: 0.1, other: 0.2 }

const listedBills = () =>
  Object.entries(billKinds).map(([kind, model]) => {
    const isLie = billLies.some((lie) => lie === kind)
    return { kind: `pay:${kind}`, model, rate: isLie ? billRates.lie : billRates.other }
  })

const listed = (prefix: string, kinds: Readonly<Record<string, string>>, often: number) =>
  Object.entries(kinds).map(([kind, model]) => {
    const rate = kind === 'platform_rotation' ? rotationRate : often
    return { kind: `${prefix}:${kind}`, model, rate }
  })

const own: readonly FaultClass[] = [
  { kind: 'net:unreachable', model: 'F-15', rate: 0.03 },
  { kind: 'net:forged_refusal', model: 'F-10', rate: 0.03 },
  { kind: 'notice:silent_day', model: 'F-17', rate: 1 },
  { kind: 'person:double_tap', model: 'F-28', rate: 0.2 },
  { kind: 'person:two_devices', model: 'F-29', rate: 0.2 },
  { kind: 'person:cancels_then_pays', model: 'F-30', rate: 0.2 },
  { kind: 'person:pays_late', model: 'F-31', rate: 0.15 },
  { kind: 'person:pays_while_cancelling', model: 'F-32', rate: 0.2 },
  { kind: 'person:cancels_while_starting', model: 'F-32', rate: 0.15 },
  { kind: 'person:leaves', model: 'F-33', rate: 0.2 },
  { kind: 'person:gives_up', model: 'F-33', rate: 0.6 },
  { kind: 'person:killed_after_paying', model: 'F-34', rate: 0.2 },
  { kind: 'person:last_second', model: 'F-35', rate: 0.15 },
  { kind: 'cashier:cancel_although_paid', model: 'F-33', rate: 0.1 },
  { kind: 'cashier:no_callback', model: 'F-33', rate: 0.1 },
  { kind: 'cashier:query_lags', model: 'F-3', rate: 0.1 },
  { kind: 'process:crash', model: 'F-36', rate: 0.004 },
  { kind: 'process:freeze', model: 'F-37', rate: 0.002 },
  { kind: 'process:stop', model: 'F-41', rate: 0.0005 },
  { kind: 'database:commit_lost_before', model: 'F-42', rate: 0.005 },
  { kind: 'database:commit_lost_after', model: 'F-43', rate: 0.005 },
  { kind: 'database:deadlock', model: 'F-44', rate: 0.005 },
  { kind: 'clock:skew', model: 'F-51', rate: 0.5 },
  { kind: 'clock:jump_back', model: 'F-52', rate: 0.5 },
  { kind: 'clock:late_timers', model: 'F-53', rate: 0.2 },
  { kind: 'clock:midnight', model: 'F-54', rate: 1 },
  { kind: 'mini:two_at_once', model: 'F-65', rate: 0.3 },
  { kind: 'app:error_500', model: 'F-68', rate: 0.1 },
  { kind: 'app:hangs', model: 'F-69', rate: 0.05 },
  { kind: 'app:answer_lost', model: 'F-70', rate: 0.1 },
  { kind: 'app:down', model: 'F-71', rate: 1 },
]

/** Everything that can be armed here, in a fixed order. */
export const faultClasses: readonly FaultClass[] = [
  ...listed('pay', payKinds, 0.03),
  ...listedBills(),
  ...listed('mini', miniKinds, 0.05),
  ...listed('mini', shippingKinds, 0.1),
  ...listed('push', pushKinds, 0.15),
  ...listed('notice', noticeKinds, 0.06),
  ...own,
]

/** Classes of the model that belong to other lanes, or wait for a part of the product. */
export const elsewhere: Readonly<Record<string, string>> = {
  'F-20': 'counted when it happens: a refund notice that is applied before its payment',
  'F-38': 'every run: each life starts a loop and begins the standing work',
  'F-39': 'crash lane: old and new code together',
  'F-40': 'with F-42 to F-44: an error thrown through a flow',
  'F-45': 'every double tap: two inserts of one key',
  'F-46': 'crash lane',
  'F-47': 'crash lane',
  'F-48': 'crash lane',
  'F-49': 'crash lane',
  'F-50': 'crash lane',
}

/** The kinds of the simulator's menu that may strike at a point, of those that are known here. */
function kindsAt(point: string, prefix: string): readonly string[] {
  const kinds = MENU[point] ?? []
  return faultClasses
    .filter(({ kind }) => kind.startsWith(`${prefix}:`))
    .map(({ kind }) => kind.slice(prefix.length + 1))
    .filter((kind) => kinds.includes(kind))
}

/** What came once stays a while for whom it met: a merchant without the right to refund, say. */
const lasting: ReadonlyMap<string, number> = new Map([['pay:no_auth', 0.7]])

/** People are asleep by then, notifications are over, and the merchant's app is well. */
const ofMorning = /^(pay|net|process|database):|^clock:late_timers/

/** A day of bills has some dozens of places to die at, a shop's afternoon thousands. */
const ofFewSteps = /^(process|database):/

export interface FaultPlan {
  /** Chosen classes. */
  readonly armed: ReadonlySet<string>
  /** The only firings that may happen; null: all that are drawn. */
  readonly allowed: ReadonlySet<string> | null
}

export class Faults {
  /** Names of all firings, in order. */
  readonly hits: string[] = []
  readonly fired = new Map<string, number>()
  /** Off in the liveness phase. */
  active = true
  /** The morning on which the bills come: once more, what lies between an instance and WeChat. */
  morning = false
  readonly #plan: FaultPlan
  readonly #scheduler: Scheduler
  readonly #rates = new Map(faultClasses.map(({ kind, rate }) => [kind, rate]))
  readonly #uses = new Map<string, number>()
  readonly #struck = new Set<string>()
  readonly #points = new Map<string, readonly string[]>()

  constructor(plan: FaultPlan, scheduler: Scheduler) {
    this.#plan = plan
    this.#scheduler = scheduler
  }

  /** Whether this kind strikes whoever comes by now. */
  strikes(kind: string, who: string, rate = this.#rates.get(kind) ?? 0): boolean {
    if (!this.active && !(this.morning && ofMorning.test(kind))) return false
    if (!this.#plan.armed.has(kind)) return false
    const key = `${kind} ${who}`
    const nth = this.#uses.get(key) ?? 0
    this.#uses.set(key, nth + 1)
    const name = `${key}#${nth}`
    const lastingRate = this.#struck.has(key) ? (lasting.get(kind) ?? rate) : rate
    const often = this.morning && ofFewSteps.test(kind) ? 5 : 1
    const drawn = this.#scheduler.draws.unit(`fault ${key}`) < lastingRate * often
    if (!drawn || (this.#plan.allowed !== null && !this.#plan.allowed.has(name))) return false
    this.hits.push(name)
    this.#struck.add(key)
    this.fired.set(kind, (this.fired.get(kind) ?? 0) + 1)
    this.#scheduler.note(`FAULT ${name}`)
    return true
  }

  /** The kind of the simulator's menu that strikes at this point; null for none. */
  kindAt(
    prefix: 'pay' | 'mini' | 'notice' | 'push' | 'cashier',
    point: string,
    who: string,
  ): string | null {
    const key = `${prefix} ${point}`
    const kinds = this.#points.get(key) ?? kindsAt(point, prefix)
    this.#points.set(key, kinds)
    return kinds.find((kind) => this.strikes(`${prefix}:${kind}`, who)) ?? null
  }
}
