// What the inspector asks of the control API: trades, refunds, faults, people, clock, the world.
import { call, nullable } from '../control.ts'
import type { Words } from '../language.ts'
import { type Fields, fieldsOf, listOf, numberOf, textOf } from '../read.ts'

export interface Notice {
  id: string
  state: string
  attempts: number
  nextAt: string | null
  lastResult: string | null
  /** The refund that it tells of; null when it tells of the payment. */
  refund: string | null
}

export interface Trade {
  outTradeNo: string
  transactionId: string
  state: string
  total: number
  refunded: number
  description: string
  createdAt: string
  notices: Notice[]
}

export interface Refund {
  id: string
  outRefundNo: string
  outTradeNo: string
  status: string
  amount: number
  createdAt: string
}

export interface FaultMenu {
  presets: string[]
  /** What each preset tells, by its name. */
  tales: Record<string, Words>
  points: string[]
  kinds: Record<string, string[]>
}

export type ReplayAs = 'same' | 'altered' | 'duplicated' | 'late'

/** How often an armed fault strikes. */
export interface Dose {
  next?: true
  count?: number
  probability?: number
}

const at = (id: string) => encodeURIComponent(id)

export const api = {
  trades: async () => listOf((await call('GET', '/_sim/trades'))['data']).map(tradeOf),
  refunds: async () => listOf((await call('GET', '/_sim/refunds'))['data']).map(refundOf),
  menu: async (): Promise<FaultMenu> => menuOf(await call('GET', '/_sim/faults')),
  arm: (preset: string) => call('POST', '/_sim/faults', { preset }),
  armKind: (point: string, kind: string, dose: Dose) =>
    call('POST', '/_sim/faults', { point, kind, ...dose }),
  disarm: (id: string) => call('DELETE', `/_sim/faults/${at(id)}`),
  disarmAll: () => call('DELETE', '/_sim/faults'),
  advance: (ms: number) => call('POST', '/_sim/clock', { advance_ms: ms }),
  setClock: (to: string) => call('POST', '/_sim/clock', { set: to }),
  replay: (id: string, as: ReplayAs, more: object = {}) =>
    call('POST', `/_sim/notifications/${at(id)}/replay`, { as, ...more }),
  refund: (outTradeNo: string, amount: number) =>
    call('POST', '/_sim/refunds', { out_trade_no: outTradeNo, amount }),
  refundTo: (id: string, to: string) => call('POST', `/_sim/refunds/${at(id)}`, { to }),
  topUp: (mchid: string, amount: number) =>
    call('POST', `/_sim/merchants/${at(mchid)}/top-up`, { amount }),
  addPerson: (name: string, balance: number) => call('POST', '/_sim/people', { name, balance }),
  setBalance: (id: string, balance: number) => call('POST', `/_sim/people/${at(id)}`, { balance }),
  reset: () => call('POST', '/_sim/reset'),
  exportWorld: () => call('GET', '/_sim/world'),
  importWorld: (world: unknown) => call('POST', '/_sim/world', world),
}

function menuOf(fields: Fields): FaultMenu {
  const kinds = Object.entries(fieldsOf(fields['kinds'])).map(
    ([point, list]) => [point, listOf(list).map(String)] as const,
  )
  const tales = listOf(fields['stories']).map((item) => {
    const story = fieldsOf(item)
    return [textOf(story['name']), { zh: textOf(story['zh']), en: textOf(story['en']) }] as const
  })
  return {
    presets: listOf(fields['presets']).map(String),
    tales: Object.fromEntries(tales),
    points: listOf(fields['points']).map(String),
    kinds: Object.fromEntries(kinds),
  }
}

function noticeOf(value: unknown): Notice {
  const fields = fieldsOf(value)
  return {
    id: textOf(fields['id']),
    state: textOf(fields['state']),
    attempts: numberOf(fields['attempts']),
    nextAt: nullable(fields['next_at']),
    lastResult: nullable(fields['last_result']),
    refund: nullable(fields['out_refund_no']),
  }
}

function tradeOf(value: unknown): Trade {
  const fields = fieldsOf(value)
  return {
    outTradeNo: textOf(fields['out_trade_no']),
    transactionId: textOf(fields['transaction_id']),
    state: textOf(fields['trade_state']),
    total: numberOf(fields['total'], numberOf(fieldsOf(fields['amount'])['total'])),
    refunded: numberOf(fields['refunded_total']),
    description: textOf(fields['description']),
    createdAt: textOf(fields['created_at']),
    notices: listOf(fields['notifications']).map(noticeOf),
  }
}

function refundOf(value: unknown): Refund {
  const fields = fieldsOf(value)
  const { amount } = fields
  return {
    id: textOf(fields['refund_id']),
    outRefundNo: textOf(fields['out_refund_no']),
    outTradeNo: textOf(fields['out_trade_no']),
    status: textOf(fields['status']),
    amount: numberOf(amount, numberOf(fieldsOf(amount)['refund'])),
    createdAt: textOf(fields['created_at'], textOf(fields['create_time'])),
  }
}
