// Finds the session and the account behind a token; every request that needs one passes here.
// The account row is read each time, so that "log out everywhere" and a disabled account act at once
// on every instance, whatever the session store is.
// Nothing is decided here that a crash could lose: "last seen" may be written again.
import type { Account } from '../domain/account.ts'
import { isTouchDue, judgeSession, tokenShape } from '../domain/session.ts'
import type { Ports, SessionRecord } from '../ports/index.ts'
import { sha256Hex } from './hash.ts'

export interface Caller {
  readonly session: SessionRecord
  readonly account: Account
}

/** Null for a token that is malformed, unknown, ended or expired: the caller is told the same. */
export async function whoAmI(ports: Ports, token: string): Promise<Caller | null> {
  if (!tokenShape.test(token)) return null
  const session = await ports.sessions.find(sha256Hex(token))
  if (session === null) return null
  const account = await ports.store.read.accounts.byId(session.accountId)
  if (account === null) return null
  const at = ports.clock.now()
  if (judgeSession(session, account, ports.policy, at) !== null) {
    await ports.sessions.remove(session.tokenHash)
    return null
  }
  // Not `put`: a log-out that ran in between must not be undone by a request that began before it.
  if (isTouchDue(session, ports.policy, at)) {
    await ports.sessions.touch({ ...session, lastSeenAtMs: at })
  }
  return { session, account }
}
