import { type Appid, afterMs, type Instant } from '@minitill/protocol/model'
import type { Account } from './account.ts'

/** person: a mini program's user. operator: a member of the merchant's staff in the console. */
export type Scope = 'person' | 'operator'

/** One login on one device. The token itself is nowhere: only its SHA-256, in hex. */
export interface SessionRecord {
  readonly tokenHash: string
  readonly accountId: string
  readonly appid: Appid
  readonly scope: Scope
  /** The account's generation at login; a higher one there ends every older session at once. */
  readonly generation: number
  readonly createdAtMs: Instant
  readonly lastSeenAtMs: Instant
  /** Absolute end, kept in the value too, because a store's own clock is not ours. */
  readonly expiresAtMs: Instant
}

/** How long a login lasts: at most, and without being used. */
export interface SessionPolicy {
  readonly sessionTtlMs: number
  readonly sessionIdleMs: number
}

/** The console's: a working day, and two hours unused. */
export const operatorPolicy: SessionPolicy = {
  sessionTtlMs: 12 * 60 * 60_000,
  sessionIdleMs: 2 * 60 * 60_000,
}

/** Why a token opens nothing. The person is told the same in every case. */
export type DeadSession = 'expired' | 'idle' | 'ended' | 'disabled'

/** How often "last seen" is written at most; a short idle limit makes it more often. */
const touchEveryMs = 5 * 60_000

/** A token is this prefix, which secret scanners can find, and 256 bits of chance in base64url. */
export const tokenPrefix = 'mt_'
export const tokenBytes = 32
export const tokenShape = /^mt_[A-Za-z0-9_-]{43}$/

/** A session of this account that begins now and ends absolutely at the policy's limit. */
export function beginSession(
  login: Pick<SessionRecord, 'tokenHash' | 'accountId' | 'appid' | 'scope' | 'generation'>,
  policy: SessionPolicy,
  at: Instant,
): SessionRecord {
  const expiresAtMs = afterMs(at, policy.sessionTtlMs)
  return { ...login, createdAtMs: at, lastSeenAtMs: at, expiresAtMs }
}

/**
 * Whether a stored session still stands. The account's generation and status are read with every
 * request, so logging out everywhere and disabling act at once on every instance.
 */
export function judgeSession(
  session: SessionRecord,
  account: Pick<Account, 'status' | 'generation'>,
  policy: SessionPolicy,
  at: Instant,
): DeadSession | null {
  if (at >= session.expiresAtMs) return 'expired'
  if (at >= session.lastSeenAtMs + policy.sessionIdleMs) return 'idle'
  if (session.generation < account.generation) return 'ended'
  return account.status === 'active' ? null : 'disabled'
}

/** Whether "last seen" is old enough to be written again. */
export function isTouchDue(session: SessionRecord, policy: SessionPolicy, at: Instant): boolean {
  return at - session.lastSeenAtMs >= Math.min(touchEveryMs, policy.sessionIdleMs / 4)
}
