import {
  type Appid,
  type MiniError,
  ModelError,
  parseAccessToken,
  parseCodeSession,
  parsePhoneInfo,
} from '@minitill/protocol/model'
import { Pool } from 'undici'
import type { Answer, Points, WechatMini, WechatServices } from '../../ports/index.ts'
import { silence } from '../../ports/index.ts'
import { serviceCalls } from './services.ts'

export interface WechatMiniSettings {
  /** https://api.weixin.qq.com, or in development the simulator. */
  readonly origin: string
  /** The AppSecret of an app; secrets stay in here. */
  readonly secretOf: (appid: Appid) => string
}

export interface WechatMiniParts {
  readonly points: Points
  /** Called once for each exchange, with the call's name and what came of it; never a URL. */
  readonly seen: (name: string, outcome: string) => void
  /** Connections to WeChat: real ones, unless a simulation plays them. */
  readonly pool?: MiniPool
}

export type MiniPool = Pick<Pool, 'request' | 'close'>

export interface Exchange {
  readonly name: string
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly query: Readonly<Record<string, string>>
  /** The JSON text that is sent. */
  readonly body?: string
  /** The crash point between the sent bytes and the answer. */
  readonly point: string
}

const answerMostBytes = 65_536
const timeoutMs = 5_000

/**
 * api.weixin.qq.com over one pool of connections. HTTP says 200 for refusals too; anything that is
 * not a readable answer is silence.
 */
export function openWechatMini(
  settings: WechatMiniSettings,
  parts: WechatMiniParts,
): WechatMini & { close(): Promise<void> } {
  const pool = parts.pool ?? openPool(settings.origin)
  const ask = <T>(exchange: Exchange, read: (json: unknown) => T) =>
    exchangeWith(pool, parts, exchange, read)
  return {
    ...calls(settings, ask),
    ...serviceCalls(ask),
    close: () => pool.close(),
  }
}

function openPool(origin: string): Pool {
  return new Pool(origin, {
    connections: 32,
    connect: { timeout: 2_000 },
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
  })
}

export type Ask = <T>(exchange: Exchange, read: (json: unknown) => T) => Promise<Answer<T>>

function calls(settings: WechatMiniSettings, ask: Ask): Omit<WechatMini, keyof WechatServices> {
  return {
    exchangeCode: (appid, code) => {
      const secret = settings.secretOf(appid)
      const query = { appid, secret, js_code: code, grant_type: 'authorization_code' }
      const path = '/sns/jscode2session'
      const point = 'log-in/code2session/sent-no-answer'
      return ask({ name: 'code2session', method: 'GET', path, query, point }, readSession)
    },
    stableToken: (appid, force) => {
      const secret = settings.secretOf(appid)
      const fields = { grant_type: 'client_credential', appid, secret, force_refresh: force }
      const body = JSON.stringify(fields)
      const path = '/cgi-bin/stable_token'
      const point = 'keep-token/token/sent-no-answer'
      return ask({ name: 'stable_token', method: 'POST', path, query: {}, body, point }, readToken)
    },
    phoneNumber: (_appid, accessToken, code, openid) => {
      const query = { access_token: accessToken }
      const path = '/wxa/business/getuserphonenumber'
      const point = 'bind-phone/phone/sent-no-answer'
      const name = 'getuserphonenumber'
      const body = JSON.stringify({ code, openid })
      return ask({ name, method: 'POST', path, query, body, point }, readPhone)
    },
  }
}

export const refused = (error: MiniError) => ({ kind: 'refused', errcode: error.errcode }) as const

function readSession(json: unknown) {
  const read = parseCodeSession(json)
  if (read.got === 'error') return refused(read)
  const { openid, session_key: sessionKey, unionid = null } = read
  return { kind: 'person', openid, unionid, sessionKey } as const
}

function readToken(json: unknown) {
  const read = parseAccessToken(json)
  if (read.got === 'error') return refused(read)
  const { access_token: accessToken, expires_in: expiresInSeconds } = read
  return { kind: 'token', accessToken, expiresInSeconds } as const
}

function readPhone(json: unknown) {
  const read = parsePhoneInfo(json)
  if (read.got === 'error') return refused(read)
  const { purePhoneNumber, countryCode } = read
  const watermark = { appid: read.watermark.appid, atMs: read.watermark.timestamp }
  return { kind: 'phone', purePhoneNumber, countryCode, watermark } as const
}

async function exchangeWith<T>(
  pool: MiniPool,
  parts: WechatMiniParts,
  exchange: Exchange,
  read: (json: unknown) => T,
): Promise<Answer<T>> {
  const result = await send(pool, parts, exchange)
  const answer = result.got === 'silence' ? result : understood(result.value, read)
  parts.seen(exchange.name, answer.got === 'silence' ? answer.why : 'answer')
  return answer
}

async function send(
  pool: MiniPool,
  parts: WechatMiniParts,
  exchange: Exchange,
): Promise<Answer<string>> {
  const { method, query, body } = exchange
  const search = new URLSearchParams(query).toString()
  const path = search === '' ? exchange.path : `${exchange.path}?${search}`
  const headers = body === undefined ? {} : { 'content-type': 'application/json' }
  try {
    const signal = AbortSignal.timeout(timeoutMs)
    const reply = await pool.request({ method, path, headers, body: body ?? null, signal })
    await parts.points.reach(exchange.point)
    // A redirect is not followed: the only WeChat is the one that we were told.
    if (reply.statusCode !== 200) {
      await reply.body.dump()
      return silence(reply.statusCode >= 500 ? 'server_error' : 'unverified')
    }
    return await bounded(reply.body)
  } catch (error) {
    return silence(whyOf(error))
  }
}

async function bounded(body: AsyncIterable<Uint8Array>): Promise<Answer<string>> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of body) {
    size += chunk.length
    if (size > answerMostBytes) return silence('unverified')
    chunks.push(chunk)
  }
  return { got: 'answer', value: Buffer.concat(chunks).toString('utf8') }
}

/** `/sns/*` says text/plain, so the type of the answer is not looked at. */
function understood<T>(text: string, read: (json: unknown) => T): Answer<T> {
  try {
    return { got: 'answer', value: read(JSON.parse(text)) }
  } catch (error) {
    if (error instanceof ModelError || error instanceof SyntaxError) return silence('unverified')
    throw error
  }
}

function whyOf(error: unknown): 'timeout' | 'reset' | 'unreachable' {
  const name = error instanceof Error ? `${error.name} ${(error as { code?: string }).code}` : ''
  if (/timeout/i.test(name)) return 'timeout'
  return /ECONNREFUSED|ENOTFOUND|EHOSTUNREACH/.test(name) ? 'unreachable' : 'reset'
}
