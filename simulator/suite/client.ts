// The one client of the control API; how a call travels is the carrier's affair.
import type { Credentials, SuiteAnswer, SuiteRequest, SuiteWechat } from './shapes.ts'

export interface ControlReply {
  readonly status: number
  readonly body: unknown
}

/** Carries calls to one world. */
export interface Carrier {
  readonly credentials: Credentials
  control(method: string, path: string, body?: unknown): Promise<ControlReply>
  answer(request: SuiteRequest): Promise<SuiteAnswer>
  world(name: string): Promise<Carrier>
  close(): Promise<void>
}

/** A control call that the simulator refused; the message names the field and the remedy. */
export class ControlError extends Error {
  readonly status: number
  readonly code: string

  constructor(status: number, body: unknown) {
    const of = (name: string) => {
      const value = typeof body === 'object' && body !== null ? Reflect.get(body, name) : undefined
      return typeof value === 'string' ? value : ''
    }
    super(of('detail') || `the simulator answered ${status}`)
    this.name = 'ControlError'
    this.status = status
    this.code = of('code')
  }
}

type Call = (method: string, path: string, body?: unknown) => Promise<never>

function caller(carrier: Carrier): Call {
  return async (method, path, body) => {
    const { status, body: answer } = await carrier.control(method, path, body)
    if (status >= 400) throw new ControlError(status, answer)
    return answer as never
  }
}

function listOf(call: Call, path: string): Promise<never> {
  return call('GET', path).then((page) => Reflect.get(page, 'data') as never)
}

function fetchOver(carrier: Carrier): typeof fetch {
  return async (input, init) => {
    const request = new Request(input, init)
    const { status, headers, body } = await carrier.answer({
      method: request.method,
      url: request.url,
      headers: Object.fromEntries(request.headers),
      body: new Uint8Array(await request.arrayBuffer()),
    })
    if (status === 0) throw new TypeError('fetch failed: the answer was lost')
    const empty = body.length === 0 || status === 204 || status === 304
    return new Response(empty ? null : Buffer.from(body), { status, headers: { ...headers } })
  }
}

/** The parts of the client that have parts of their own. */
function groups(
  call: Call,
): Pick<
  SuiteWechat,
  'clock' | 'faults' | 'notifications' | 'people' | 'apps' | 'merchants' | 'switches'
> {
  const state = () => call('GET', '/_sim/state')
  return {
    clock: {
      read: () => call('GET', '/_sim/clock'),
      advance: (ms) => call('POST', '/_sim/clock', { advance_ms: ms }),
      set: (at) => call('POST', '/_sim/clock', { set: at }),
    },
    faults: {
      arm: (fault) => call('POST', '/_sim/faults', fault),
      menu: () => call('GET', '/_sim/faults'),
      disarm: async (id) => {
        await call('DELETE', id === undefined ? '/_sim/faults' : `/_sim/faults/${part(id)}`)
      },
    },
    notifications: { replay: (id) => call('POST', `/_sim/notifications/${part(id)}/replay`) },
    people: {
      add: (person = {}) => call('POST', '/_sim/people', person),
      list: async () => Reflect.get(await state(), 'people') as never,
    },
    apps: { register: (app) => call('POST', '/_sim/apps', app) },
    merchants: { register: (merchant) => call('POST', '/_sim/merchants', merchant) },
    switches: {
      read: async () => Reflect.get(await call('GET', '/_sim/switches'), 'values') as never,
      set: (values) => call('POST', '/_sim/switches', values),
    },
  }
}

function part(id: string): string {
  return encodeURIComponent(id)
}

/** A simulated WeChat over any carrier. */
export function clientOver(carrier: Carrier): SuiteWechat {
  const call = caller(carrier)
  return {
    credentials: carrier.credentials,
    answer: (request) => carrier.answer(request),
    fetch: fetchOver(carrier),
    state: () => call('GET', '/_sim/state'),
    login: (who = {}) => call('POST', '/_sim/login', who),
    phoneCode: (who = {}) => call('POST', '/_sim/phone-code', who),
    checkSession: (who = {}) => call('POST', '/_sim/check-session', who),
    userData: (who = {}) => call('POST', '/_sim/user-data', who),
    cashier: (given) => call('POST', '/_sim/cashier', given),
    ...groups(call),
    journal: (after = 0, limit = 100) =>
      listOf(call, `/_sim/journal?after=${after}&limit=${limit}`),
    trades: () => listOf(call, '/_sim/trades'),
    refunds: () => listOf(call, '/_sim/refunds'),
    reset: async () => {
      await call('POST', '/_sim/reset')
    },
    snapshot: () => call('GET', '/_sim/world?secrets=1'),
    restore: async (world) => {
      await call('POST', '/_sim/world', world)
    },
    world: async (name) => clientOver(await carrier.world(name)),
    call,
    close: () => carrier.close(),
  }
}
