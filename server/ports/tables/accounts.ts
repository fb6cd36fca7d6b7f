import type { Appid, Instant, Openid, Unionid } from '@minitill/protocol/model'
import type { Account, Identity } from '../../domain/account.ts'

export interface AccountReads {
  byId(accountId: string): Promise<Account | null>
  identity(appid: Appid, openid: Openid): Promise<Identity | null>
  /** The identity that an account has in one app; the openid that orders are paid with. */
  identityOf(accountId: string, appid: Appid): Promise<Identity | null>
}

export interface AccountWrites {
  /**
   * One account for (appid, openid), also when first logins race: the loser reads the winner's.
   * A unionid seen before leads to the account that has it.
   */
  findOrCreate(person: NewPerson): Promise<{ account: Account; isNew: boolean }>
  keepSessionKey(appid: Appid, openid: Openid, sealed: Uint8Array, at: Instant): Promise<void>
  bindPhone(accountId: string, sealed: Uint8Array, masked: string): Promise<void>
  /** Ends every session of the account; answers the new generation. */
  raiseGeneration(accountId: string): Promise<number>
  /**
   * Empties the account for good: phone, identities and the link by unionid go, its sessions end.
   * The row stays for the orders. A login that is under way ends first; a later one finds nobody.
   */
  forget(accountId: string): Promise<void>
  /** Claims a one-time code before WeChat is asked; false when it was claimed before. */
  claimCode(claim: CodeClaim): Promise<boolean>
  forgetCodes(olderThanMs: Instant): Promise<void>
}

export interface NewPerson {
  readonly accountId: string
  readonly appid: Appid
  readonly openid: Openid
  readonly unionid: Unionid | null
  readonly at: Instant
}

/** The code itself is not stored, only its SHA-256. */
export interface CodeClaim {
  readonly codeHash: string
  readonly kind: 'login' | 'phone'
  readonly appid: Appid
  readonly at: Instant
}
