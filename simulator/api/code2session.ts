import { sameSecret } from '../crypto/same.ts'
import { CODE_LIFE_MS, openidOf, replaceSession, sessionOf, touchSession } from '../phone/login.ts'
import type { LoginCode } from '../state.ts'
import type { World } from '../world.ts'
import { type MiniAnswer, miniError } from './mini-answer.ts'
import type { Context } from './wire.ts'

const MINUTE_MS = 60_000

/** The first parameter that is missing or wrong, as an errcode; 0 when all are right. */
function parameterError(context: Context): number {
  const { query, world } = context
  const of = (name: string) => query.get(name) ?? ''
  if (of('appid') === '') return 41002
  if (of('secret') === '') return 41004
  if (of('js_code') === '') return 41008
  if (of('grant_type') !== 'authorization_code') return 40002
  const app = world.get('apps', of('appid'))
  if (app === undefined) return 40013
  return sameSecret(of('secret'), app.secret) ? 0 : 40125
}

/** M9: exchanges of this person in the last minute. */
function tooMany(world: World, code: LoginCode): boolean {
  const limit = world.switches.code2session_per_minute
  if (limit === 0) return false
  const since = world.nowMs() - MINUTE_MS
  const recent = world
    .values('loginCodes')
    .filter(({ person, usedAtMs }) => person === code.person && (usedAtMs ?? 0) > since)
  return recent.length >= limit
}

function codeError(context: Context, code: LoginCode | undefined, appid: string): number {
  if (code === undefined || code.appid !== appid) return 40029
  if (code.usedAtMs !== null) return 40163
  if (context.nowMs - code.createdAtMs >= CODE_LIFE_MS) return 40029
  if (context.fault?.kind === 'code_blocked') return 40226
  return tooMany(context.world, code) ? 45011 : 0
}

/** GET /sns/jscode2session (小程序登录 code2Session). */
export function code2session(context: Context): MiniAnswer {
  const { world, query, nowMs } = context
  const wrong = parameterError(context)
  if (wrong !== 0) return miniError(world, wrong)
  const [appid, name] = [query.get('appid') ?? '', query.get('js_code') ?? '']
  const code = world.get('loginCodes', name)
  const refused = codeError(context, code, appid)
  if (code === undefined || refused !== 0) {
    const consumes = world.switches.failed_exchange_consumes && code?.usedAtMs === null
    if (consumes) world.put('loginCodes', name, { ...code, usedAtMs: nowMs })
    return miniError(world, refused)
  }
  world.put('loginCodes', name, { ...code, usedAtMs: nowMs })
  const session = sessionOf(world, appid, code.person) ?? replaceSession(world, appid, code.person)
  touchSession(world, appid, code.person)
  const kind = context.fault?.kind
  // The key that is told is already the one of before (F-66).
  if (kind === 'session_key_rotated') replaceSession(world, appid, code.person)
  const bound = world.must('apps', appid).openPlatform && kind !== 'unionid_missing'
  return {
    session_key: session.sessionKey,
    openid: openidOf(world, appid, code.person),
    ...(bound ? { unionid: world.must('people', code.person).unionid } : {}),
    ...(world.switches.login_errcode ? { errcode: 0, errmsg: 'ok' } : {}),
  }
}
