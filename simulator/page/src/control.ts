// The simulator's control API (docs: design of /_sim/*), as far as the page uses it.
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
  merchants: { mchid: string; verification: string }[]
  people: Person[]
  armed: Fault[]
  counts: Record<string, number>
}

export interface Fault {
  id: string
  label: string
}

export interface Exchange {
  seq: number
  at: string
  kind: string
  method: string
  url: string
  headers: Record<string, string>
  body: string
  plaintext: string
  status: number
  answerHeaders: Record<string, string>
  answerBody: string
  verified: boolean | null
  diagnosis: { code: string; en: string; zh: string; expected: string; received: string } | null
}

export interface Trade {
  outTradeNo: string
  transactionId: string
  state: string
  total: number
  description: string
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

/** One call of the control API; what it answers. */
export async function call(method: string, path: string, body?: object): Promise<Fields> {
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
  async journal(after: number): Promise<{ data: Exchange[]; next: number }> {
    const answer = await call('GET', `/_sim/journal?after=${after}&limit=100`)
    const data = listOf(answer['data']).map(exchangeOf)
    return { data, next: numberOf(answer['next'], data.at(-1)?.seq ?? after) }
  },
  async trades(): Promise<Trade[]> {
    return listOf((await call('GET', '/_sim/trades'))['data']).map(tradeOf)
  },
  async faults(): Promise<{ armed: Fault[]; presets: string[] }> {
    const answer = await call('GET', '/_sim/faults')
    const presets = listOf(answer['presets']).map((item) => {
      return textOf(item, textOf(fieldsOf(item)['preset'], textOf(fieldsOf(item)['name'])))
    })
    return { armed: listOf(answer['armed']).map(faultOf), presets }
  },
  arm: (preset: string) => call('POST', '/_sim/faults', { preset }),
  disarm: (id: string) => call('DELETE', `/_sim/faults/${encodeURIComponent(id)}`),
  advance: (ms: number) => call('POST', '/_sim/clock', { advance_ms: ms }),
  program: () => call('GET', '/_phone/program'),
}

const nullable = (value: unknown) => (typeof value === 'string' ? value : null)

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
      return { mchid: textOf(merchant['mchid']), verification }
    }),
    people: listOf(fields['people']).map(personOf),
    armed: listOf(fields['armed_faults']).map(faultOf),
    counts: Object.fromEntries(counts),
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
  const rule = [fields['point'], fields['kind']].filter((part) => typeof part === 'string')
  const label = textOf(fields['preset'], rule.join(' · '))
  return { id: String(fields['id'] ?? value), label: label === '' ? String(fields['id']) : label }
}

function exchangeOf(value: unknown): Exchange {
  const fields = fieldsOf(value)
  const answer = fieldsOf(fields['answer'])
  const verification = fieldsOf(fields['verification'])
  const diagnosis = fieldsOf(verification['diagnosis'])
  const ok = verification['ok']
  return {
    seq: numberOf(fields['seq']),
    at: textOf(fields['at']),
    kind: textOf(fields['kind']),
    method: textOf(fields['method']),
    url: textOf(fields['url']),
    headers: headersOf(fields['headers']),
    body: bodyOf(fields['body']),
    plaintext: bodyOf(fields['plaintext']),
    status: numberOf(answer['status']),
    answerHeaders: headersOf(answer['headers']),
    answerBody: bodyOf(answer['body']),
    verified: typeof ok === 'boolean' ? ok : null,
    diagnosis:
      typeof diagnosis['code'] !== 'string'
        ? null
        : {
            code: diagnosis['code'],
            en: textOf(diagnosis['en']),
            zh: textOf(diagnosis['zh']),
            expected: bodyOf(diagnosis['expected']),
            received: bodyOf(diagnosis['received']),
          },
  }
}

function headersOf(value: unknown): Record<string, string> {
  return Object.fromEntries(Object.entries(fieldsOf(value)).map(([k, v]) => [k, String(v)]))
}

function bodyOf(value: unknown): string {
  if (value === undefined || value === null) return ''
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function tradeOf(value: unknown): Trade {
  const fields = fieldsOf(value)
  return {
    outTradeNo: textOf(fields['out_trade_no']),
    transactionId: textOf(fields['transaction_id']),
    state: textOf(fields['trade_state']),
    total: numberOf(fieldsOf(fields['amount'])['total'], numberOf(fields['total'])),
    description: textOf(fields['description']),
  }
}
