import type { Instant } from '@minitill/protocol/model'
import type { SessionRecord } from '../domain/session.ts'

export type { Scope, SessionRecord } from '../domain/session.ts'

/** Where sessions live: database, Redis, Memcached or a file, as the operator chooses. */
export interface Sessions {
  put(session: SessionRecord): Promise<void>
  /** Writes `lastSeenAtMs` of a session that is still there; one that was removed stays removed. */
  touch(session: SessionRecord): Promise<void>
  find(tokenHash: string): Promise<SessionRecord | null>
  remove(tokenHash: string): Promise<void>
  /** Best effort clean-up; the truth of "logged out everywhere" is the account's generation. */
  removeAllOf(accountId: string): Promise<void>
  /** Clean-up of sessions whose absolute end has passed; stores with a TTL do it themselves. */
  forgetEnded(at: Instant): Promise<void>
  /** Throws when the store cannot be reached; used by /readyz. */
  check(): Promise<void>
  close(): Promise<void>
}

/** SESSION_STORE, parsed: see docs/settings.md. */
export type SessionStore =
  | { readonly kind: 'database' }
  | { readonly kind: 'redis' | 'memcached'; readonly url: string }
  | { readonly kind: 'file'; readonly folder: string }
