// Somebody between our server and WeChat: passes everything on, and answers in WeChat's place what
// a test tells it to. With WeChat's own keys at hand, also what WeChat alone could sign.
import { createPrivateKey, randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { rsaSign, signedLines } from '../../../simulator/crypto/sign.ts'
import { type Pair, type PairParts, startPair } from '../../support/pair.ts'

export interface Asked {
  readonly method: string
  readonly url: string
  readonly body: string
}

export interface FalseAnswer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
}

/** null: not this request; it goes on to the simulator. */
export type Twist = (asked: Asked) => FalseAnswer | null

export class Gateway {
  readonly #target: string
  readonly #server = createServer((asked, reply) => void this.#handle(asked, reply))
  #twist: Twist = () => null
  readonly twisted: Asked[] = []

  private constructor(target: string) {
    this.#target = target
  }

  static async open(target: string): Promise<Gateway> {
    const gateway = new Gateway(target)
    await new Promise<void>((done) => gateway.#server.listen(0, '127.0.0.1', done))
    return gateway
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** Answers in WeChat's place while the story lasts; tells which requests it answered. */
  async during<T>(twist: Twist, story: () => Promise<T>): Promise<T> {
    this.#twist = twist
    this.twisted.length = 0
    try {
      return await story()
    } finally {
      this.#twist = () => null
    }
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((done) => this.#server.close(done))
  }

  async #handle(asked: IncomingMessage, reply: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of asked) chunks.push(chunk as Buffer)
    const body = Buffer.concat(chunks)
    const { method = 'GET', url = '/' } = asked
    const known: Asked = { method, url, body: body.toString('utf8') }
    const answer = url.startsWith('/_sim/') ? null : this.#twist(known)
    if (answer === null) return this.#passOn(asked, body, reply)
    this.twisted.push(known)
    const bytes = Buffer.from(answer.body ?? '')
    reply.writeHead(answer.status, { ...answer.headers, 'content-length': bytes.length })
    reply.end(bytes)
  }

  #passOn(asked: IncomingMessage, body: Buffer, reply: ServerResponse): void {
    const { method = 'GET', url = '/' } = asked
    const headers = { ...asked.headers, host: new URL(this.#target).host }
    const onward = request(`${this.#target}${url}`, { method, headers }, (answer) => {
      reply.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(reply)
    })
    onward.on('error', () => reply.destroy())
    reply.on('close', () => onward.destroy())
    onward.end(body)
  }
}

/** A pair whose server reaches WeChat through the gateway; the test itself reaches it directly. */
export async function startWatchedPair(
  parts: PairParts = {},
  more: Record<string, string> = {},
): Promise<{ pair: Pair; gateway: Gateway }> {
  let gateway: Gateway | null = null
  const settings = async (
    simulator: { url: string },
    usual: Record<string, string | undefined>,
  ) => {
    gateway = await Gateway.open(simulator.url)
    return { ...usual, MINITILL_SIMULATOR_URL: gateway.url }
  }
  const pair = await startPair(1, more, { ...parts, settings })
  if (gateway === null) throw new Error('the gateway did not open')
  return { pair, gateway }
}

export interface AnswerParts {
  readonly privateKey?: string
  readonly serial?: string
  readonly skewS?: number
  readonly signedBody?: string
  readonly without?: string
}

/** An answer with WeChat's signature, right unless the test says otherwise. */
export function signedAnswer(
  pair: Pair,
  status: number,
  json: unknown,
  parts: AnswerParts = {},
): FalseAnswer {
  const body = typeof json === 'string' ? json : JSON.stringify(json)
  const { publicKey } = pair.world.must('merchants', pair.credentials.mchid)
  const timestamp = String(Math.floor(pair.world.nowMs() / 1000) + (parts.skewS ?? 0))
  const nonce = randomBytes(16).toString('hex')
  const key = createPrivateKey(parts.privateKey ?? publicKey.privateKey)
  const headers: Record<string, string> = {
    'content-type': 'application/json; charset=utf-8',
    'request-id': '08F00D-0',
    'wechatpay-timestamp': timestamp,
    'wechatpay-nonce': nonce,
    'wechatpay-serial': parts.serial ?? publicKey.id,
    'wechatpay-signature': rsaSign(signedLines(timestamp, nonce, parts.signedBody ?? body), key),
  }
  if (parts.without !== undefined) delete headers[`wechatpay-${parts.without}`]
  return { status, headers, body }
}
