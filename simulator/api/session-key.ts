// checkSessionKey and resetUserSessionKey (检验登录态, 重置登录态): signed with the key itself (M11).
import { sessionHmac } from '../crypto/sign.ts'
import { personOf, replaceSession, sessionOf, touchSession } from '../phone/login.ts'
import type { App, UserSession } from '../state.ts'
import { type MiniAnswer, miniBody, miniError } from './mini-answer.ts'
import { overQuota, RESET_PATH } from './quota.ts'
import { isApp, tokenHolder } from './token.ts'
import type { Context } from './wire.ts'

type Proved =
  | {
      readonly app: App
      readonly person: string
      readonly openid: string
      readonly session: UserSession
    }
  | { readonly answer: MiniAnswer }

/** A parameter from the query; a JSON body is tolerated, as the documentation's table has one. */
function parameter(context: Context, name: string): string {
  const value = context.query.get(name) ?? miniBody(context)?.[name]
  return typeof value === 'string' ? value : ''
}

function prove(context: Context): Proved {
  const { world } = context
  const app = tokenHolder(context)
  if (!isApp(app)) return { answer: app }
  const openid = parameter(context, 'openid')
  const person = personOf(world, app.appid, openid)
  if (person === undefined) return { answer: miniError(world, 40003) }
  if (parameter(context, 'sig_method') !== 'hmac_sha256') {
    return { answer: miniError(world, 87008) }
  }
  const session = sessionOf(world, app.appid, person)
  if (session === null) return { answer: miniError(world, 87007) }
  const right = sessionHmac(session.sessionKey, '')
  if (parameter(context, 'signature') !== right) return { answer: miniError(world, 87009) }
  return { app, person, openid, session }
}

/** GET /wxa/checksession. */
export function checkSessionKey(context: Context): MiniAnswer {
  const proved = prove(context)
  if ('answer' in proved) return proved.answer
  touchSession(context.world, proved.app.appid, proved.person)
  return { errcode: 0, errmsg: 'ok' }
}

/** GET /wxa/resetusersessionkey: a new key at once, which lives no longer than the old would. */
export function resetSessionKey(context: Context): MiniAnswer {
  const proved = prove(context)
  if ('answer' in proved) return proved.answer
  const over = overQuota(context.world, proved.app.appid, RESET_PATH)
  if (over !== null) return miniError(context.world, over)
  const session = replaceSession(context.world, proved.app.appid, proved.person, true)
  const { sessionKey } = session
  return { errcode: 0, errmsg: 'ok', openid: proved.openid, session_key: sessionKey }
}
