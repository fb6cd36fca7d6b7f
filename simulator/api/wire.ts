import type { KeyRing } from '../crypto/keys.ts'
import type { Fault } from '../fault-state.ts'
import type { Merchant } from '../state.ts'
import type { World } from '../world.ts'

/** A request as it came over the wire: path and query untouched, header names in lower case. */
export interface WireRequest {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

/** A signature that is still to be made: it takes longer than all the rest of an answer. */
export interface Unsigned {
  readonly message: Uint8Array
  /** PEM. */
  readonly privateKey: string
  /** The mark of a probe, which takes the place of the signature's first letters; or "". */
  readonly prefix: string
}

export interface WireReply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
  readonly unsigned?: Unsigned
}

/** Why a message was refused, for people. `received` may be unknown. */
export interface Diagnosis {
  readonly code: string
  readonly en: string
  readonly zh: string
  readonly expected: string
  readonly received: string
  /** Every mistake of several. */
  readonly hints?: readonly { readonly code: string; readonly en: string; readonly zh: string }[]
  /** Both texts letter by letter; the journal adds it. */
  readonly difference?: readonly Segment[]
}

/** A piece of both texts, of what was expected alone, or of what came alone. */
export interface Segment {
  readonly kind: 'same' | 'expected' | 'received'
  readonly text: string
}

/** What the journal shows about a request beside its bytes. Filled while it is handled. */
export interface Trace {
  ok: boolean
  failedStep: string | null
  diagnosis: Diagnosis | null
  plaintext: string | null
  mchid: string | null
}

export function newTrace(): Trace {
  return { ok: true, failedStep: null, diagnosis: null, plaintext: null, mchid: null }
}

/** All that a handler may look at. It answers with a value, changes the world and never throws. */
export interface Context {
  readonly world: World
  readonly keys: KeyRing
  readonly request: WireRequest
  /** Values of the path's placeholders, percent-decoded. */
  readonly params: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  readonly nowMs: number
  readonly fault: Fault | null
  readonly trace: Trace
}

/** A context whose caller is known. */
export interface MerchantContext extends Context {
  readonly merchant: Merchant
}

export type Json =
  | string
  | number
  | boolean
  | null
  | readonly Json[]
  | { readonly [key: string]: Json }

export const EMPTY = new Uint8Array(0)

export function bodyText(body: Uint8Array): string {
  return Buffer.from(body).toString('utf8')
}

/** A header's value; "" when it was not sent. */
export function header(request: WireRequest, name: string): string {
  return request.headers[name] ?? ''
}

/** The path of a request, as it came. */
export function pathOf(url: string): string {
  return url.split('?', 1)[0] ?? ''
}

export function queryOf(url: string): URLSearchParams {
  const at = url.indexOf('?')
  return new URLSearchParams(at < 0 ? '' : url.slice(at + 1))
}
