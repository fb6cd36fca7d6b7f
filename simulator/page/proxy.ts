// wx.request leaves the browser here: no CORS, WeChat's fixed Referer, and only to servers that the
// world allows. Anything looser would be an open proxy on the person's machine.
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { type Dispatcher, request as send } from 'undici'
import type { PageWorld } from './routes.ts'

const BODY_LIMIT = 10 * 1024 * 1024
const ANSWER_LIMIT = 10 * 1024 * 1024
const HEADER_LIMIT = 16 * 1024
const TIMEOUT_LIMIT_MS = 60_000
const REDIRECTS_LIMIT = 5
const PARALLEL_LIMIT = 64
const METHODS = ['OPTIONS', 'GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'TRACE']
/** Set by the connection, or by WeChat's client; a mini program cannot choose them. */
const OWN_HEADERS =
  /^(host|connection|content-length|transfer-encoding|referer|upgrade|te|trailer|keep-alive|expect|proxy-.*|sec-.*|origin|cookie2?)$/

/** A request that never gets an answer; becomes `request:fail <reason>` in the mini program. */
export class RequestRefused extends Error {
  readonly errno: number

  constructor(errno: number, reason: string) {
    super(reason)
    this.errno = errno
  }
}

interface Outgoing {
  url: URL
  method: string
  headers: Record<string, string>
  timeoutMs: number
  body: Buffer | null
}

interface Answer {
  status: number
  headers: [string, string][]
  body: Buffer
}

/** Mounts POST /_phone/request. */
export function registerProxy(app: FastifyInstance, world: PageWorld): void {
  const state = { running: 0 }
  void app.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    const options = { parseAs: 'buffer', bodyLimit: BODY_LIMIT } as const
    scope.addContentTypeParser('*', options, (_request, body, done) => done(null, body))
    scope.post('/_phone/request', { bodyLimit: BODY_LIMIT }, async (request, reply) => {
      if (!isOwnPage(request)) {
        const reason = 'only the phone on this machine may use this'
        return reply.code(403).send({ errno: 600000, reason })
      }
      try {
        if (state.running >= PARALLEL_LIMIT) throw new RequestRefused(600007, 'too many requests')
        state.running += 1
        const answer = await once(outgoingOf(request, world), world).finally(() => {
          state.running -= 1
        })
        return reply
          .header('minitill-status', String(answer.status))
          .header('minitill-header', encodeURIComponent(JSON.stringify(answer.headers)))
          .header('cache-control', 'no-store')
          .type('application/octet-stream')
          .send(answer.body)
      } catch (error) {
        if (error instanceof RequestRefused) {
          return reply.send({ errno: error.errno, reason: error.message })
        }
        throw error
      }
    })
  })
}

/** The phone's own page on a loopback address: right socket, right Host, right Origin. */
export function isOwnPage(request: FastifyRequest): boolean {
  const { host, origin } = request.headers
  const address = request.socket.localAddress ?? ''
  const name = host?.replace(/:\d+$/, '') ?? ''
  const loopback = ['localhost', '127.0.0.1', '[::1]'].includes(name)
  const local = /^(::1|(::ffff:)?127\.)/.test(address)
  return local && loopback && origin === `http://${host}`
}

function outgoingOf(request: FastifyRequest, world: PageWorld): Outgoing {
  const text = (name: string) => {
    const value = request.headers[name]
    return typeof value === 'string' && value.length <= HEADER_LIMIT ? value : ''
  }
  const address = decoded(text('minitill-url'))
  if (!URL.canParse(address)) throw new RequestRefused(600009, `invalid url "${address}"`)
  const url = new URL(address)
  checkDomain(url, world)
  const method = text('minitill-method')
  if (!METHODS.includes(method)) throw new RequestRefused(600005, `method is invalid: ${method}`)
  const asked = Number(text('minitill-timeout-ms'))
  const timeoutMs = asked > 0 ? Math.min(asked, TIMEOUT_LIMIT_MS) : TIMEOUT_LIMIT_MS
  const body = Buffer.isBuffer(request.body) && request.body.length > 0 ? request.body : null
  const headers = headersOf(decoded(text('minitill-header')), world)
  return { url, method, headers, timeoutMs, body: method === 'GET' ? null : body }
}

