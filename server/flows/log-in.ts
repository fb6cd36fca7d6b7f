// Swaps a one-time code for the person's openid and answers with a session.
// The code is claimed before WeChat is asked, so that a replay never reaches WeChat and one code
// gives at most one session; session_key is sealed before it is stored and goes no further.
// A crash after the claim burns the code and leaves at most an account: the mini program asks
// wx.login for a new code and starts again.
import { type MiniAdvice, miniAdvice } from '@minitill/protocol/model'
import type { Account } from '../domain/account.ts'
import { beginSession, tokenBytes, tokenPrefix } from '../domain/session.ts'
import type { App, CodeExchange, Ports } from '../ports/index.ts'
import { sha256Hex } from './hash.ts'
import { call, commit } from './phase.ts'

export interface LogIn {
  readonly code: string
  /** Absent: the deployment's first app. */
  readonly appid: string | null
  /** A token that the caller still has; it ends when the new one begins. */
  readonly oldToken: string | null
}

export type LogInResult =
  | {
      readonly kind: 'logged_in'
      readonly token: string
      readonly expiresAtMs: number
      readonly account: Account
      readonly isNew: boolean
    }
  | { readonly kind: 'unknown_app' }
  | { readonly kind: 'code_used' }
  | { readonly kind: 'disabled' }
  | { readonly kind: 'refused'; readonly advice: MiniAdvice }
  | { readonly kind: 'silence' }

export async function logIn(ports: Ports, request: LogIn): Promise<LogInResult> {
  const { parties, meter } = ports
  const app = parties.app(request.appid ?? parties.defaultAppid)
  if (app === null) return { kind: 'unknown_app' }
  if (!(await claimCode(ports, app, request.code))) {
    meter.count('login_code_replayed_total')
    return { kind: 'code_used' }
  }
  const exchanged = await call(ports, 'log-in/code2session', () =>
    ports.wechatMini.exchangeCode(app.appid, request.code),
  )
  if (exchanged.got === 'silence') return { kind: 'silence' }
  if (exchanged.value.kind === 'refused') return refused(ports, exchanged.value.errcode)
  const { account, isNew } = await keepPerson(ports, app, exchanged.value)
  if (account.status !== 'active') return { kind: 'disabled' }
  const begun = await begin(ports, app, account)
  if (request.oldToken !== null) await ports.sessions.remove(sha256Hex(request.oldToken))
  meter.count('login_total')
  return { kind: 'logged_in', ...begun, account, isNew }
}

async function claimCode(ports: Ports, app: App, code: string): Promise<boolean> {
  const at = ports.clock.now()
  const codeHash = sha256Hex(`${app.appid}/${code}`)
  return await commit(ports, 'log-in/claim-code', (tx) =>
    tx.accounts.claimCode({ codeHash, kind: 'login', appid: app.appid, at }),
  )
}

async function keepPerson(
  ports: Ports,
  app: App,
  person: Extract<CodeExchange, { kind: 'person' }>,
): Promise<{ account: Account; isNew: boolean }> {
  const { appid } = app
  const { openid, unionid, sessionKey } = person
  const at = ports.clock.now()
  const accountId = ports.random.id('account')
  const sealed = ports.seal.seal('session_key', `${appid}/${openid}`, sessionKey)
  return await commit(ports, 'log-in/account', async (tx) => {
    const found = await tx.accounts.findOrCreate({ accountId, appid, openid, unionid, at })
    await tx.accounts.keepSessionKey(appid, openid, sealed, at)
    return found
  })
}

async function begin(
  ports: Ports,
  app: App,
  account: Account,
): Promise<{ token: string; expiresAtMs: number }> {
  const chance = Buffer.from(ports.random.bytes(tokenBytes)).toString('base64url')
  const token = `${tokenPrefix}${chance}`
  const login = {
    tokenHash: sha256Hex(token),
    accountId: account.id,
    appid: app.appid,
    scope: 'person',
    generation: account.generation,
  } as const
  const session = beginSession(login, ports.policy, ports.clock.now())
  await ports.sessions.put(session)
  return { token, expiresAtMs: session.expiresAtMs }
}

/** A wrong setting is the operator's to mend: it is said loudly, with the errcode and its remedy. */
function refused(ports: Ports, errcode: number): LogInResult {
  const advice = miniAdvice('login', errcode)
  if (advice.reaction === 'stop') {
    ports.log.error({ call: 'code2session', errcode, remedy: advice.en }, 'WeChat refuses logins')
  }
  return { kind: 'refused', advice }
}
