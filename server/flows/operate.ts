// Sessions of the staff: the admin key is shown once, and what the console keeps afterwards is a
// token that ends by itself, can be ended at once, and dies with the key that began it.
// Nothing but the session store is written; a crash leaves at most a session that nobody holds.
import {
  beginSession,
  isTouchDue,
  judgeSession,
  operatorPolicy,
  tokenBytes,
  tokenPrefix,
  tokenShape,
} from '../domain/session.ts'
import type { Ports, SessionRecord } from '../ports/index.ts'
import { sha256Hex } from './hash.ts'

/** Staff have no account row: nothing raises their generation, and nothing disables them. */
const staff = { status: 'active', generation: 0 } as const

/**
 * A console session for whoever has just shown the admin key.
 * @param operatorId names the key (never the key itself): without the key the session opens nothing
 */
export async function beginOperating(
  ports: Ports,
  operatorId: string,
): Promise<{ token: string; expiresAtMs: number }> {
  const chance = Buffer.from(ports.random.bytes(tokenBytes)).toString('base64url')
  const token = `${tokenPrefix}${chance}`
  const login = {
    tokenHash: sha256Hex(token),
    accountId: operatorId,
    appid: ports.parties.defaultAppid,
    scope: 'operator',
    generation: 0,
  } as const
  const session = beginSession(login, operatorPolicy, ports.clock.now())
  await ports.sessions.put(session)
  return { token, expiresAtMs: session.expiresAtMs }
}

/** The console session behind a token; null when it opens nothing, a person's token included. */
export async function whoOperates(
  ports: Ports,
  operatorIds: readonly string[],
  token: string,
): Promise<SessionRecord | null> {
  if (!tokenShape.test(token)) return null
  const session = await ports.sessions.find(sha256Hex(token))
  if (session === null || session.scope !== 'operator') return null
  const at = ports.clock.now()
  const isDead = judgeSession(session, staff, operatorPolicy, at) !== null
  if (isDead || !operatorIds.includes(session.accountId)) {
    await ports.sessions.remove(session.tokenHash)
    return null
  }
  if (isTouchDue(session, operatorPolicy, at)) {
    await ports.sessions.touch({ ...session, lastSeenAtMs: at })
  }
  return session
}

/** Ends a console session at once, on every instance. */
export async function stopOperating(ports: Ports, token: string): Promise<void> {
  await ports.sessions.remove(sha256Hex(token))
}
