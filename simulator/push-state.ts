// Entities of message push (消息推送). Plain data.

export type PushMode = 'plain' | 'compatible' | 'safe'

export interface Push {
  readonly id: string
  readonly appid: string
  /** FromUserName: a person's openid, or the system account. */
  readonly from: string
  readonly event: string
  /** The message itself, fixed in the app's format when it was made. */
  readonly content: string
  readonly format: 'json' | 'xml'
  /** Unix seconds and nonce of the query; every attempt carries the same (M58). */
  readonly timestamp: string
  readonly nonce: string
  /** The 16 bytes in front of the sealed message, as text. */
  readonly random: string
  readonly createdAtMs: number
  readonly attempts: number
  readonly nextAtMs: number | null
  readonly state: 'pending' | 'delivered' | 'given_up'
  readonly lastResult: string | null
  /** One more delivery outside the schedule: a duplicate or a replay by hand. */
  readonly copyOf: string | null
}
