import type { Headers } from './sign/message.ts'

/** A request as it goes over the wire. */
export interface TransportRequest {
  readonly host: string
  readonly method: string
  /** Path and query, sent exactly so: they are signed. */
  readonly path: string
  readonly headers: Headers
  readonly body: Uint8Array
  /** For the whole exchange. */
  readonly timeoutMs: number
  /** The transport stops reading beyond it. */
  readonly mostBytes: number
}

/** Whatever came back, in full. */
export interface TransportAnswer {
  readonly got: 'answer'
  readonly status: number
  readonly headers: Headers
  readonly body: Uint8Array
}

/**
 * No usable answer. Only `connect_failed` says that nothing arrived at the other side; after the
 * others the request may have taken effect.
 */
export interface TransportSilence {
  readonly got: 'silence'
  readonly why: 'connect_failed' | 'timed_out' | 'broken' | 'too_large'
}

/** The way out: HTTPS in production, anything in tests. It answers with values, always. */
export interface Transport {
  send(request: TransportRequest): Promise<TransportAnswer | TransportSilence>
}
