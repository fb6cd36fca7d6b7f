// The two families of access_token (获取接口调用凭据): separate, each with its own rules.
import { sameSecret } from '../crypto/same.ts'
import type { AccessToken, App, TokenFamily, TokenHolder } from '../state.ts'
import type { World } from '../world.ts'
import { type MiniAnswer, miniBody, miniError } from './mini-answer.ts'
import { overQuota, STABLE_TOKEN_PATH, TOKEN_PATH } from './quota.ts'
import type { Context, Json } from './wire.ts'

const LIFE_MS = 7200 * 1000
const OVERLAP_MS = 300 * 1000
const FORCE_GAP_MS = 30 * 1000
const FORCES_A_DAY = 20
const DAY_MS = 24 * 60 * 60 * 1000
const MOST_TOKENS = 5000

function newToken(world: World, appid: string, family: TokenFamily): string {
  const now = world.nowMs()
  const draw = world.draw(`token:${family}:${appid}`)
  const digits = draw.digits(3).replace(/^0/, '7')
  const token = `${digits}_${draw.base64url(world.switches.token_length - digits.length - 1)}`
  if (world.count('tokens') >= MOST_TOKENS) world.remove('tokens', world.oldest('tokens') ?? '')
  const expiresAtMs = now + LIFE_MS
  world.put('tokens', token, { appid, family, issuedAtMs: now, expiresAtMs, deadAtMs: null })
  return token
}

function holder(world: World, appid: string, family: TokenFamily): TokenHolder {
  return world.get('tokenHolders', `${family}:${appid}`) ?? { current: null, forcedAtMs: [] }
}

function hold(world: World, appid: string, family: TokenFamily, value: TokenHolder): void {
  world.put('tokenHolders', `${family}:${appid}`, value)
}

/** The token dies, at once or later, unless it does so already. */
export function killToken(world: World, token: string, atMs: number): void {
  const known = world.get('tokens', token)
  if (known === undefined) return
  const deadAtMs = known.deadAtMs === null ? atMs : Math.min(known.deadAtMs, atMs)
  world.put('tokens', token, { ...known, deadAtMs })
}

function told(world: World, token: string): MiniAnswer {
  const expiresAtMs = world.must('tokens', token).expiresAtMs
  const seconds = Math.floor((expiresAtMs - world.nowMs()) / 1000)
  return { access_token: token, expires_in: Math.max(0, seconds) }
}

interface Credentials {
  readonly grantType: Json | undefined
  readonly appid: Json | undefined
  readonly secret: Json | undefined
}

/** M20: the caller's address, as the switch has it. */
const ADDRESS_REFUSALS = {
  off: 0,
  refuse: 40164,
  confirm: 89503,
  refused_day: 89506,
  refused_hour: 89507,
} as const

/** The app that asks for a token, or the errcode of its refusal. */
function authenticate(world: World, given: Credentials, path: string): App | number {
  if (given.grantType !== 'client_credential') return 40002
  if (typeof given.appid !== 'string' || given.appid === '') return 41002
  if (typeof given.secret !== 'string' || given.secret === '') return 41004
  const app = world.get('apps', given.appid)
  if (app === undefined) return 40013
  if (!sameSecret(given.secret, app.secret)) return 40125
  const refusal = ADDRESS_REFUSALS[world.switches.ip_whitelist]
  if (refusal === 0) return overQuota(world, app.appid, path) ?? app
  // What the administrator said is told by stable_token alone (§3).
  return path === STABLE_TOKEN_PATH ? refusal : 40164
}

/** GET /cgi-bin/token: each call a new one; the one before lives 300 s more at most (M13). */
export function token(context: Context): MiniAnswer {
  const { world, query, nowMs } = context
  const given = {
    grantType: query.get('grant_type') ?? undefined,
    appid: query.get('appid') ?? undefined,
    secret: query.get('secret') ?? undefined,
  }
  const app = authenticate(world, given, TOKEN_PATH)
  if (typeof app === 'number') return miniError(world, app)
  const before = holder(world, app.appid, 'normal')
  if (before.current !== null) killToken(world, before.current, nowMs + OVERLAP_MS)
  const current = newToken(world, app.appid, 'normal')
  hold(world, app.appid, 'normal', { ...before, current })
  return told(world, current)
}

function forced(world: World, app: App, before: TokenHolder, nowMs: number): MiniAnswer {
  const recent = before.forcedAtMs.filter((at) => at > nowMs - DAY_MS)
  if (recent.length >= FORCES_A_DAY) return miniError(world, 45009)
  if (recent.some((at) => at > nowMs - FORCE_GAP_MS)) return miniError(world, 45011)
  if (before.current !== null) killToken(world, before.current, nowMs)
  const current = newToken(world, app.appid, 'stable')
  hold(world, app.appid, 'stable', { current, forcedAtMs: [...recent, nowMs] })
  return told(world, current)
}

function usable(known: AccessToken | undefined, nowMs: number): boolean {
  if (known === undefined || (known.deadAtMs !== null && known.deadAtMs <= nowMs)) return false
  return nowMs < known.expiresAtMs - OVERLAP_MS
}

/** POST /cgi-bin/stable_token: the same one until 300 s before its end, unless forced (M14, M15). */
export function stableToken(context: Context): MiniAnswer {
  const { world, nowMs } = context
  if (context.request.method !== 'POST') return miniError(world, 43002)
  if (context.request.body.length === 0) return miniError(world, 44002)
  const body = miniBody(context)
  if (body === null) return miniError(world, 47001)
  const { grant_type: grantType, appid, secret, force_refresh: force } = body
  if (force !== undefined && typeof force !== 'boolean') return miniError(world, 47001)
  const app = authenticate(world, { grantType, appid, secret }, STABLE_TOKEN_PATH)
  if (typeof app === 'number') return miniError(world, app)
  const before = holder(world, app.appid, 'stable')
  if (force === true) return forced(world, app, before, nowMs)
  const known = before.current === null ? undefined : world.get('tokens', before.current)
  if (before.current !== null && usable(known, nowMs)) return told(world, before.current)
  const current = newToken(world, app.appid, 'stable')
  hold(world, app.appid, 'stable', { ...before, current })
  return told(world, current)
}

/** The faults of a token: killed by another refresh, run out before its time, not known at all. */
function harmToken(world: World, token: string, kind: string, nowMs: number): void {
  const known = world.get('tokens', token)
  if (known === undefined) return
  if (kind === 'token_killed') killToken(world, token, nowMs)
  if (kind === 'token_expired') world.put('tokens', token, { ...known, expiresAtMs: nowMs })
  if (kind === 'token_malformed') world.remove('tokens', token)
}

/** The app whose token the request carries, or the refusal (M18). */
export function tokenHolder(context: Context): App | MiniAnswer {
  const { world, nowMs, query, fault } = context
  const given = query.get('access_token') ?? ''
  if (given === '') return miniError(world, 41001)
  if (fault !== null) harmToken(world, given, fault.kind, nowMs)
  const known = world.get('tokens', given)
  if (known === undefined) return miniError(world, 40014)
  if (known.deadAtMs !== null && known.deadAtMs <= nowMs) return miniError(world, 40001)
  if (known.expiresAtMs <= nowMs) return miniError(world, 42001)
  return world.get('apps', known.appid) ?? miniError(world, 40013)
}

export function isApp(value: App | MiniAnswer): value is App {
  return Object.hasOwn(value, 'secret')
}
