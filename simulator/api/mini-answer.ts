import type { World } from '../world.ts'
import type { Context, Json, WireReply } from './wire.ts'

/** What an endpoint of api.weixin.qq.com says. HTTP status is 200 for business errors too. */
export type MiniAnswer = { readonly [key: string]: Json }

/** `rid: ` and three groups of hex, the first of which is the request's second (M19). */
function rid(world: World): string {
  const draw = world.draw('rid')
  const seconds = Math.floor(world.nowMs() / 1000)
  return `rid: ${seconds.toString(16).padStart(8, '0')}-${draw.hex(8)}-${draw.hex(16).slice(8)}`
}

/** The table of texts; people read them, programs look at errcode. */
const TEXTS: Readonly<Record<number, string>> = {
  [-1]: 'system error',
  40001:
    'invalid credential, access_token is invalid or not latest, could get access_token by getStableAccessToken, more details at https://mmbizurl.cn/s/JtxxFh33r',
  40002: 'invalid grant_type',
  40003: 'invalid openid',
  40013: 'invalid appid',
  40014: 'invalid access_token',
  40029: 'invalid code',
  40066: 'invalid url',
  40097: 'invalid args',
  40125: 'invalid appsecret',
  40163: 'code been used',
  40164: 'invalid ip 127.0.0.1, not in whitelist',
  40226: 'code blocked',
  41001: 'access_token missing',
  41002: 'appid missing',
  41004: 'appsecret missing',
  41008: 'missing code',
  42001: 'access_token expired',
  43002: 'require POST method',
  44002: 'empty post data',
  45009: 'reach max api daily quota limit',
  45011: 'api minute-quota reach limit, must slower, retry next minute',
  47001: 'data format error',
  87007: 'session_key is not existed or expired',
  87008: 'invalid sig_method',
  87009: 'invalid signature',
}

export function miniError(world: World, errcode: number): MiniAnswer {
  return { errcode, errmsg: `${TEXTS[errcode] ?? 'error'}, ${rid(world)}` }
}

/** `/sns/*` answers JSON as text/plain (M4); the other paths say what it is. */
export function miniReply(path: string, answer: MiniAnswer): WireReply {
  const type = path.startsWith('/sns/') ? 'text/plain' : 'application/json; encoding=utf-8'
  return {
    status: 200,
    headers: { 'content-type': type, connection: 'keep-alive' },
    body: Buffer.from(JSON.stringify(answer), 'utf8'),
  }
}

/** The body of a POST as an object; null when it is none. */
export function miniBody(context: Context): { readonly [key: string]: Json } | null {
  try {
    const value: Json = JSON.parse(Buffer.from(context.request.body).toString('utf8'))
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
    return isObject ? (value as { readonly [key: string]: Json }) : null
  } catch {
    return null
  }
}
