// Ends one session, or all sessions of a person.
// Everywhere is the account's generation, raised in the database: it acts on every instance at once
// and does not depend on the session store finding every session.
// A crash after the raise leaves dead records in the store; they open nothing and expire.
import type { Ports, SessionRecord } from '../ports/index.ts'
import { commit } from './phase.ts'

export async function logOut(ports: Ports, session: SessionRecord): Promise<void> {
  await ports.sessions.remove(session.tokenHash)
}

export async function logOutEverywhere(ports: Ports, accountId: string): Promise<void> {
  await commit(ports, 'log-out/everywhere', (tx) => tx.accounts.raiseGeneration(accountId))
  await ports.sessions.removeAllOf(accountId)
}
