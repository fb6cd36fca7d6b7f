import { z } from 'zod'
import { type LogisticsType, mostParcels, type ShipmentWish } from '../../../domain/shipment.ts'
import { inBoth } from '../../validation.ts'

const words = { courier: 1, city_delivery: 2, virtual: 3, pickup: 4 } as const

const logisticsType = z
  .union([z.literal([1, 2, 3, 4]), z.enum(['courier', 'city_delivery', 'virtual', 'pickup'])])
  .transform((given): LogisticsType => (typeof given === 'number' ? given : words[given]))

/** One line without control characters, at most so many characters as people count them. */
const line = (most: number) =>
  z.string().refine((text) => [...text].length <= most && !/[\p{Cc}\p{Cs}]/u.test(text), {
    error: inBoth(
      `must be one line of at most ${most} characters`,
      `必须是单行文字，至多 ${most} 个字符`,
    ),
  })

const item = z.strictObject({
  carrier: line(128).default('').describe("WeChat's code of the courier, for example ZTO."),
  tracking_no: line(128).default(''),
  description: line(120)
    .refine((text) => text.trim() !== '', {
      error: inBoth('must not be blank', '不能为空白'),
    })
    .describe('What is in it; the person reads it.'),
  receiver_contact: z
    .string()
    .regex(/^[0-9*+-]{0,20}\*[0-9*+-]{0,20}[0-9]{4}$/, {
      error: inBoth('must be masked, like 138****1234', '必须打码，例如 138****1234'),
    })
    .optional()
    .describe("SF asks for it. Absent: the person's own number, masked, where it is bound."),
})

type Body = {
  readonly logistics_type: LogisticsType
  readonly items: readonly z.output<typeof item>[]
  readonly final: boolean
}

/** POST …/shipments: what left, in WeChat's words (发货信息录入). */
export const shipmentBodyShape = z
  .strictObject({
    logistics_type: logisticsType.describe('1 courier, 2 city delivery, 3 virtual, 4 pick-up.'),
    items: z.array(item).min(1).max(mostParcels),
    final: z.boolean().default(true).describe('false: more parcels follow (couriers only).'),
  })
  .superRefine((body, context) => {
    for (const { path, message } of problemsOf(body)) {
      context.addIssue({ code: 'custom', path, message })
    }
  })

function problemsOf(body: Body): Array<{ path: (string | number)[]; message: string }> {
  if (body.logistics_type !== 1) {
    const one = inBoth('must be one: only couriers ship in parts', '只能有一项：仅快递支持分批发货')
    return [
      ...(body.items.length > 1 ? [{ path: ['items'], message: one }] : []),
      ...(body.final ? [] : [{ path: ['final'], message: one }]),
    ]
  }
  const missing = inBoth('is needed for a courier', '快递发货必填')
  return body.items.flatMap((one, index) => [
    ...(one.carrier === '' ? [{ path: ['items', index, 'carrier'], message: missing }] : []),
    ...(one.tracking_no === ''
      ? [{ path: ['items', index, 'tracking_no'], message: missing }]
      : []),
  ])
}

/** The wish as the flow takes it. */
export function wishOf(body: Body): ShipmentWish {
  return {
    logisticsType: body.logistics_type,
    final: body.final,
    parcels: body.items.map((one) => ({
      carrier: one.carrier,
      trackingNo: one.tracking_no,
      description: one.description,
      receiverContact: one.receiver_contact ?? '',
    })),
  }
}
