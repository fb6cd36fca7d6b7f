// wx.request: every HTTP answer is a success; only what never got an answer fails.
// Source: developers.weixin.qq.com/miniprogram/dev/api/network/request/wx.request.html
import { isRecord, numberOr, textOr } from '../program.ts'
import { callBack, failureOf, type Options, WxFailure } from './convention.ts'

const PARALLEL = 10
const TIMEOUT_MS = 60_000
const METHODS = ['OPTIONS', 'GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'TRACE', 'CONNECT']
const TASKS_LIMIT = 200
/** So long a request may go on after the mini program was left (M63). */
const BACKGROUND_MS = 5_000

type Listener = (value: unknown) => void

interface Task {
  options: Options
  controller: AbortController
  headersListeners: Listener[]
}

interface Message {
  url: string
  method: string
  header: Record<string, string>
  body: BodyInit | null
}

/** The network of one mini program: ten requests at a time, the others wait. */
export class RequestQueue {
  readonly #waiting: Task[] = []
  readonly #running = new Set<Task>()
  #background: ReturnType<typeof setTimeout> | null = null
  #suspended = false
  readonly #defaultTimeoutMs: number

  /** The time-out is that of app.json's networkTimeout.request, or a minute. */
  constructor(app: Record<string, unknown>) {
    const timeouts = isRecord(app['networkTimeout']) ? app['networkTimeout'] : {}
    this.#defaultTimeoutMs = numberOr(timeouts['request'], TIMEOUT_MS)
  }

  /** Answers a RequestTask, never a Promise. */
  readonly request = (given?: unknown): object => {
    const task: Task = {
      options: isRecord(given) ? given : {},
      controller: new AbortController(),
      headersListeners: [],
    }
    this.#waiting.push(task)
    queueMicrotask(() => this.#next())
    return {
      abort: () => task.controller.abort(new WxFailure('abort', { errno: 600003 })),
      onHeadersReceived: (listener: Listener) => task.headersListeners.push(listener),
      offHeadersReceived: (listener: Listener) => {
        task.headersListeners = task.headersListeners.filter((other) => other !== listener)
      },
      onChunkReceived: () => undefined,
      offChunkReceived: () => undefined,
    }
  }

  /** The mini program was left: what is not done in five seconds is interrupted. */
  hide(): void {
    if (this.#background !== null) return
    this.#background = setTimeout(() => {
      this.#suspended = true
      const interrupted = new WxFailure('interrupted', { errno: 600003 })
      for (const task of [...this.#running, ...this.#waiting]) task.controller.abort(interrupted)
    }, BACKGROUND_MS)
  }

  /** The person is back. */
  show(): void {
    if (this.#background !== null) clearTimeout(this.#background)
    this.#background = null
    this.#suspended = false
  }

  #next(): void {
    if (this.#running.size >= PARALLEL) return
    const task = this.#waiting.shift()
    if (task === undefined) return
    this.#running.add(task)
    void this.#run(task).finally(() => {
      this.#running.delete(task)
      this.#next()
    })
  }

  async #run(task: Task): Promise<void> {
    try {
      if (this.#suspended) throw new WxFailure('interrupted', { errno: 600003 })
      if (this.#waiting.length > TASKS_LIMIT) {
        throw new WxFailure('exceed max task count', { errno: 600007 })
      }
      const answer = await this.#exchange(task)
      callBack(task.options, 'success', { ...answer, errMsg: 'request:ok' })
    } catch (error) {
      callBack(task.options, 'fail', failureOf('request', error))
    }
  }

  async #exchange(task: Task): Promise<Record<string, unknown>> {
    const { signal } = task.controller
    const message = messageOf(task.options)
    const timeoutMs = numberOr(task.options['timeout'], this.#defaultTimeoutMs)
    const timer = setTimeout(() => {
      task.controller.abort(new WxFailure('timeout', { errno: 5 }))
    }, timeoutMs)
    try {
      signal.throwIfAborted()
      const answer = await send(message, timeoutMs, signal)
      const header = headersOf(answer)
      const cookies = cookiesOf(answer)
      for (const listener of task.headersListeners) {
        listener({ header, cookies, statusCode: statusOf(answer) })
      }
      const data = await dataOf(answer, task.options)
      return { data, statusCode: statusOf(answer), header, cookies }
    } catch (error) {
      if (signal.aborted) throw signal.reason
      throw error
    } finally {
      clearTimeout(timer)
    }
  }
}

/** Everything goes through the phone's own proxy: no CORS, and WeChat's fixed Referer. */
async function send(message: Message, timeoutMs: number, signal: AbortSignal): Promise<Response> {
  const answer = await fetch('/_phone/request', {
    method: 'POST',
    signal,
    body: message.body,
    headers: {
      'content-type': 'application/octet-stream',
      'minitill-url': encodeURIComponent(message.url),
      'minitill-method': message.method,
      'minitill-timeout-ms': String(timeoutMs),
      'minitill-header': encodeURIComponent(JSON.stringify(message.header)),
    },
  }).catch(() => {
    throw new WxFailure('net::ERR_CONNECTION_REFUSED', { errno: 600001 })
  })
  if (answer.headers.has('minitill-status')) return answer
  const refusal: unknown = await answer.json().catch(() => ({}))
  const fields = isRecord(refusal) ? refusal : {}
  const errno = numberOr(fields['errno'], 600000)
  throw new WxFailure(textOr(fields['reason'], 'unknown error'), { errno })
}

function messageOf(options: Options): Message {
  const method = textOr(options['method'], 'GET').toUpperCase()
  if (!METHODS.includes(method)) {
    throw new WxFailure(`method is invalid: ${method}`, { errno: 600005 })
  }
  const header: Record<string, string> = { 'content-type': 'application/json' }
  for (const [key, value] of Object.entries(isRecord(options['header']) ? options['header'] : {})) {
    if (key.toLowerCase() !== 'referer') header[key.toLowerCase()] = String(value)
  }
  const url = textOr(options['url'], '')
  if (!URL.canParse(url)) throw new WxFailure(`invalid url "${url}"`, { errno: 600009 })
  const data = options['data']
  if (method === 'GET' || method === 'HEAD') {
    const query = queryOf(data)
    const joined = query === '' ? url : `${url}${url.includes('?') ? '&' : '?'}${query}`
    return { url: joined, method, header, body: null }
  }
  return { url, method, header, body: bodyOf(data, header['content-type'] ?? '') }
}

function queryOf(data: unknown): string {
  if (typeof data === 'string') return data
  const pairs = Object.entries(isRecord(data) ? data : {}).filter(([, v]) => v !== undefined)
  return pairs
    .map(([key, value]) => {
      const text = typeof value === 'object' ? JSON.stringify(value) : String(value)
      return `${encodeURIComponent(key)}=${encodeURIComponent(text)}`
    })
    .join('&')
}

function bodyOf(data: unknown, contentType: string): BodyInit | null {
  if (data === undefined || data === null) return null
  if (typeof data === 'string' || data instanceof ArrayBuffer) return data
  if (contentType.includes('x-www-form-urlencoded')) return queryOf(data)
  try {
    return JSON.stringify(data)
  } catch {
    throw new WxFailure('data is not serializable', { errno: 600010 })
  }
}

const statusOf = (answer: Response) => Number(answer.headers.get('minitill-status'))

function headerPairs(answer: Response): [string, string][] {
  const text = decodeURIComponent(answer.headers.get('minitill-header') ?? '%5B%5D')
  const pairs: [string, string][] = JSON.parse(text)
  return pairs
}

function headersOf(answer: Response): Record<string, string> {
  const header: Record<string, string> = {}
  for (const [key, value] of headerPairs(answer)) {
    header[key] = header[key] === undefined ? value : `${header[key]},${value}`
  }
  return header
}

function cookiesOf(answer: Response): string[] {
  return headerPairs(answer)
    .filter(([key]) => key === 'set-cookie')
    .map(([, value]) => value)
}

/** One attempt at JSON; what is none stays a text, which is no error in WeChat either. */
async function dataOf(answer: Response, options: Options): Promise<unknown> {
  if (options['responseType'] === 'arraybuffer') return answer.arrayBuffer()
  const text = (await answer.text()).replace(/^\uFEFF/, '')
  if (textOr(options['dataType'], 'json') !== 'json') return text
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
