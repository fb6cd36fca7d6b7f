import { decodeUtf8, parseJson } from './bytes.ts'
import {
  epochSeconds,
  type Instant,
  isPublicKeyId,
  type PayErrorBody,
  parsePayErrorBody,
  type SerialNo,
} from './model/index.ts'
import type { KeyRing } from './sign/key-ring.ts'
import { type MessageCheck, type MessageRefusal, verifyMessage } from './sign/message.ts'
import { authorizeRequest, type RequestSigner } from './sign/request.ts'
import type { Transport, TransportAnswer, TransportSilence } from './transport.ts'

/** What the client needs from outside. Nothing else reaches the clock, chance or the network. */
export interface PayClientPorts {
  readonly transport: Transport
  readonly clock: () => Instant
  /** So many unpredictable bytes. */
  readonly random: (bytes: number) => Uint8Array
  /** The present key ring; asked anew for every answer. */
  readonly keys: () => KeyRing
  /** Downloads the platform certificates into the ring. Absent: an unknown serial stays unknown. */
  readonly refreshKeys?: () => Promise<void>
}

export interface PayClientSettings {
  readonly signer: RequestSigner
  /** The first host is used; the others only when it can't be reached. */
  readonly hosts: readonly [string, ...string[]]
  readonly userAgent: string
  /** For one exchange with one host. Money-moving calls need about ten seconds. */
  readonly timeoutMs: number
  /** Which of WeChat's keys shall sign the answers; goes into `Wechatpay-Serial`. */
  readonly answerKey?: SerialNo
}

/** A call to WeChat Pay. */
export interface PayCall {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** Path and query, percent-encoded already. */
  readonly path: string
  /** The JSON text; its bytes are signed and sent. */
  readonly body?: string
  /** Name of the key that encrypted fields of the body; overrides `answerKey`. */
  readonly sealedWith?: SerialNo
  /** Most bytes of an answer, 1 MiB unless said otherwise. */
  readonly mostBytes?: number
}

export interface AuthenticAnswer {
  readonly got: 'answer'
  readonly authentic: true
  readonly status: number
  readonly body: Uint8Array
  /** The parsed body; undefined when it is empty or no JSON. */
  readonly json: unknown
  readonly requestId: string
}

/** An error answer that nobody vouches for. It may guide a person; it must never decide a state. */
export interface HintedAnswer {
  readonly got: 'answer'
  readonly authentic: false
  readonly status: number
  readonly hint: PayErrorBody
  readonly why: MessageRefusal
  readonly requestId: string
}

/** Nothing that can be believed: the call may have taken effect or not. Ask. */
export interface Silence {
  readonly got: 'silence'
  readonly why: TransportSilence['why'] | 'unverified'
  /** For logs: which check failed. */
  readonly detail: MessageRefusal | null
  readonly requestId: string
}

export type PayAnswer = AuthenticAnswer | HintedAnswer | Silence

const ANSWER_MOST_BYTES = 1_048_576

/** A connection to WeChat Pay on behalf of one merchant. */
export interface PayClient {
  /** Signs, sends and verifies one call. Whatever the network does, it answers with values. */
  send(call: PayCall): Promise<PayAnswer>
  /**
   * The same without the check, for the two kinds of answer that can't be checked at once: bill
   * files, which have a hash, and the first download of certificates.
   */
  sendUnchecked(call: PayCall): Promise<TransportAnswer | TransportSilence>
}

/** Makes the client of one merchant. */
export function createPayClient(settings: PayClientSettings, ports: PayClientPorts): PayClient {
  const exchange = (call: PayCall) => exchangeOverHosts(call, settings, ports)
  return {
    sendUnchecked: exchange,
    async send(call) {
      const first = await exchange(call)
      if (first.got === 'silence') return silence(first.why, null, '')
      const check = await checkAnswer(first, ports)
      if (check.ok || check.reason !== 'probe') return judge(first, check)
      // WeChat says that the call after a probe is not probed: discard and repeat, once.
      const second = await exchange(call)
      if (second.got === 'silence') return silence(second.why, null, '')
      return judge(second, await checkAnswer(second, ports))
    },
  }
}

/** One exchange, with the next host only when this one was not reached at all. */
async function exchangeOverHosts(
  call: PayCall,
  settings: PayClientSettings,
  ports: PayClientPorts,
): Promise<TransportAnswer | TransportSilence> {
  let result: TransportAnswer | TransportSilence = { got: 'silence', why: 'connect_failed' }
  for (const host of settings.hosts) {
    result = await exchangeWith(host, call, settings, ports)
    if (result.got === 'answer' || result.why !== 'connect_failed') return result
  }
  return result
}

async function exchangeWith(
  host: string,
  call: PayCall,
  settings: PayClientSettings,
  ports: PayClientPorts,
): Promise<TransportAnswer | TransportSilence> {
  const { method, path, mostBytes = ANSWER_MOST_BYTES } = call
  const body = Buffer.from(call.body ?? '')
  // A fresh time and nonce for every host and every try.
  const nonce = Buffer.from(ports.random(16)).toString('hex').toUpperCase()
  const timestamp = epochSeconds(ports.clock())
  const request = { method, path, timestamp, nonce, body }
  const headers: Array<[string, string]> = [
    ['Authorization', await authorizeRequest(settings.signer, request)],
    ['Accept', 'application/json'],
    ['User-Agent', settings.userAgent],
  ]
  if (call.body !== undefined) headers.push(['Content-Type', 'application/json'])
  const serial = call.sealedWith ?? settings.answerKey
  if (serial !== undefined) headers.push(['Wechatpay-Serial', serial])
  const { timeoutMs } = settings
  try {
    const sent = { host, method, path, headers, body, timeoutMs, mostBytes }
    const result = await ports.transport.send(sent)
    const tooLarge = result.got === 'answer' && result.body.length > mostBytes
    return tooLarge ? { got: 'silence', why: 'too_large' } : result
  } catch {
    // A transport should not throw; one that does has told us nothing about the call's effect.
    return { got: 'silence', why: 'broken' }
  }
}

/** Verifies an answer; an unknown certificate serial is worth one download of certificates. */
async function checkAnswer(answer: TransportAnswer, ports: PayClientPorts): Promise<MessageCheck> {
  const check = verifyMessage(answer, ports.keys(), ports.clock())
  if (check.ok || check.reason !== 'serial_unknown') return check
  // Public keys can't be downloaded: somebody has to configure them.
  if (isPublicKeyId(check.detail) || ports.refreshKeys === undefined) return check
  try {
    await ports.refreshKeys()
  } catch {
    return check
  }
  return verifyMessage(answer, ports.keys(), ports.clock())
}

function judge(answer: TransportAnswer, check: MessageCheck): PayAnswer {
  const { status, body } = answer
  const requestId = requestIdOf(answer)
  const json = body.length === 0 ? undefined : parseJson(decodeUtf8(body))
  if (check.ok) return { got: 'answer', authentic: true, status, body, json, requestId }
  if (status < 400) return silence('unverified', check.reason, requestId)
  const hint = parsePayErrorBody(json)
  return { got: 'answer', authentic: false, status, hint, why: check.reason, requestId }
}

function silence(why: Silence['why'], detail: MessageRefusal | null, requestId: string): Silence {
  return { got: 'silence', why, detail, requestId }
}

function requestIdOf(answer: TransportAnswer): string {
  const [, value = ''] = answer.headers.find(([name]) => name.toLowerCase() === 'request-id') ?? []
  return /^[0-9A-Za-z-]{1,128}$/.test(value) ? value : ''
}
