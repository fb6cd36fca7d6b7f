// How often interfaces may be called, and the interfaces that tell and clear it (openApi管理).
import { beijingDate, instant } from '@minitill/protocol/model'
import { sameSecret } from '../crypto/same.ts'
import type { App, Quota } from '../state.ts'
import type { World } from '../world.ts'
import { type MiniAnswer, miniBody, miniError } from './mini-answer.ts'
import { MINI_OK, type MiniFields } from './mini-post.ts'
import type { Context } from './wire.ts'

const CLEARS_A_MONTH = 10
const MINUTE_MS = 60_000

export const TOKEN_PATH = '/cgi-bin/token'
export const STABLE_TOKEN_PATH = '/cgi-bin/stable_token'
export const SEND_PATH = '/cgi-bin/message/subscribe/send'
export const RESET_PATH = '/wxa/resetusersessionkey'

interface Limit {
  /** Calls a Beijing day; 0: no number is known. */
  readonly day: number
  readonly minute: number
}

/** The limits that the documents name (§3, §4.2, §9.2). */
function limitOf(world: World, path: string): Limit | null {
  switch (path) {
    case TOKEN_PATH:
      return { day: world.switches.token_per_day, minute: 0 }
    case STABLE_TOKEN_PATH:
      return { day: 500_000, minute: 10_000 }
    case SEND_PATH:
      return { day: 30_000_000, minute: 0 }
    case RESET_PATH:
      return { day: 0, minute: 60_000 }
    default:
      return null
  }
}

function dayOf(nowMs: number): number {
  return Number(beijingDate(instant(nowMs)).replaceAll('-', ''))
}

/** What was used up in this day and this minute. */
function usedSoFar(world: World, key: string): Quota {
  const nowMs = world.nowMs()
  const [day, minute] = [dayOf(nowMs), Math.floor(nowMs / MINUTE_MS)]
  const known = world.get('quotas', key)
  const usedToday = known?.day === day ? known.usedToday : 0
  const usedThisMinute = known?.minute === minute ? known.usedThisMinute : 0
  return { day, minute, usedToday, usedThisMinute }
}

/** Counts one call: 45009 or 45011 when a limit is reached, null when it may go on. */
export function overQuota(world: World, appid: string, path: string): 45009 | 45011 | null {
  const limit = limitOf(world, path)
  if (limit === null) return null
  const key = `${appid} ${path}`
  const used = usedSoFar(world, key)
  if (limit.day > 0 && used.usedToday >= limit.day) return 45009
  if (limit.minute > 0 && used.usedThisMinute >= limit.minute) return 45011
  const { usedToday, usedThisMinute } = used
  const after = { ...used, usedToday: usedToday + 1, usedThisMinute: usedThisMinute + 1 }
  world.put('quotas', key, after)
  return null
}

/** POST /cgi-bin/openapi/quota/get. Paths without a documented limit are unknown to it. */
export function quotaGet({ world }: Context, app: App, body: MiniFields): MiniAnswer {
  const path = body['cgi_path']
  if (typeof path !== 'string') return miniError(world, 47001)
  if (path.startsWith('/sns/')) return miniError(world, 76022)
  const limit = limitOf(world, path)
  if (limit === null) return miniError(world, 76021)
  const { usedToday: used } = usedSoFar(world, `${app.appid} ${path}`)
  const quota = { daily_limit: limit.day, used, remain: Math.max(0, limit.day - used) }
  const rate = { call_count: limit.minute, refresh_second: 60 }
  return { ...MINI_OK, quota, ...(limit.minute === 0 ? {} : { rate_limit: rate }) }
}

function clear(world: World, appid: string): MiniAnswer {
  const key = `${appid} clear`
  const month = Number(beijingDate(instant(world.nowMs())).slice(0, 7).replace('-', ''))
  const known = world.get('quotas', key)
  const used = known?.day === month ? known.usedToday : 0
  if (used >= CLEARS_A_MONTH) return miniError(world, 48006)
  for (const [name] of world.entries('quotas')) {
    if (name.startsWith(`${appid} /`)) world.remove('quotas', name)
  }
  world.put('quotas', key, { day: month, usedToday: used + 1, minute: 0, usedThisMinute: 0 })
  return MINI_OK
}

/** POST /cgi-bin/clear_quota: ten times a month, then 48006. */
export function clearQuota({ world }: Context, app: App, body: MiniFields): MiniAnswer {
  if (typeof body['appid'] !== 'string') return miniError(world, 47001)
  return body['appid'] === app.appid ? clear(world, app.appid) : miniError(world, 40013)
}

/** POST /cgi-bin/clear_quota/v2: the same with AppSecret in place of a token. */
export function clearQuotaBySecret(context: Context): MiniAnswer {
  const { world } = context
  if (context.request.method !== 'POST') return miniError(world, 43002)
  const { appid, appsecret } = miniBody(context) ?? {}
  if (typeof appid !== 'string' || appid === '') return miniError(world, 41002)
  if (typeof appsecret !== 'string' || appsecret === '') return miniError(world, 41004)
  const app = world.get('apps', appid)
  if (app === undefined) return miniError(world, 40013)
  return sameSecret(appsecret, app.secret) ? clear(world, appid) : miniError(world, 40125)
}
