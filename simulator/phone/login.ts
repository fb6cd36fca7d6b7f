// The person's side of login: codes that wx.login and the phone button hand out, session keys.
import type { UserSession } from '../state.ts'
import type { World } from '../world.ts'

export const CODE_LIFE_MS = 5 * 60 * 1000
const HOUR_MS = 60 * 60 * 1000
const DAY_MS = 24 * HOUR_MS
const MOST_CODES = 20_000

/** The openid of this person in this mini program: made once, never another (28 characters). */
export function openidOf(world: World, appid: string, person: string): string {
  const openid = `o${world.chance(`openid:${appid}:${person}`, 0).base64url(27)}`
  const key = `${appid}/${openid}`
  if (world.get('openids', key) === undefined) world.put('openids', key, person)
  return openid
}

export function personOf(world: World, appid: string, openid: string): string | undefined {
  return world.get('openids', `${appid}/${openid}`)
}

function sessionName(appid: string, person: string): string {
  return `${appid}/${person}`
}

function newKey(world: World, appid: string, person: string): string {
  const bytes = world.draw(`session:${appid}:${person}`).bytes(16)
  return Buffer.from(bytes).toString('base64')
}

function lifeMs(world: World): number {
  return world.switches.session_key_hours * HOUR_MS
}

/** The live session of a person, or null. */
export function sessionOf(world: World, appid: string, person: string): UserSession | null {
  const session = world.get('sessions', sessionName(appid, person))
  return session !== undefined && session.expiresAtMs > world.nowMs() ? session : null
}

/** A new session_key in place of the old one. `keepExpiry`: as resetUserSessionKey does it. */
export function replaceSession(
  world: World,
  appid: string,
  person: string,
  keepExpiry = false,
): UserSession {
  const now = world.nowMs()
  const before = sessionOf(world, appid, person)
  const sessionKey = newKey(world, appid, person)
  const expiresAtMs = keepExpiry && before !== null ? before.expiresAtMs : now + lifeMs(world)
  const session = { sessionKey, issuedAtMs: now, expiresAtMs, latestCodeKey: sessionKey }
  world.put('sessions', sessionName(appid, person), session)
  return session
}

/** Every use makes the key live longer (the life slides). */
export function touchSession(world: World, appid: string, person: string): void {
  const session = sessionOf(world, appid, person)
  if (session === null) return
  const expiresAtMs = world.nowMs() + lifeMs(world)
  world.put('sessions', sessionName(appid, person), { ...session, expiresAtMs })
}

function forgetOld(world: World, table: 'loginCodes' | 'phoneCodes'): void {
  const limitMs = world.nowMs() - DAY_MS
  for (;;) {
    const oldest = world.oldest(table)
    if (oldest === undefined) return
    const old = world.must(table, oldest).createdAtMs < limitMs
    if (!old && world.count(table) < MOST_CODES) return
    world.remove(table, oldest)
  }
}

export type LoginResult =
  | { readonly ok: true; readonly code: string }
  | { readonly ok: false; readonly errMsg: string; readonly errno: number }

/** M10: more calls in a second than the rule allows. */
function tooOften(world: World, appid: string, person: string): boolean {
  const limit = world.switches.login_per_second
  if (limit === 0) return false
  const since = world.nowMs() - 1000
  const recent = world
    .values('loginCodes')
    .filter((one) => one.appid === appid && one.person === person && one.createdAtMs > since)
  return recent.length >= limit
}

/**
 * wx.login: a fresh code, good for five minutes and once. Soon after another login the session_key
 * stays; later it is replaced, which kills the old one (M6).
 */
export function login(world: World, appid: string, person: string): LoginResult {
  if (tooOften(world, appid, person)) {
    return { ok: false, errMsg: 'login:fail too frequently', errno: 1003 }
  }
  forgetOld(world, 'loginCodes')
  const now = world.nowMs()
  const code = `0${world.draw(`code:${appid}:${person}`).word(31)}`
  world.put('loginCodes', code, { appid, person, createdAtMs: now, usedAtMs: null })
  openidOf(world, appid, person)
  const session = sessionOf(world, appid, person)
  const keepMs = world.switches.session_key_keep_minutes * 60_000
  if (session === null || now - session.issuedAtMs >= keepMs) replaceSession(world, appid, person)
  return { ok: true, code }
}

/** wx.checkSession: is the key of the latest code still alive (M7)? */
export function checkSession(world: World, appid: string, person: string): string {
  const session = sessionOf(world, appid, person)
  return session === null ? 'checkSession:fail session_key expired' : 'checkSession:ok'
}

export type PhoneButton = {
  readonly errMsg: string
  readonly code?: string
  readonly errno?: number
}

/** What the phone number button gives: a code of its own kind, or one of the refusals (M22, M23). */
export function phoneCode(world: World, appid: string, person: string): PhoneButton {
  switch (world.switches.phone_button) {
    case 'deny_ios':
      return { errMsg: 'getPhoneNumber:fail user deny' }
    case 'deny_android':
      return { errMsg: 'getPhoneNumber:fail:user deny' }
    case 'no_permission':
      return { errMsg: 'getPhoneNumber:fail no permission' }
    case 'no_quota':
      return { errMsg: 'getPhoneNumber:fail no quota', errno: 1_400_001 }
    case 'grant': {
      forgetOld(world, 'phoneCodes')
      const code = world.draw(`phone-code:${appid}:${person}`).hex(64)
      const createdAtMs = world.nowMs()
      world.put('phoneCodes', code, { appid, person, createdAtMs, usedAtMs: null })
      return { errMsg: 'getPhoneNumber:ok', code }
    }
  }
}