/** WeChat refuses everything that is not in the list of request domains, port included. */
function checkDomain(url: URL, world: PageWorld): void {
  const allowed = world.allowedOrigins()
  const plain = url.username === '' && url.password === ''
  if (plain && /^https?:$/.test(url.protocol) && allowed.includes(url.origin)) return
  throw new RequestRefused(600002, `url not in domain list:${url.host}`)
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return ''
  }
}

function headersOf(text: string, world: PageWorld): Record<string, string> {
  const headers: Record<string, string> = {}
  let given: unknown
  try {
    given = JSON.parse(text)
  } catch {
    throw new RequestRefused(600005, 'header is no object')
  }
  for (const [name, value] of Object.entries(given ?? {})) {
    const key = name.toLowerCase()
    const right = /^[!#$%&'*+.^_`|~\w-]+$/.test(key) && typeof value === 'string'
    if (!right || !/^[\t\x20-\x7e\x80-\xff]*$/.test(value)) {
      throw new RequestRefused(600005, `header is invalid: ${key}`)
    }
    if (!OWN_HEADERS.test(key)) headers[key] = value
  }
  return {
    ...headers,
    'accept-encoding': 'identity',
    referer: `https://servicewechat.com/${world.defaultAppid()}/0/page-frame.html`,
    'user-agent':
      'Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) MicroMessenger/8.0.50 MiniProgram',
  }
}

/**
 * What the phone's network does with one request: usually one exchange. A client may send a POST
 * again of which it believes that it was lost (exception.retryCount), and hears the second answer.
 */
async function once(outgoing: Outgoing, world: PageWorld): Promise<Answer> {
  if (outgoing.method === 'POST' && world.sendsTwice()) {
    await exchange({ ...outgoing, headers: { ...outgoing.headers } }, world)
  }
  return await exchange(outgoing, world)
}

/** Sends, follows redirects inside the allowed list, and reads a bounded answer. */
async function exchange(outgoing: Outgoing, world: PageWorld): Promise<Answer> {
  const signal = AbortSignal.timeout(outgoing.timeoutMs)
  let { url, method, body } = outgoing
  try {
    for (let hop = 0; hop <= REDIRECTS_LIMIT; hop += 1) {
      const answer = await send(url, {
        method: method as Dispatcher.HttpMethod,
        headers: outgoing.headers,
        body,
        signal,
      })
      const next = redirectOf(answer, url)
      if (next === null) return await readAnswer(answer)
      await answer.body.dump({ limit: 65_536 })
      checkDomain(next, world)
      if (next.origin !== url.origin) delete outgoing.headers['authorization']
      url = next
      if (answer.statusCode === 303 || (answer.statusCode < 303 && method === 'POST')) {
        method = 'GET'
        body = null
      }
    }
  } catch (error) {
    throw refusalOf(error)
  }
  throw new RequestRefused(600008, 'too many redirects')
}

function redirectOf(answer: Dispatcher.ResponseData, from: URL): URL | null {
  const location = answer.headers['location']
  if (![301, 302, 303, 307, 308].includes(answer.statusCode)) return null
  if (typeof location !== 'string' || !URL.canParse(location, from.href)) return null
  return new URL(location, from)
}

async function readAnswer(answer: Dispatcher.ResponseData): Promise<Answer> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of answer.body) {
    const bytes = Buffer.from(chunk)
    size += bytes.length
    if (size > ANSWER_LIMIT) throw new RequestRefused(600000, 'response is too large')
    chunks.push(bytes)
  }
  const headers = Object.entries(answer.headers).flatMap(([name, value]) =>
    [value ?? []].flat().map((one): [string, string] => [name, one]),
  )
  return { status: answer.statusCode, headers, body: Buffer.concat(chunks) }
}

/** The texts that WeChat's network layer shows; programs must not compare them exactly. */
function refusalOf(error: unknown): RequestRefused {
  if (error instanceof RequestRefused) return error
  const name = error instanceof Error ? error.name : ''
  if (name === 'TimeoutError' || name === 'AbortError') return new RequestRefused(5, 'timeout')
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  const reasons: Record<string, string> = {
    ECONNREFUSED: 'net::ERR_CONNECTION_REFUSED',
    ECONNRESET: 'net::ERR_CONNECTION_RESET',
    UND_ERR_SOCKET: 'net::ERR_CONNECTION_CLOSED',
    ENOTFOUND: 'net::ERR_NAME_NOT_RESOLVED',
  }
  return new RequestRefused(600001, reasons[code] ?? 'net::ERR_FAILED')
}
