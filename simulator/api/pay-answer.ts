import type { KeyRing } from '../crypto/keys.ts'
import { rsaSign, rsaSignLater, signedLines } from '../crypto/sign.ts'
import type { Draw } from '../draw.ts'
import type { Merchant } from '../state.ts'
import { type Signer, signerOfAnswer, unknownSigner } from './signer.ts'
import { type Context, EMPTY, header, type Json, type Unsigned, type WireReply } from './wire.ts'

/** What an endpoint has to say, before it is put into bytes and signed. */
export interface PayAnswer {
  readonly status: number
  /** null: an empty body, as with 204. */
  readonly body: { readonly [key: string]: Json } | null
  /** The number after the dash of Request-ID (排障手册). */
  readonly numeric: number
}

export function answered(status: number, body: PayAnswer['body']): PayAnswer {
  return { status, body, numeric: 0 }
}

const LEGACY: Readonly<Record<string, string>> = {
  SYSTEM_ERROR: 'SYSTEMERROR',
  ORDER_NOT_EXIST: 'ORDERNOTEXIST',
  NO_AUTH: 'NOAUTH',
  RULE_LIMIT: 'RULELIMIT',
  ORDER_PAID: 'ORDERPAID',
  ORDER_CLOSED: 'ORDERCLOSED',
  NOT_ENOUGH: 'NOTENOUGH',
  FREQUENCY_LIMITED: 'RATELIMIT_EXCEEDED',
}

/** An error in WeChat Pay's form. `code` alone is stable; people read `message`. */
export function refused(
  status: number,
  code: string,
  message: string,
  numeric: number,
  detail?: Json,
): PayAnswer {
  const body = detail === undefined ? { code, message } : { code, message, detail }
  return { status, body, numeric }
}

/** Bytes of an answer: keys in any order, as WeChat does not promise one (R19). */
export function shuffledJson(value: Json, draw: Draw): string {
  const ranks = draw.bytes(32)
  const order = (key: string) => ranks[key.length % 32] ?? 0
  const walk = (part: Json): Json => {
    if (Array.isArray(part)) return part.map(walk)
    if (typeof part !== 'object' || part === null) return part
    const entries = Object.entries(part as { readonly [key: string]: Json })
    const mixed = entries
      .map(([key, inner], index) => ({ key, inner, rank: (order(key) * 31 + index * 7) % 17 }))
      .sort((a, b) => a.rank - b.rank || (a.key < b.key ? -1 : 1))
    return Object.fromEntries(mixed.map(({ key, inner }) => [key, walk(inner)]))
  }
  return JSON.stringify(walk(value))
}

function requestId(draw: Draw, numeric: number): string {
  return `08${draw.hex(58).toUpperCase()}-${numeric}`
}

function dressed(context: Context, answer: PayAnswer, draw: Draw): string {
  if (answer.body === null) return ''
  const { legacy_codes: legacy, extra_fields: extra } = context.world.switches
  const code = answer.body['code']
  const old = legacy && typeof code === 'string' ? LEGACY[code] : undefined
  const body = { ...answer.body, ...(old === undefined ? {} : { code: old }) }
  const more = extra ? { ...body, minitill_new_field: { since: 2027, kind: 'NEW_KIND' } } : body
  return shuffledJson(more, draw)
}

const BASE_HEADERS = {
  server: 'nginx',
  'cache-control': 'no-cache, must-revalidate',
  'x-content-type-options': 'nosniff',
  'content-language': 'zh-CN',
}

/** Headers and bytes of an answer that nobody signs: failures before the caller is known. */
export function unsignedReply(
  context: Context,
  answer: PayAnswer,
  options: { readonly requestId: boolean } = { requestId: true },
): WireReply {
  const draw = context.world.draw('pay-answer')
  const id = options.requestId ? { 'request-id': requestId(draw, answer.numeric) } : {}
  const type = answer.body === null ? {} : { 'content-type': 'application/json; charset=utf-8' }
  const body = Buffer.from(dressed(context, answer, draw), 'utf8')
  return { status: answer.status, headers: { ...BASE_HEADERS, ...id, ...type }, body }
}

/** The same, signed: every answer to a known merchant, refusals and 204 included (R11, R13). */
export function signedReply(context: Context, merchant: Merchant, answer: PayAnswer): WireReply {
  const reply = unsignedReply(context, answer)
  if (answer.status >= 400 && !context.world.switches.sign_errors) return reply
  const kind = context.fault?.kind
  if (kind === 'missing_signature') return reply
  const draw = context.world.draw('pay-signature')
  const wanted = header(context.request, 'wechatpay-serial')
  const signer =
    kind === 'unknown_serial'
      ? unknownSigner(merchant, draw)
      : signerOfAnswer(context, merchant, wanted)
  const { headers, unsigned } = signaturePlan(context, signer, reply.body, kind, draw)
  return { ...reply, headers: { ...reply.headers, ...headers }, unsigned }
}

const SKEW_S: Readonly<Record<string, number>> = { timestamp_old: -600, timestamp_future: 600 }
/** Everything else about a probe is real (签名探测流量). */
const PROBE = 'WECHATPAY/SIGNTEST/'
const SIGNATURE = 'wechatpay-signature'

interface SignaturePlan {
  readonly headers: Readonly<Record<string, string>>
  readonly unsigned: Unsigned
}

function signaturePlan(
  context: Pick<Context, 'nowMs'>,
  signer: Signer,
  body: Uint8Array,
  kind: string | undefined,
  draw: Draw,
): SignaturePlan {
  const timestamp = String(Math.floor(context.nowMs / 1000) + (SKEW_S[kind ?? ''] ?? 0))
  const nonce = draw.hex(32)
  const signedBody = kind === 'wrong_signature' ? Buffer.from('another message') : body
  const headers = {
    'wechatpay-timestamp': timestamp,
    'wechatpay-nonce': nonce,
    'wechatpay-serial': signer.serialNo,
    [SIGNATURE]: '',
    'wechatpay-signature-type': 'WECHATPAY2-SHA256-RSA2048',
  }
  const message = signedLines(timestamp, nonce, signedBody)
  const prefix = kind === 'signtest' ? PROBE : ''
  return { headers, unsigned: { message, privateKey: signer.privateKey, prefix } }
}

function marked({ prefix }: Unsigned, signature: string): string {
  return `${prefix}${signature.slice(prefix.length)}`
}

/** The five headers of a signed message, or the broken ones that a fault asks for. */
export function signatureHeaders(
  context: Pick<Context, 'keys' | 'nowMs'>,
  signer: Signer,
  body: Uint8Array,
  kind: string | undefined,
  draw: Draw,
): Readonly<Record<string, string>> {
  const { headers, unsigned } = signaturePlan(context, signer, body, kind, draw)
  const signature = rsaSign(unsigned.message, context.keys.privateKey(unsigned.privateKey))
  return { ...headers, [SIGNATURE]: marked(unsigned, signature) }
}

/** A reply with its signature, made by another thread while this one goes on. */
export async function signedLater(reply: WireReply, keys: KeyRing): Promise<WireReply> {
  const { unsigned, ...rest } = reply
  if (unsigned === undefined) return reply
  const signature = await rsaSignLater(unsigned.message, keys.privateKey(unsigned.privateKey))
  return { ...rest, headers: { ...rest.headers, [SIGNATURE]: marked(unsigned, signature) } }
}

/** 404 and 405 of the router: no body, no signature, no Request-ID suffix to read. */
export function emptyReply(status: number): WireReply {
  return { status, headers: { server: 'nginx' }, body: EMPTY }
}
