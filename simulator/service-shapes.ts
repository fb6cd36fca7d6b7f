// What the entities of the mini program services must look like in an imported world.
import { z } from 'zod'
import { FIELD_KEY } from './subscribe-rules.ts'

const text = z.string().max(65_536)
const name = z.string().min(1).max(256)
const count = z.number().int().min(0)
const timeMs = z.number().finite()
const timeOrNull = z.union([timeMs, z.null()])

const parcel = z.looseObject({
  trackingNo: text,
  expressCompany: text,
  itemDesc: text,
  uploadTime: count,
  contact: z.union([
    z.looseObject({
      consignor_contact: text.exactOptional(),
      receiver_contact: text.exactOptional(),
    }),
    z.null(),
  ]),
})

const shipping = z.looseObject({
  logisticsType: z.literal([1, 2, 3, 4]),
  deliveryMode: z.literal([1, 2]),
  parcels: z.array(parcel).max(15),
  finished: z.boolean(),
  finishedCount: z.literal([0, 1, 2]),
  reshipped: z.boolean(),
  uploadedAtMs: timeMs,
  shippedAtMs: timeOrNull,
})

const shipment = z.looseObject({
  trade: name,
  appid: name,
  paidAtMs: timeMs,
  state: z.literal([1, 2, 3, 4, 5, 6]),
  shipping: z.union([shipping, z.null()]),
  receipt: z.union([z.looseObject({ method: z.literal([1, 2]), atMs: timeMs }), z.null()]),
  settledAtMs: timeOrNull,
  inComplaint: z.boolean(),
  reminded: z.boolean(),
  special: z.union([z.looseObject({ type: z.literal([1, 2]), delayToMs: timeOrNull }), z.null()]),
  nextAtMs: timeOrNull,
})

const push = z.looseObject({
  id: name,
  appid: name,
  from: name,
  event: text,
  content: text,
  format: z.enum(['json', 'xml']),
  timestamp: z.string().regex(/^\d{1,12}$/),
  nonce: name,
  random: z.string().regex(/^[\x20-\x7e]{16}$/),
  createdAtMs: timeMs,
  attempts: count,
  nextAtMs: timeOrNull,
  state: z.enum(['pending', 'delivered', 'given_up']),
  lastResult: z.union([text, z.null()]),
  copyOf: z.union([name, z.null()]),
})

/** One line for each table; `world-shapes.ts` takes them up. */
export const SERVICE_SHAPES = {
  shipments: shipment,
  tradeDesks: z.looseObject({
    appid: name,
    jumpPath: text,
    everShipped: z.boolean(),
    everTraded: z.boolean(),
    remindAtMs: timeOrNull,
  }),
  pushes: push,
  templates: z.looseObject({
    id: name,
    appid: name,
    title: name,
    kind: z.enum(['one_time', 'long_term']),
    fields: z
      .array(
        z.looseObject({ key: z.string().regex(FIELD_KEY), label: name, values: z.array(name) }),
      )
      .max(10),
    seeded: z.boolean().optional(),
  }),
  subscriptions: z.looseObject({
    left: count,
    standing: z.boolean(),
    off: z.boolean(),
    banned: z.boolean(),
  }),
  messages: z.looseObject({
    id: name,
    appid: name,
    person: name,
    kind: z.enum(['subscribe', 'shipped', 'confirm_receive']),
    templateId: z.union([name, z.null()]),
    title: text,
    fields: z.array(z.looseObject({ label: text, value: text })).max(20),
    page: z.union([text, z.null()]),
    miniprogramState: z.enum(['developer', 'trial', 'formal']),
    lang: name,
    atMs: timeMs,
  }),
  quotas: z.looseObject({
    day: count,
    usedToday: count,
    minute: count,
    usedThisMinute: count,
  }),
}
