import type { Answer } from './answer.ts'

/** A signed message to one of the merchant's own systems. */
export interface WebhookMessage {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export type Sent =
  | { readonly kind: 'answered'; readonly status: number }
  /** The name leads to an address that no webhook may reach; nothing was sent. */
  | { readonly kind: 'forbidden' }

/** Why a target is refused before anything is sent to it. */
export type TargetProblem = 'not_a_url' | 'https_only' | 'loopback_only' | 'private_address'

/** Carries webhooks out. It follows no redirect, and connects to public addresses only. */
export interface Sender {
  /** null: may be a target. In development that is this machine and nothing else. */
  targetProblem(url: string): TargetProblem | null
  post(message: WebhookMessage): Promise<Answer<Sent>>
  /**
   * The header values of Standard Webhooks for a body, signed with every secret given. The time in
   * them is the real one, also where our clock follows the simulator's: receivers have a clock of
   * their own, and refuse what comes from tomorrow.
   * @param secrets `whsec_…` texts
   */
  sign(id: string, body: string, secrets: readonly string[]): Readonly<Record<string, string>>
}
