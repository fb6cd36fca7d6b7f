// The person leaves for good: phone number, identities, session keys and sessions go, the orders stay,
// because the books need them. What an order says of its payer stays with it: WeChat's shipping asks
// for it. A crash after the commit leaves dead records in the session store; they open nothing.
import type { Ports } from '../ports/index.ts'
import { commit } from './phase.ts'

export async function forgetAccount(ports: Ports, accountId: string): Promise<void> {
  await commit(ports, 'forget-account/forget', (tx) => tx.accounts.forget(accountId))
  await ports.sessions.removeAllOf(accountId)
}
