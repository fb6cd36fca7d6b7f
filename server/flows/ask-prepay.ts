import { beijingDate, type PayAdvice, type PrepayId, payAdvice } from '@minitill/protocol/model'
import { isOpen, type Payment } from '../domain/payment.ts'
import type { Answer, Ports, PrepayAnswer, Refusal } from '../ports/index.ts'
import { applyEvidence } from './apply-evidence.ts'
import { askAbout } from './ask-wechat.ts'
import { closeAtWechat } from './close-order.ts'
import { call, commit } from './phase.ts'

export type Prepaid =
  | { readonly kind: 'prepaid'; readonly payment: Payment }
  /** The payment is no longer open: paid, closed here, or its number closed at WeChat. */
  | { readonly kind: 'settled' }
  | { readonly kind: 'unavailable'; readonly advice: PayAdvice | null }

/**
 * Sends the frozen request and acts on what comes back, as WeChat's table of codes says: repeat the
 * same bytes, ask, or stop. An error answer never decides a state: it only leads to a question. A
 * crash after the answer loses a prepay_id, and the same request gets another.
 */
export async function askPrepay(ports: Ports, payment: Payment): Promise<Prepaid> {
  let answer = await send(ports, payment)
  // Once at once: most hiccups are over by then, and the bytes are the same.
  if (wantsRetry(answer)) answer = await send(ports, payment)
  if (answer.got === 'silence') return { kind: 'unavailable', advice: null }
  if (answer.value.kind === 'prepaid') return await keep(ports, payment, answer.value.prepayId)
  const advice = adviceOn(answer.value)
  if (advice.reaction === 'ask') return await findOut(ports, payment, advice)
  if (advice.reaction === 'stop') await tellOperator(ports, payment, answer.value, advice)
  return { kind: 'unavailable', advice: advice.reaction === 'person' ? advice : null }
}

async function send(ports: Ports, payment: Payment): Promise<Answer<PrepayAnswer>> {
  const { mchid, outTradeNo, requestBody: body } = payment
  const answer = await call(
    ports,
    'start-payment/prepay',
    async () => await ports.wechatPay.prepay({ mchid, outTradeNo, body }),
  )
  ports.meter.count('wechat_call_total', { api: 'prepay', got: answer.got })
  return answer
}

function adviceOn({ code, message, httpStatus: status }: Refusal): PayAdvice {
  return payAdvice({ api: 'prepay', code, message, status })
}

function wantsRetry(answer: Answer<PrepayAnswer>): boolean {
  if (answer.got === 'silence') return true
  return answer.value.kind === 'refused' && adviceOn(answer.value).reaction === 'retry'
}

/** A payment that was paid or closed meanwhile keeps its state; the ticket is of no use then. */
async function keep(ports: Ports, payment: Payment, prepayId: PrepayId): Promise<Prepaid> {
  return await commit(ports, 'start-payment/prepaid', async (tx): Promise<Prepaid> => {
    const current = await tx.payments.lock(payment.id)
    if (!current || !isOpen(current) || current.status === 'closing') return { kind: 'settled' }
    // An answer names nothing but the ticket: one that we have elsewhere is not the answer to this.
    if (await tx.payments.hasOther(prepayId, payment.id)) {
      return { kind: 'unavailable', advice: null }
    }
    if (current.status === 'prepaid' && current.prepayId === prepayId) {
      return { kind: 'prepaid', payment: current }
    }
    const prepaidAtMs = ports.clock.now()
    const change = { status: 'prepaid', prepayId, prepaidAtMs } as const
    return { kind: 'prepaid', payment: await tx.payments.update(current, change) }
  })
}

/** Paid already, closed already, number used otherwise: WeChat's own word on the order decides. */
async function findOut(ports: Ports, payment: Payment, advice: PayAdvice): Promise<Prepaid> {
  const asked = await askAbout(ports, payment, 0)
  if (asked.kind !== 'told') return { kind: 'unavailable', advice: null }
  if (!isOpen(asked.payment)) return { kind: 'settled' }
  if (advice.meaning !== 'number_used') return { kind: 'unavailable', advice: null }
  // The number is burnt and yet open: it must be closed for certain before another is taken.
  const closed = await closeAtWechat(ports, payment)
  if (closed?.kind !== 'closed') return { kind: 'unavailable', advice: null }
  await commit(
    ports,
    'close-order/closed',
    async (tx) => await applyEvidence(tx, ports, payment.id, { kind: 'close' }, ports.clock.now()),
  )
  return { kind: 'settled' }
}

/** Our settings, code or rights are wrong: one task a day for each code, not one a customer. */
async function tellOperator(
  ports: Ports,
  payment: Payment,
  refusal: Refusal,
  advice: PayAdvice,
): Promise<void> {
  const at = ports.clock.now()
  const { mchid, outTradeNo } = payment
  const code = refusal.code || `HTTP_${refusal.httpStatus}`
  ports.log.error({ mchid, code, http_status: refusal.httpStatus }, 'WeChat Pay refused a prepay')
  await commit(
    ports,
    'start-payment/refused',
    async (tx) =>
      await tx.tasks.open({
        id: ports.random.id('task'),
        kind: 'prepay_refused',
        subject: `merchant:${mchid}:${code}:${beijingDate(at)}`,
        reason: 'prepay_refused',
        detail: {
          mchid,
          out_trade_no: outTradeNo,
          code,
          http_status: refusal.httpStatus,
          authentic: refusal.authentic ? 'yes' : 'no',
          message: refusal.message,
          meaning_zh: advice.zh,
          meaning_en: advice.en,
        },
        status: 'open',
        createdAtMs: at,
        resolvedAtMs: null,
        resolution: null,
      }),
  )
}
