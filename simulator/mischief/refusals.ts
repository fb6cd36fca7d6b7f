// Faults that refuse a call as WeChat does when a key or a clock is not right, though all is.
import { miniError, miniReply } from '../api/mini-answer.ts'
import { refused, unsignedReply } from '../api/pay-answer.ts'
import { type Context, pathOf, type WireReply } from '../api/wire.ts'

const SIGN_ERROR = 268443699

const PAY_REFUSALS: Readonly<Record<string, string>> = {
  clock_skew: 'Http头Authorization中的timestamp与发起请求的时间不得超过5分钟',
  certificate_expired: '商户证书已过期',
  certificate_revoked: '商户证书已作废',
  certificate_replaced: '已更换证书，请使用新证书',
}

const MINI_REFUSALS: Readonly<Record<string, number>> = { code_invalid: 40029, code_used: 40163 }

/** The answer of such a fault, and no effect; null for all others. */
export function refusalOfFault(context: Context, kind: string | undefined): WireReply | null {
  const message = PAY_REFUSALS[kind ?? '']
  if (message !== undefined) {
    return unsignedReply(context, refused(401, 'SIGN_ERROR', message, SIGN_ERROR))
  }
  const errcode = MINI_REFUSALS[kind ?? '']
  if (errcode === undefined) return null
  return miniReply(pathOf(context.request.url), miniError(context.world, errcode))
}
