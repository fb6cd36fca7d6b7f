// The way from an instance to WeChat and back: latency, time-outs, and what the world's faults make
// of a connection. Below it are the server's own client and verification, above it WeChat's own code.
import type { TransportAnswer, TransportRequest, TransportSilence } from '@minitill/protocol'
import type { MiniPool } from '../../../server/adapters/wechat-mini/index.ts'
import type { BillTransfer } from '../../../server/adapters/wechat-pay/bill-transfer.ts'
import type { PooledTransport } from '../../../server/adapters/wechat-pay/transport.ts'
import { silence } from '../../../server/ports/index.ts'
import { findRoute } from '../../../simulator/api/routes.ts'
import type { Run } from '../context.ts'
import type { Life } from '../engine/scheduler.ts'
import { billFile } from './bill-file.ts'
import type { Labels } from './labels.ts'
import type { SimulatedWechat } from './wechat.ts'

interface Question {
  readonly family: 'pay' | 'mini'
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
  readonly timeoutMs: number
}

export class Network {
  readonly #run: Run
  readonly #wechat: SimulatedWechat
  readonly #labels: Labels
  /** First body that was sent under a number, for I-7 and I-21. */
  readonly #bodies = new Map<string, string>()

  constructor(run: Run, wechat: SimulatedWechat, labels: Labels) {
    this.#run = run
    this.#wechat = wechat
    this.#labels = labels
  }

  /** How the server's WeChat Pay client of this life reaches WeChat. */
  transport(life: Life): PooledTransport {
    return {
      send: (request) => this.#pay(life, request),
      close: async () => {},
    }
  }

  /** How this life downloads bills. */
  transfer(life: Life): BillTransfer {
    return async ({ path, headers: given, hash }) => {
      const headers = { ...given, host: 'api.mch.weixin.qq.com' }
      const request = { method: 'GET', path, headers, body: Buffer.alloc(0) } as const
      const got = await this.#exchange(life, { family: 'pay', ...request, timeoutMs: 30_000 })
      if (got.got === 'silence') return silence(got.why === 'timed_out' ? 'timeout' : 'reset')
      return got.status === 200 ? billFile(got.body, hash) : silence('server_error')
    }
  }

  /** The same for api.weixin.qq.com, in the shape of a pool of connections. */
  miniPool(life: Life): MiniPool {
    const request = async (options: {
      method: string
      path: string
      headers?: Record<string, string>
      body?: string | null
    }) => {
      const body = Buffer.from(options.body ?? '')
      const headers = { ...options.headers, host: 'api.weixin.qq.com' }
      const { method, path } = options
      const question = { family: 'mini', method, path, headers, body, timeoutMs: 5_000 } as const
      const got = await this.#exchange(life, question)
      if (got.got === 'silence') throw Object.assign(new Error(got.why), { code: codes[got.why] })
      return { statusCode: got.status, body: bodyOf(got.body) }
    }
    return { request, close: async () => {} } as unknown as MiniPool
  }

  async #pay(life: Life, request: TransportRequest): Promise<TransportAnswer | TransportSilence> {
    const named = request.headers.map(([name, value]) => [name.toLowerCase(), value] as const)
    const headers = { ...Object.fromEntries(named), host: 'api.mch.weixin.qq.com' }
    const { method, path, body, timeoutMs } = request
    this.#sameAsBefore(path, body)
    return await this.#exchange(life, { family: 'pay', method, path, headers, body, timeoutMs })
  }

  async #exchange(life: Life, question: Question): Promise<TransportAnswer | TransportSilence> {
    const { scheduler, faults } = this.#run
    const { family, method, path, timeoutMs } = question
    const route = findRoute(family, method, path.split('?')[0] ?? '')
    const point = 'status' in route ? '' : route.route.point
    const who = `${point} ${this.#labels.ofRequest(path, question.body)}`
    const sentAtMs = scheduler.now()
    await scheduler.park(life, `net ${who}`, scheduler.draws.between(`net ${who}`, 5, 150))
    if (faults.strikes('net:unreachable', who)) return { got: 'silence', why: 'connect_failed' }
    const forged = forgedRefusals[point]
    if (forged !== undefined && faults.strikes('net:forged_refusal', who)) {
      return refusal(scheduler.draws.pick(`forged ${who}`, forged))
    }
    const kind = faults.kindAt(family, point, who)
    const answering = this.#wechat.struck(point, kind, () =>
      this.#wechat.wechat.answer({ ...question, url: path }),
    )
    const { reply, transport, delayMs } = await answering
    scheduler.note(`wechat ${who} → ${reply.status} ${transport}`)
    const backMs = delayMs + scheduler.draws.between(`back ${who}`, 5, 150)
    const leftMs = Math.max(1, sentAtMs + timeoutMs - scheduler.now())
    if (transport === 'drop' || backMs > leftMs) {
      await scheduler.park(life, `late ${who}`, leftMs)
      return { got: 'silence', why: 'timed_out' }
    }
    await scheduler.park(life, `back ${who}`, backMs)
    if (transport !== 'whole') return { got: 'silence', why: 'broken' }
    const { status, headers, body } = reply
    return { got: 'answer', status, headers: Object.entries(headers), body }
  }

  /** I-7, I-21: what is sent under a number is the same for ever. */
  #sameAsBefore(path: string, body: Uint8Array): void {
    if (path !== '/v3/pay/transactions/jsapi' && path !== '/v3/refund/domestic/refunds') return
    const text = Buffer.from(body).toString('utf8')
    const { out_refund_no, out_trade_no } = JSON.parse(text) as Record<string, string>
    const number = out_refund_no ?? out_trade_no ?? ''
    const first = this.#bodies.get(number)
    this.#bodies.set(number, first ?? text)
    if (first !== undefined && first !== text) {
      const promise = out_refund_no === undefined ? 'I-7' : 'I-21'
      this.#run.violation(promise, `${number} was sent again with other parameters`)
    }
  }
}

/** A refusal for good, which WeChat itself never gives in this world. */
export const onlyForged = 'USER_ACCOUNT_ABNORMAL'

/** What somebody on the way says in WeChat's place: nobody signed it, and it is not so. */
const forgedRefusals: Readonly<Record<string, readonly (readonly [number, string])[]>> = {
  'pay.prepay': [
    [400, 'ORDER_CLOSED'],
    [400, 'ORDERPAID'],
  ],
  'pay.query': [[404, 'ORDER_NOT_EXIST']],
  'pay.close': [
    [404, 'ORDER_NOT_EXIST'],
    [400, 'ORDER_CLOSED'],
  ],
  'pay.refund': [
    [403, onlyForged],
    [403, 'NOT_ENOUGH'],
  ],
  'pay.refund_query': [[404, 'RESOURCE_NOT_EXISTS']],
  'pay.tradebill': [[400, 'NO_STATEMENT_EXIST']],
  'pay.fundflowbill': [[400, 'NO_STATEMENT_EXIST']],
}

function refusal([status, code]: readonly [number, string]): TransportAnswer {
  const headers = [['content-type', 'application/json']] as const
  return {
    got: 'answer',
    status,
    headers,
    body: Buffer.from(JSON.stringify({ code, message: '' })),
  }
}

/** How undici names what went wrong. */
const codes = {
  connect_failed: 'ECONNREFUSED',
  timed_out: 'UND_ERR_HEADERS_TIMEOUT',
  broken: 'ECONNRESET',
  too_large: 'ECONNRESET',
} as const

function bodyOf(bytes: Uint8Array) {
  return {
    dump: async () => {},
    async *[Symbol.asyncIterator]() {
      yield bytes
    },
  }
}
