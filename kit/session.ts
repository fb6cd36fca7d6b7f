import { isTillError, TillError } from './error.ts'
import { singleFlight } from './flight.ts'
import { callHttp, type HttpCall } from './http.ts'
import type { Memory } from './memory.ts'
import type { Account, Session } from './model.ts'
import { accountOf, bad, sessionOf } from './parse.ts'
import type { Ports } from './ports.ts'

/** What a person does with a login; documented at `Till`, whose part it is. */
export interface Person {
  login(): Promise<Account>
  session(): Promise<Account>
  account(): Account | null
  logout(): Promise<void>
  logoutEverywhere(): Promise<void>
}

export interface Sessions {
  person: Person
  /** Binds the phone number that this code is for. */
  bind(code: string): Promise<Account>
  /** A call with the bearer token, renewed once when the server no longer knows it. */
  call(call: HttpCall): Promise<unknown>
}

interface SessionParts {
  ports: Ports
  memory: Memory
  url(path: string): string
  /** A fresh code, by wx.login or from a simulator. */
  loginCode(): Promise<string>
  appid: string | undefined
}

const loginTries = 3
const staleCodes = ['login_code_invalid', 'login_code_used', 'network_unavailable']

/**
 * Exchanges a code for a session. A code works once, so that a lost answer can't be asked for again
 * with it: every try takes a fresh one.
 */
async function newSession(parts: SessionParts): Promise<Session> {
  const { ports, appid } = parts
  for (let attempt = 1; ; attempt += 1) {
    const code = await parts.loginCode()
    try {
      const body = await callHttp(ports, {
        method: 'POST',
        url: parts.url('/v1/sessions'),
        data: { code, appid },
      })
      const made = sessionOf(body)
      if (!made) throw bad('token')
      return made
    } catch (error) {
      const again = isTillError(error) && staleCodes.includes(error.code)
      if (!again || attempt >= loginTries) throw error
      await ports.wait(500 * attempt)
    }
  }
}

/** The login kept in storage, and the calls that carry its token. */
function openTokens(parts: SessionParts) {
  const { ports, memory } = parts
  const stored = () => sessionOf(memory.read('session'))
  const keep = (session: Session) => memory.write('session', session)
  const flight = singleFlight<Account>()
  const login = () =>
    flight('login', async () => {
      const made = await newSession(parts)
      memory.forget('left')
      keep(made)
      return made.account
    })

  /**
   * The token to use now; not the one just refused. Whoever logged out stays so until `login` is
   * asked for. The server alone says when a token is over: a phone's clock can be years off.
   */
  async function token(refused?: string): Promise<string> {
    if (memory.read('left')) throw new TillError('unauthenticated', 0, 'logged out')
    const now = stored()
    if (now && now.token !== refused) return now.token
    await login()
    return stored()?.token ?? ''
  }

  const withToken = (call: HttpCall, bearer: string) =>
    callHttp(ports, { ...call, header: { ...call.header, Authorization: `Bearer ${bearer}` } })

  async function call(wanted: HttpCall): Promise<unknown> {
    const first = await token()
    try {
      return await withToken(wanted, first)
    } catch (error) {
      if (!isTillError(error) || error.status !== 401) throw error
      return withToken(wanted, await token(first))
    }
  }

  return { stored, keep, login, withToken, call }
}

/** Login, renewal and logout against one server. */
export function openSessions(parts: SessionParts): Sessions {
  const { memory } = parts
  const { stored, keep, login, withToken, call } = openTokens(parts)

  function leave(): void {
    memory.forget('session')
    memory.forget('intent')
    memory.write('left', true)
  }

  function keepAccount(body: unknown): Account {
    const account = accountOf(body)
    const session = stored()
    if (session) keep({ ...session, account })
    return account
  }

  const at = (method: HttpCall['method'], path: string) => ({ method, url: parts.url(path) })

  const person: Person = {
    login,
    account: () => (memory.read('left') ? null : (stored()?.account ?? null)),
    session: () => call(at('GET', '/v1/session')).then(keepAccount),
    async logout() {
      const session = stored()
      leave()
      // The phone forgets first and for certain; the server is told if it can be reached.
      if (session) await withToken(at('DELETE', '/v1/session'), session.token).catch(() => null)
    },
    async logoutEverywhere() {
      await call(at('DELETE', '/v1/sessions'))
      leave()
    },
  }
  const bind = (code: string) =>
    call({ ...at('POST', '/v1/session/phone'), data: { code } }).then(keepAccount)
  return { person, call, bind }
}
