import type { PayAnswer } from '@minitill/protocol'
import {
  type Mchid,
  ModelError,
  type OutTradeNo,
  parsePayErrorBody,
  parsePrepayAnswer,
  parseTransaction,
} from '@minitill/protocol/model'
import type {
  Answer,
  CloseAnswer,
  PrepayAnswer,
  QueryAnswer,
  Refusal,
  Silence,
} from '../../ports/index.ts'
import { answer, silence } from '../../ports/index.ts'

// What an exchange with WeChat Pay means for the flows. Everything that is not verified and well
// formed is silence or a refusal that is only a hint.

export const prepayPath = '/v3/pay/transactions/jsapi'

const orderPath = (no: OutTradeNo) => `/v3/pay/transactions/out-trade-no/${encodeURIComponent(no)}`

export const queryPath = (mchid: Mchid, no: OutTradeNo): string =>
  `${orderPath(no)}?mchid=${encodeURIComponent(mchid)}`

export const closePath = (no: OutTradeNo): string => `${orderPath(no)}/close`

export const closeBody = (mchid: Mchid): string => JSON.stringify({ mchid })

/** 200 with a prepay_id. */
export function readPrepay(reply: PayAnswer): Answer<PrepayAnswer> {
  return read(reply, 200, (json) => ({
    kind: 'prepaid',
    prepayId: parsePrepayAnswer(json).prepay_id,
  }))
}

/**
 * 200 with a transaction. The signature of an answer does not cover the question, so the content
 * must name the order that was asked about; somebody else's order is no answer.
 */
export function readQuery(reply: PayAnswer, mchid: Mchid, no: OutTradeNo): Answer<QueryAnswer> {
  return read(reply, 200, (json) => {
    const transaction = parseTransaction(json)
    if (transaction.mchid !== mchid || transaction.out_trade_no !== no) return null
    return { kind: 'transaction', transaction }
  })
}

/** 204 without a body. */
export function readClose(reply: PayAnswer): Answer<CloseAnswer> {
  return read(reply, 204, () => ({ kind: 'closed' }))
}

/** Verified, of the wanted status and well formed, or silence, or a refusal. */
export function read<T>(
  reply: PayAnswer,
  wanted: number,
  parse: (json: unknown) => T | null,
): Answer<T | Refusal> {
  if (reply.got === 'silence') return silence(silences[reply.why])
  if (!reply.authentic) return refusal(reply.status, reply.hint, false)
  if (reply.status !== wanted) return refusal(reply.status, parsePayErrorBody(reply.json), true)
  try {
    const value = parse(reply.json)
    return value === null ? silence('unverified') : answer(value)
  } catch (error) {
    if (error instanceof ModelError) return silence('unverified')
    throw error
  }
}

function refusal(
  httpStatus: number,
  { code, message }: { readonly code: string; readonly message: string },
  authentic: boolean,
): Answer<Refusal> {
  // A proxy's page or a gateway's 5xx: no code of WeChat's, so that nothing is known at all.
  if (code === '' && httpStatus >= 500) return silence('server_error')
  return answer({ kind: 'refused', code, message, httpStatus, authentic })
}

const silences: Readonly<Record<Extract<PayAnswer, { got: 'silence' }>['why'], Silence>> = {
  connect_failed: 'unreachable',
  timed_out: 'timeout',
  broken: 'reset',
  too_large: 'reset',
  unverified: 'unverified',
}
