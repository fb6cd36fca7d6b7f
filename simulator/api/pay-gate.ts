// Who is calling, checked in WeChat's order (R2): shape, time, merchant and serial, signature.
import { rsaVerify, signedLines } from '../crypto/sign.ts'
import { diagnosed } from '../explain/diagnosed.ts'
import { explainHeader, explainSerial, explainTime } from '../explain/header.ts'
import { explainMchid, explainRequest, otherMerchants } from '../explain/request.ts'
import type { Merchant, MerchantCertificate } from '../state.ts'
import { type PayAnswer, refused, unsignedReply } from './pay-answer.ts'
import { bodyText, type Context, type Diagnosis, header, type WireReply } from './wire.ts'

const SCHEME = 'WECHATPAY2-SHA256-RSA2048'
const WINDOW_S = 300
const MOST_NONCES = 200_000
const SIGN_ERROR = 268443699
const MALFORMED = 'Http头Authorization值格式错误，请参考《微信支付商户REST API签名规则》'

interface Authorization {
  readonly mchid: string
  readonly nonce: string
  readonly timestamp: string
  readonly serialNo: string
  readonly signature: string
}

/** The two gateways of api.mch.weixin.qq.com refuse in different words (R3, R4). */
export type Gateway = 'generic' | 'transactions'

export type Passed =
  | { readonly ok: true; readonly merchant: Merchant }
  | { readonly ok: false; readonly reply: WireReply }

/** Five pairs in any order after exactly one space (R6). */
function readAuthorization(value: string): Authorization | null {
  const match = /^WECHATPAY2-SHA256-RSA2048 (\S.*)$/.exec(value)
  if (match === null) return null
  const pairs = new Map<string, string>()
  for (const part of (match[1] ?? '').split(',')) {
    const pair = /^\s*(mchid|nonce_str|timestamp|serial_no|signature)="([^"]*)"\s*$/.exec(part)
    if (pair === null || pairs.has(pair[1] ?? '')) return null
    pairs.set(pair[1] ?? '', pair[2] ?? '')
  }
  if (pairs.size !== 5 || [...pairs.values()].includes('')) return null
  const of = (key: string) => pairs.get(key) ?? ''
  const [mchid, nonce, timestamp] = [of('mchid'), of('nonce_str'), of('timestamp')]
  return { mchid, nonce, timestamp, serialNo: of('serial_no'), signature: of('signature') }
}

function signError(message: string, detail?: PayAnswer['body']): PayAnswer {
  return refused(401, 'SIGN_ERROR', message, SIGN_ERROR, detail ?? undefined)
}

function fail(
  context: Context,
  step: string,
  diagnosis: Diagnosis,
  answer: PayAnswer,
  requestId = true,
): Passed {
  context.trace.ok = false
  context.trace.failedStep = step
  context.trace.diagnosis = diagnosis
  return { ok: false, reply: unsignedReply(context, answer, { requestId }) }
}

function missingAgent(context: Context, gateway: Gateway): Passed | null {
  const { request } = context
  if (gateway === 'transactions') return null
  if (header(request, 'user-agent') !== '' && header(request, 'accept') !== '') return null
  const message = 'Http头缺少Accept或User-Agent'
  const why = diagnosed(['missing_header'], 'Accept, User-Agent', '')
  return fail(context, 'headers', why, refused(400, 'INVALID_REQUEST', message, 268435461))
}

function unreadable(context: Context, gateway: Gateway, value: string): Passed {
  const why = explainHeader(value)
  if (gateway === 'transactions') {
    const answer = signError('签名信息错误，验签失败')
    return fail(context, 'authorization', why, answer, !lacksScheme(value))
  }
  const wrongScheme = value !== '' && lacksScheme(value)
  const message = wrongScheme ? 'Http头Authorization认证类型不正确' : MALFORMED
  return fail(context, 'authorization', why, signError(message))
}

function lacksScheme(value: string): boolean {
  return !value.startsWith(`${SCHEME} `)
}

function wrongTime(context: Context, timestamp: string): Passed | null {
  const nowS = Math.floor(context.nowMs / 1000)
  const numeric = /^\d{1,12}$/.test(timestamp)
  if (numeric && Math.abs(nowS - Number(timestamp)) <= WINDOW_S) return null
  const why = explainTime(timestamp, nowS)
  const message = 'Http头Authorization中的timestamp与发起请求的时间不得超过5分钟'
  return fail(context, 'timestamp', why, signError(message))
}

