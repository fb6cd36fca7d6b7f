// The simulator's control API (docs: design of /_sim/*), as far as the phone and the page use it.
import type { CashierParams } from '../../miniprogram/runtime/host.ts'
import { type Fields, fieldsOf, listOf, numberOf, textOf } from './read.ts'

export interface Person {
  id: string
  name: string
  phone: string
  balance: number
}

export interface WorldState {
  now: string
  offsetMs: number
  seed: string
  apps: { appid: string; name: string }[]
  merchants: { mchid: string; verification: string; balance: number }[]
  people: Person[]
  armed: Fault[]
  counts: Record<string, number>
}

export interface Fault {
  id: string
  point: string
  kind: string
  preset: string | null
  probability: number
  /** null: for ever. */
  remaining: number | null
  fired: number
}

/** A card on a person's phone (GET /_sim/messages). */
export interface Card {
  id: string
  at: string
  appid: string
  person: string
  title: string
  fields: { label: string; value: string }[]
  /** What a tap opens; null: nothing. */
  page: string | null
}

export interface CashierAnswer {
  errMsg: string | null
  dialog: string | null
}

export interface Bill {
  ok: boolean
  errMsg: string | null
  dialog: string | null
  merchant: string
  description: string
  total: number
  balance: number
}

export type CashierAction =
  | 'pay'
  | 'cancel'
  | 'wrong_password'
  | 'insufficient_balance'
  | 'leave'
  | 'pay_and_leave'

/** A refusal of the control API, with its text. */
export class ControlError extends Error {}

/** One call; its JSON object, or ControlError with what the simulator said. */
export async function call(method: string, path: string, body?: unknown): Promise<Fields> {
  const init: RequestInit = { method }
  if (body !== undefined) {
    init.body = JSON.stringify(body)
    init.headers = { 'content-type': 'application/json' }
  }
  const answer = await fetch(path, init)
  const value: unknown = await answer.json().catch(() => ({}))
  const fields = fieldsOf(value)
  if (answer.ok) return fields
  const said = fields['errMsg'] ?? fields['detail'] ?? fields['message'] ?? fields['error']
  throw new ControlError(textOf(said, `${method} ${path}: ${answer.status}`))
}

export const control = {
  async state(): Promise<WorldState> {
    return stateOf(await call('GET', '/_sim/state'))
  },
  async login(person: string): Promise<string> {
    return textOf((await call('POST', '/_sim/login', { person }))['code'])
  },
  async phoneCode(person: string): Promise<string> {
    return textOf((await call('POST', '/_sim/phone-code', { person }))['code'])
  },
  async preview(person: string, params: CashierParams): Promise<Bill> {
    return billOf(await call('POST', '/_sim/cashier/preview', { person, ...params }))
  },
  async cashier(
    person: string,
    params: CashierParams,
    action: CashierAction,
  ): Promise<CashierAnswer> {
    const answer = await call('POST', '/_sim/cashier', { person, ...params, action })
    return { errMsg: nullable(answer['errMsg']), dialog: dialogOf(answer['dialog']) }
  },
  /** Newest first. */
  cards: async (): Promise<Card[]> =>
    listOf((await call('GET', '/_sim/messages'))['data']).map(cardOf),
  program: () => call('GET', '/_phone/program'),
}

export const nullable = (value: unknown) => (typeof value === 'string' ? value : null)

/** A dialog's text; the simulator may send it in two languages, and WeChat speaks Chinese. */
function dialogOf(value: unknown): string | null {
  if (typeof value === 'string') return value
  const fields = fieldsOf(value)
  return nullable(fields['zh'] ?? fields['text'] ?? fields['message'])
}

function billOf(fields: Fields): Bill {
  return {
    ok: fields['ok'] === true,
    errMsg: nullable(fields['errMsg']),
    dialog: dialogOf(fields['dialog']),
    merchant: textOf(fields['merchant_name']),
    description: textOf(fields['description']),
    total: numberOf(fields['total']),
    balance: numberOf(fields['balance']),
  }
}

function stateOf(fields: Fields): WorldState {
  const counts = Object.entries(fieldsOf(fields['counts'])).map(([k, v]) => [k, numberOf(v)])
  return {
    now: textOf(fields['now']),
    offsetMs: numberOf(fields['offset_ms']),
    seed: String(fields['seed'] ?? ''),
    apps: listOf(fields['apps']).map((item) => {
      const app = fieldsOf(item)
      return { appid: textOf(app['appid']), name: textOf(app['name']) }
    }),
    merchants: listOf(fields['merchants']).map((item) => {
      const merchant = fieldsOf(item)
      const verification = textOf(merchant['verification'])
      const balance = numberOf(merchant['balance'])
      return { mchid: textOf(merchant['mchid']), verification, balance }
    }),
    people: listOf(fields['people']).map(personOf),
    armed: listOf(fields['armed_faults']).map(faultOf),
    counts: Object.fromEntries(counts),
  }
}

function cardOf(value: unknown): Card {
  const card = fieldsOf(value)
  return {
    id: textOf(card['id']),
    at: textOf(card['at']),
    appid: textOf(card['appid']),
    person: textOf(card['person']),
    title: textOf(card['title']),
    fields: listOf(card['fields']).map((field) => {
      const { label, value: said } = fieldsOf(field)
      return { label: textOf(label), value: textOf(said) }
    }),
    page: nullable(card['page']),
  }
}

function personOf(value: unknown): Person {
  const fields = fieldsOf(value)
  return {
    id: String(fields['id'] ?? ''),
    name: textOf(fields['name']),
    phone: textOf(fields['phone']),
    balance: numberOf(fields['balance']),
  }
}

function faultOf(value: unknown): Fault {
  const fields = fieldsOf(value)
  const { remaining } = fields
  return {
    id: textOf(fields['id']),
    point: textOf(fields['point']),
    kind: textOf(fields['kind']),
    preset: nullable(fields['preset']),
    probability: numberOf(fields['probability'], 1),
    remaining: typeof remaining === 'number' ? remaining : null,
    fired: numberOf(fields['fired']),
  }
}
