import type { Appid } from '@minitill/protocol/model'

/** A pushed message as it came: the query as texts, the body as bytes. */
export interface RawPush {
  readonly query: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

/** Why a push was refused; never shown to the sender. */
export type PushRefusal =
  /** The app has no Token here, or its safe mode has no EncodingAESKey. */
  'not_configured' | 'signature_wrong' | 'stale' | 'not_opened' | 'appid_wrong' | 'malformed'

export type PushResult =
  | {
      readonly ok: true
      /** MsgType, or with `event` the Event. */
      readonly event: string
      readonly content: Readonly<Record<string, unknown>>
      /** The message's own text: equal in every repetition of WeChat's. */
      readonly text: string
    }
  | { readonly ok: false; readonly reason: PushRefusal }

/** Verifies and opens message push (消息推送) with the token and key of one app alone. */
export interface Pushes {
  /** Whether a URL check comes from WeChat. */
  isGenuine(appid: Appid, query: RawPush['query']): boolean
  open(appid: Appid, push: RawPush): PushResult
}
