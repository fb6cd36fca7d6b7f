// One request to WeChat from its bytes to the answer's bytes, faults included. Synchronous, so that
// whatever it changes is one step; nothing in here throws to its caller.
import { miniError, miniReply } from './api/mini-answer.ts'
import { emptyReply, refused, unsignedReply } from './api/pay-answer.ts'
import { type Family, familyOf, findRoute, type Route } from './api/routes.ts'
import {
  type Context,
  header,
  newTrace,
  pathOf,
  queryOf,
  type Trace,
  type WireReply,
  type WireRequest,
} from './api/wire.ts'
import type { KeyRing } from './crypto/keys.ts'
import type { Fault } from './fault-state.ts'
import { rotatePlatform } from './merchant.ts'
import { refusalOfFault } from './mischief/refusals.ts'
import { strike } from './mischief.ts'
import type { World } from './world.ts'

/** How the bytes leave: whole, or as a broken network would have it. */
export type Transport = 'whole' | 'reset' | 'drop' | 'reset_mid_body' | 'truncate'

export interface Outcome {
  readonly reply: WireReply
  readonly transport: Transport
  /** Real milliseconds before the answer leaves. */
  readonly delayMs: number
  readonly trace: Trace
  readonly fault: string | null
}

const HTML = '<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>'

function html(status: number): WireReply {
  const headers = { server: 'nginx', 'content-type': 'text/html' }
  return { status, headers, body: Buffer.from(HTML) }
}

function systemError(context: Context, family: Family, status = 500): WireReply {
  if (family === 'mini') return html(status)
  const code = status === 503 ? 'SERVICE_UNAVAILABLE' : 'SYSTEM_ERROR'
  return unsignedReply(context, refused(status, code, '系统异常，请稍后重试', 268435457))
}

function tooFast(context: Context, kind: string): WireReply {
  const code = kind === 'rate_limited' ? 'FREQUENCY_LIMITED' : 'RATELIMIT_EXCEEDED'
  return unsignedReply(context, refused(429, code, '请求过于频繁，请稍后再试', 268447840))
}

/** The answer of faults that keep the request from having any effect; null for all others. */
function instead(context: Context, family: Family, kind: string): WireReply | null {
  switch (kind) {
    case 'connection_reset':
    case 'request_lost':
      return emptyReply(502)
    case 'error_500_without_effect':
      return systemError(context, family)
    case 'error_503_without_effect':
      return systemError(context, family, 503)
    case 'html_502':
      return html(502)
    case 'redirect': {
      const headers = { location: 'https://example.invalid/' }
      return { status: 302, headers, body: Buffer.from('') }
    }
    case 'rate_limited':
    case 'rate_limited_legacy':
      return tooFast(context, kind)
    default:
      return miniInstead(context, kind)
  }
}

/** Refusals of api.weixin.qq.com that come whatever was asked. */
const MINI_ERRCODES: Readonly<Record<string, number>> = {
  busy: -1,
  minute_quota: 45011,
  secret_frozen: 40243,
  token_forbidden: 50004,
  account_frozen: 50007,
  payment_unknown: 10060001,
  shipping_frequency: 44990,
  shipping_busy: 10060012,
  concurrent_send: 43108,
  sensitive_word: 45168,
}

function miniInstead(context: Context, kind: string): WireReply | null {
  const errcode = MINI_ERRCODES[kind]
  if (errcode === undefined) return null
  return miniReply(pathOf(context.request.url), miniError(context.world, errcode))
}

const TRANSPORTS: Readonly<Record<string, Transport>> = {
  connection_reset: 'reset',
  request_lost: 'drop',
  answer_lost: 'drop',
  reset_mid_body: 'reset_mid_body',
  truncated_body: 'truncate',
}

function rotateFor(context: Context): void {
  const mchid = /mchid="([^"]*)"/.exec(header(context.request, 'authorization'))?.[1] ?? ''
  const merchant = context.world.get('merchants', mchid)
  if (merchant !== undefined) rotatePlatform(context.world, merchant)
}

function answer(context: Context, route: Route): WireReply {
  const kind = context.fault?.kind
  const refusal = refusalOfFault(context, kind)
  if (refusal !== null) return refusal
  const replaced = kind === undefined ? null : instead(context, route.family, kind)
  if (replaced !== null) return replaced
  if (kind === 'platform_rotation') rotateFor(context)
  const reply = route.handle(context)
  return kind === 'error_500_with_effect' ? systemError(context, route.family) : reply
}

function delayOf(fault: Fault | null): number {
  const waits = fault?.kind === 'answer_delayed' || fault?.kind === 'paid_before_answer'
  return fault !== null && waits ? Math.min(fault.delayMs, 60_000) : 0
}

function whole(reply: WireReply, trace: Trace): Outcome {
  return { reply, transport: 'whole', delayMs: 0, trace, fault: null }
}

function noSuchPath(world: World, family: Family, path: string, status: 404 | 405): WireReply {
  // api.weixin.qq.com speaks JSON even then.
  return family === 'mini' && status === 404
    ? miniReply(path, miniError(world, 40066))
    : emptyReply(status)
}

/** Handles one request. An error of ours becomes a 500 of WeChat's, never an exception. */
export function handle(world: World, keys: KeyRing, request: WireRequest): Outcome {
  const trace = newTrace()
  const path = pathOf(request.url)
  const family = familyOf(header(request, 'host'), path)
  if (family === null) return whole(emptyReply(404), trace)
  const found = findRoute(family, request.method, path)
  if ('status' in found) return whole(noSuchPath(world, family, path, found.status), trace)
  const fault = strike(world, found.route.point)
  const context: Context = {
    world,
    keys,
    request,
    params: found.params,
    query: queryOf(request.url),
    nowMs: world.nowMs(),
    fault,
    trace,
  }
  const kind = fault?.kind ?? null
  try {
    const reply = answer(context, found.route)
    const transport = TRANSPORTS[kind ?? ''] ?? 'whole'
    return { reply, transport, delayMs: delayOf(fault), trace, fault: kind }
  } catch {
    trace.ok = false
    trace.failedStep = 'simulator'
    return whole(systemError(context, family), trace)
  }
}
