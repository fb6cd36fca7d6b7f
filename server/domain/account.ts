import type { Appid, Instant, Openid, Unionid } from '@minitill/protocol/model'

/** A person here. */
export interface Account {
  readonly id: string
  /** forgotten: the person left for good; the row stays for the orders. */
  readonly status: 'active' | 'disabled' | 'forgotten'
  /** Raised by "log out everywhere"; a session of an older generation is dead at once. */
  readonly generation: number
  /** Sealed at rest; null until the person binds it. */
  readonly phoneSealed: Uint8Array | null
  /** For display only, for example 138****0000. */
  readonly phoneMasked: string | null
  readonly createdAtMs: Instant
}

/** The person's openid in one app. */
export interface Identity {
  readonly appid: Appid
  readonly openid: Openid
  readonly unionid: Unionid | null
  readonly accountId: string
  readonly createdAtMs: Instant
}

/**
 * For display only: the first three and the last four digits, for example 138****0000. At least
 * four digits stay hidden, so a shorter number (Hong Kong has eight) shows fewer of its first ones,
 * and one too short for that its last two.
 */
export function maskPhone(purePhoneNumber: string): string {
  const digits = purePhoneNumber.replace(/\D/g, '')
  if (digits.length < 8) return `****${digits.slice(-2)}`
  return `${digits.slice(0, Math.min(3, digits.length - 8))}****${digits.slice(-4)}`
}

/** Older than this, WeChat's statement of a phone number is not taken. */
const phoneFreshMs = 10 * 60_000

/** Whether WeChat made this statement for our app, and recently; a minute ahead is clock skew. */
export function isPhoneOurs(
  watermark: { readonly appid: Appid; readonly atMs: Instant },
  appid: Appid,
  at: Instant,
): boolean {
  const ageMs = at - watermark.atMs
  return watermark.appid === appid && ageMs < phoneFreshMs && ageMs > -60_000
}
