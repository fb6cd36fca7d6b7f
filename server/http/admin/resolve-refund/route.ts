import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { type RefundDecision, type Resolved, resolveRefund } from '../../../flows/resolve-refund.ts'
import type { Ports } from '../../../ports/index.ts'
import { Problem } from '../../errors.ts'
import type { HttpParts } from '../../parts.ts'
import { type RefundView, refundShape, showRefund } from '../../shapes/refund.ts'
import { inBoth } from '../../validation.ts'
import { adminDocs, adminOnly } from '../guard.ts'

const banks = [
  ...['ICBC', 'ABC', 'BOC', 'CCB', 'CMB', 'COMM', 'PSBC', 'SPDB', 'CITIC', 'CEB', 'CMBC'],
  ...['CIB', 'GDB', 'PAB', 'NBCB'],
].map((bank) => `${bank}_DEBIT`)

const secret = (most: number) => z.string().min(1).max(most)

const body = z
  .strictObject({
    action: z
      .enum(['ask', 'retry', 'give_up', 'apply_abnormal_refund'])
      .describe(
        'ask WeChat now · retry what it refused, same number · give_up what it never accepted · ' +
          'apply_abnormal_refund: to another card',
      ),
    type: z.enum(['USER_BANK_CARD', 'MERCHANT_BANK_CARD']).optional(),
    bank_type: z.enum(banks).optional().describe("The user's bank, for example CMB_DEBIT."),
    bank_account: secret(64).optional().describe('Sealed for WeChat, never stored.'),
    real_name: secret(64).optional().describe('Sealed for WeChat, never stored.'),
  })
  .superRefine((given, context) => {
    for (const field of ['type', 'bank_type', 'bank_account', 'real_name'] as const) {
      const isNeeded = needs(given, field)
      const isGiven = given[field] !== undefined
      if (isNeeded === isGiven) continue
      const message = isNeeded
        ? inBoth('is needed for this action', '此操作必须提供')
        : inBoth('does not belong to this action; leave it out', '不属于此操作，请去掉')
      context.addIssue({ code: 'custom', path: [field], message })
    }
  })

type Given = { action: string; type?: string | undefined }

function needs({ action, type }: Given, field: string): boolean {
  if (action !== 'apply_abnormal_refund') return false
  return field === 'type' || type === 'USER_BANK_CARD'
}

/** POST /admin/v1/refunds/{id}/resolve: a person's decision about a refund that is stuck. */
export const resolveRefundRoute = (ports: Ports, parts: HttpParts): FastifyPluginAsyncZod => {
  return async (app) => {
    app.post(
      '/admin/v1/refunds/:id/resolve',
      {
        ...adminOnly(parts),
        schema: {
          ...adminDocs,
          summary: 'Decide about a refund',
          description:
            'For refunds that WeChat refuses or cannot complete. Giving up frees the amount, and ' +
            'only once WeChat says that it never had the number.',
          params: z.object({ id: z.string().min(1).max(64) }),
          body,
          response: { 200: refundShape },
        },
      },
      async (request) => {
        const { action, type, bank_type, bank_account, real_name } = request.body
        const card = {
          ...(bank_type === undefined ? {} : { bankType: bank_type }),
          ...(bank_account === undefined ? {} : { bankAccount: bank_account }),
          ...(real_name === undefined ? {} : { realName: real_name }),
        }
        const decision: RefundDecision =
          action === 'apply_abnormal_refund'
            ? { action, type: type ?? 'MERCHANT_BANK_CARD', ...card }
            : { action }
        return view(await resolveRefund(ports, { refundId: request.params.id, decision }))
      },
    )
  }
}

function view(result: Resolved): RefundView {
  switch (result.kind) {
    case 'done':
      return showRefund(result.refund)
    case 'not_found':
      throw new Problem('not_found')
    case 'not_now':
      throw new Problem('not_now')
    case 'unavailable':
      throw new Problem('wechat_unavailable')
    case 'refused_by_wechat': {
      const { en, zh, code } = result.advice
      throw new Problem('wechat_refused', {
        detail: { en: `${code}: ${en}`, zh: `${code}：${zh}` },
      })
    }
  }
}