/** R9: each trouble with the merchant's certificate has its own words. */
function certificateTrouble(merchant: Merchant, serialNo: string, nowMs: number): string | null {
  if (merchant.certificates.length === 0) return '商户未申请过证书。'
  const certificate = ofSerial(merchant, serialNo)
  if (certificate === undefined) return '商户证书序列号有误。请使用签名私钥匹配的证书序列号'
  if (certificate.condition === 'revoked') return '商户证书已作废'
  if (certificate.condition === 'replaced') return '已更换证书，请使用新证书'
  const { expiresAtMs } = certificate
  return expiresAtMs !== null && nowMs >= expiresAtMs ? '商户证书已过期' : null
}

function ofSerial(merchant: Merchant, serialNo: string): MerchantCertificate | undefined {
  return merchant.certificates.find((one) => one.serialNo === serialNo.toUpperCase())
}

function wrongSerial(context: Context, merchant: Merchant, given: Authorization): Passed | null {
  const { world, keys, request, nowMs } = context
  const trouble = certificateTrouble(merchant, given.serialNo, nowMs)
  if (trouble === null) return null
  const others = otherMerchants(world, merchant.mchid)
  const other = explainMchid(world, keys, request, given)
  const why = other ?? explainSerial(merchant, others, given.serialNo)
  return fail(context, 'serial', why, signError(trouble))
}

function mismatch(context: Context, given: Authorization, merchant: Merchant): Passed {
  const { request, world, keys } = context
  const body = bodyText(request.body)
  const { timestamp, nonce } = given
  const why = explainRequest(world, keys, request, given, merchant)
  const head = `${request.method}\n${request.url}\n${timestamp}\n${nonce}\n`
  const detail = {
    detail: { issue: 'sign not match' },
    field: 'signature',
    location: 'authorization',
    sign_information: {
      method: request.method,
      url: request.url,
      truncated_sign_message: `${head}${body.slice(0, 8)}\n`.replaceAll('\n', '\\n'),
      sign_message_length: Buffer.byteLength(head) + request.body.length + 1,
    },
  }
  return fail(context, 'signature', why, signError('签名错误', detail))
}

/** A nonce_str used before, when the switch asks for its refusal (U17). */
function replayed(context: Context, given: Authorization): Passed | null {
  const { world } = context
  if (world.switches.nonce_replay === 'accept' || world.count('counters') > MOST_NONCES) return null
  const key = `nonce:${given.mchid}:${given.nonce}`
  const seen = world.get('counters', key)
  world.put('counters', key, (seen ?? 0) + 1)
  if (seen === undefined) return null
  const why = diagnosed(['nonce_replayed'], '', given.nonce)
  return fail(context, 'nonce', why, signError('签名信息错误，验签失败'))
}

/** The merchant who made this request, or WeChat's refusal. Nothing here is signed (R11). */
export function passGate(context: Context, gateway: Gateway): Passed {
  const agent = missingAgent(context, gateway)
  if (agent !== null) return agent
  const value = header(context.request, 'authorization')
  const given = readAuthorization(value)
  if (given === null) return unreadable(context, gateway, value)
  const time = wrongTime(context, given.timestamp)
  if (time !== null) return time
  context.trace.mchid = given.mchid
  const merchant = context.world.get('merchants', given.mchid)
  if (merchant === undefined) {
    const other = explainMchid(context.world, context.keys, context.request, given)
    const why = other ?? diagnosed(['unknown_merchant'], '', given.mchid)
    return fail(context, 'merchant', why, signError('签名错误'))
  }
  const serial = wrongSerial(context, merchant, given)
  if (serial !== null) return serial
  const certificate = ofSerial(merchant, given.serialNo)
  if (certificate === undefined) return unreadable(context, gateway, value)
  const key = context.keys.publicKey(certificate.publicKey)
  const { method, url, body } = context.request
  const message = signedLines(method, url, given.timestamp, given.nonce, body)
  if (!rsaVerify(message, given.signature, key)) return mismatch(context, given, merchant)
  return replayed(context, given) ?? { ok: true, merchant }
}
