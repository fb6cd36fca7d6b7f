import { fen } from '@minitill/protocol/model'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import {
  type DescriptionFault,
  descriptionFault,
  mostDescription,
  referenceShape,
} from '../../../domain/own-order.ts'
import { mostOrderFen } from '../../../domain/price-order.ts'
import {
  type OwnOrderFault,
  type Payer,
  type PlacedOwnOrder,
  placeOwnOrder,
} from '../../../flows/place-own-order.ts'
import type { Ports } from '../../../ports/index.ts'
import { idempotencyKey, requestHash } from '../../app/idempotency.ts'
import { Problem, type Text } from '../../errors.ts'
import type { HttpParts } from '../../parts.ts'
import { adminOrderShape, showAdminOrder } from '../../shapes/admin-order.ts'
import { inBoth } from '../../validation.ts'
import { adminDocs, adminOnly } from '../guard.ts'

const descriptionFaults: Readonly<Record<DescriptionFault, string>> = {
  blank: inBoth('must not be blank', '不能为空白'),
  not_plain: inBoth(
    'must be one plain line: no control characters, emoji or doubled blanks, none at its ends',
    '必须是一行普通文字：不能含控制字符、表情符号、连续空格或首尾空格',
  ),
  too_long: inBoth(
    `must have at most ${mostDescription} characters`,
    `至多 ${mostDescription} 个字符`,
  ),
}

const description = z
  .string()
  .max(1_000)
  .check((context) => {
    const fault = descriptionFault(context.value)
    if (fault === null) return
    const { value: input } = context
    context.issues.push({ code: 'custom', message: descriptionFaults[fault], input })
  })

const payerRule = inBoth('give either openid or account_id', '必须且只能提供 openid 或 account_id')

const body = z
  .strictObject({
    amount: z.int().min(1).max(mostOrderFen).describe('Fen, as the merchant’s system computed it.'),
    description: description.describe('What the person’s bill shows: one line.'),
    openid: z.string().min(1).max(128).optional().describe('Who pays, in the app.'),
    account_id: z.string().min(1).max(64).optional().describe('Or: the account of who pays.'),
    reference: z
      .string()
      .regex(referenceShape, {
        error: inBoth(
          'must be 1 to 64 printable ASCII characters without blanks',
          '必须是 1 到 64 个可打印 ASCII 字符，不含空格',
        ),
      })
      .describe('The merchant’s own number, once for each merchant.'),
    appid: z.string().max(64).optional().describe('Absent: the first app.'),
    mchid: z
      .string()
      .max(64)
      .optional()
      .describe('Absent: the merchant that collects for the app.'),
  })
  .refine((given) => (given.openid === undefined) !== (given.account_id === undefined), {
    path: ['openid'],
    error: payerRule,
  })

/** POST /admin/v1/orders: an order of the merchant's own catalogue, for a person who is known here. */
export const createOwnOrder = (ports: Ports, parts: HttpParts): FastifyPluginAsyncZod => {
  return async (app) => {
    app.post(
      '/admin/v1/orders',
      {
        ...adminOnly(parts),
        schema: {
          ...adminDocs,
          summary: 'Place an order for a person',
          description:
            'For a catalogue that is elsewhere: the amount is taken as it is, no stock is held. The ' +
            'mini program pays it with POST /v1/orders/{id}/pay. Needs an Idempotency-Key header.',
          body,
          response: { 201: adminOrderShape },
        },
      },
      async (request, reply) => {
        const given = request.body
        const placed = await placeOwnOrder(ports, {
          payer: payerOf(given),
          appid: given.appid ?? null,
          mchid: given.mchid ?? null,
          amountFen: fen(given.amount),
          description: given.description,
          reference: given.reference,
          key: idempotencyKey(request),
          requestHash: requestHash('POST /admin/v1/orders', given),
          present: ({ order, payment }) =>
            JSON.stringify(showAdminOrder({ order, payments: [payment] })),
        })
        if ('replayed' in placed && placed.replayed) reply.header('idempotent-replayed', 'true')
        const text = bodyOf(placed)
        // The stored characters themselves: a repetition is the same answer, byte for byte.
        reply.code(201).header('content-type', 'application/json; charset=utf-8')
        return reply.serializer((one: unknown) => String(one)).send(text as never)
      },
    )
  }
}

function payerOf({ openid, account_id }: z.output<typeof body>): Payer {
  return openid === undefined ? { accountId: account_id ?? '' } : { openid }
}

function bodyOf(placed: PlacedOwnOrder): string {
  switch (placed.kind) {
    case 'placed':
      return placed.body
    case 'key_reused':
      throw new Problem('idempotency_key_reused')
    case 'key_busy':
      throw new Problem('idempotency_busy', { headers: { 'retry-after': '1' } })
    case 'invalid':
      throw new Problem('invalid_request', { errors: [faults[placed.why]] })
    case 'reference_used': {
      const message = {
        en: `is the reference of order ${placed.orderId}`,
        zh: `已用于订单 ${placed.orderId}`,
      }
      throw new Problem('reference_used', { errors: [{ field: 'reference', message }] })
    }
  }
}

const faults: Readonly<Record<OwnOrderFault, { readonly field: string; readonly message: Text }>> =
  {
    unknown_app: { field: 'appid', message: { en: 'is no app here', zh: '不是本部署的小程序' } },
    unknown_merchant: {
      field: 'mchid',
      message: { en: 'does not collect for this app', zh: '该商户不为此小程序收款' },
    },
    unknown_openid: {
      field: 'openid',
      message: {
        en: 'has not logged in to this app; an openid belongs to one app only',
        zh: '未登录过此小程序；openid 只属于一个小程序',
      },
    },
    unknown_account: {
      field: 'account_id',
      message: { en: 'is no account here', zh: '账户不存在' },
    },
    account_elsewhere: {
      field: 'account_id',
      message: { en: 'has not logged in to this app', zh: '该账户未登录过此小程序' },
    },
    account_gone: {
      field: 'account_id',
      message: { en: 'is disabled or forgotten', zh: '该账户已停用或注销' },
    },
  }
