// What an imported world's entities must look like, table by table. Further fields are let through:
// a field that this version does not know changes nothing.
import { z } from 'zod'
import { SERVICE_SHAPES } from './service-shapes.ts'
import type { TableName } from './state.ts'
import { DEFAULT_SWITCHES, switchesSchema } from './switches.ts'

const text = z.string().max(65_536)
const name = z.string().min(1).max(256)
const count = z.number().int().min(0)
const timeMs = z.number().finite()
const money = z.number().int()
const orNull = <T extends z.ZodType>(shape: T) => z.union([shape, z.null()])

const keyed = { serialNo: name, certificate: text, privateKey: text }

const certificate = z.looseObject({
  serialNo: name,
  publicKey: text,
  certificate: orNull(text),
  expiresAtMs: orNull(timeMs),
  condition: z.enum(['valid', 'revoked', 'replaced']),
})

const platform = z.looseObject({ ...keyed, effectiveAtMs: timeMs, expiresAtMs: timeMs })

const merchant = z.looseObject({
  mchid: name,
  name,
  appids: z.array(name).max(50),
  apiv3Key: orNull(z.string().regex(/^[0-9A-Za-z]{32}$/)),
  certificates: z.array(certificate).max(8),
  verification: z.enum(['certificate', 'public_key', 'both']),
  platformCertificates: z.array(platform).min(1).max(8),
  publicKey: z.looseObject({ id: name, publicKey: text, privateKey: text }),
  spareKey: z.looseObject({ publicKey: text, privateKey: text }),
  platformRefunds: orNull(z.looseObject({ url: text, key: name })).optional(),
  seeded: z.boolean(),
})

const app = z.looseObject({
  appid: name,
  name,
  secret: z.string().max(64),
  openPlatform: z.boolean(),
  messageUrl: orNull(text),
  messageToken: orNull(text),
  messageAesKey: orNull(text),
  messageFormat: z.enum(['json', 'xml']),
  messageMode: z.enum(['plain', 'compatible', 'safe']).default('plain'),
  tradeManaged: z.boolean(),
  seeded: z.boolean(),
})

const payment = z.looseObject({
  transactionId: name,
  paidAtMs: timeMs,
  visibleAtMs: timeMs,
  payerTotal: money,
  bankType: text,
  payer: name,
})

const trade = z.looseObject({
  mchid: name,
  appid: name,
  outTradeNo: name,
  description: text,
  attach: orNull(text),
  notifyUrl: text,
  deviceId: orNull(text),
  total: money.min(1),
  openid: name,
  createdAtMs: timeMs,
  timeExpireMs: orNull(timeMs),
  request: text,
  state: z.enum(['NOTPAY', 'SUCCESS', 'REFUND', 'CLOSED']),
  prepayId: text,
  prepayAtMs: timeMs,
  prepayCount: count,
  payment: orNull(payment),
})

const notification = z.looseObject({
  id: name,
  mchid: name,
  trade: text,
  url: text,
  createdAtMs: timeMs,
  attempts: count,
  nextAtMs: orNull(timeMs),
  state: z.enum(['pending', 'delivered', 'given_up']),
  lastResult: orNull(text),
  copyOf: orNull(name),
})

const code = z.looseObject({
  appid: name,
  person: name,
  createdAtMs: timeMs,
  usedAtMs: orNull(timeMs),
})

const billLink = z.looseObject({
  mchid: name,
  kind: z.enum(['trade', 'fundflow']),
  date: name,
  type: name,
  gzip: z.boolean(),
  frozenAtMs: timeMs,
  form: z.looseObject({
    bom: z.boolean(),
    newline: z.enum(['lf', 'crlf']),
    refundTime: z.enum(['payment', 'acceptance']),
  }),
  alteration: orNull(name),
  createdAtMs: timeMs,
  usedAtMs: orNull(timeMs),
})

const refund = z.looseObject({
  refundId: name,
  mchid: name,
  trade: name,
  outRefundNo: name,
  amountFen: money.min(1),
  payerRefundFen: money.min(0),
  feeBackFen: money.min(0),
  reason: orNull(text),
  notifyUrl: orNull(text),
  request: text,
  status: z.enum(['PROCESSING', 'SUCCESS', 'CLOSED', 'ABNORMAL']),
  createdAtMs: timeMs,
  dueAtMs: orNull(timeMs),
  endsAs: z.enum(['SUCCESS', 'CLOSED', 'ABNORMAL']),
  funded: z.boolean(),
  finishedAtMs: orNull(timeMs),
  channel: z.enum(['ORIGINAL', 'OTHER_BANKCARD']),
  userReceivedAccount: text,
  fundsAccount: z.enum(['UNSETTLED', 'AVAILABLE']),
  external: z.boolean(),
})

const fundFlow = z.looseObject({
  mchid: name,
  atMs: timeMs,
  kind: z.enum(['payment', 'fee', 'refund', 'refund_returned', 'top_up', 'withdrawal']),
  amountFen: money,
  balanceFen: money,
  businessId: text,
  voucher: text,
  note: text,
})

/** Tables without a line here are taken as any JSON. */
export const SHAPES: Readonly<Partial<Record<TableName, z.ZodType>>> = {
  meta: z.looseObject({
    seed: name,
    offsetMs: timeMs,
    clockStep: count,
    defaultAppid: name,
    defaultMchid: name,
    defaultPerson: name,
  }),
  apps: app,
  merchants: merchant,
  people: z.looseObject({
    id: name,
    name,
    phone: text,
    balance: money,
    seeded: z.boolean(),
    unionid: name,
  }),
  openids: name,
  loginCodes: code,
  phoneCodes: code,
  sessions: z.looseObject({
    sessionKey: name,
    issuedAtMs: timeMs,
    expiresAtMs: timeMs,
    latestCodeKey: name,
  }),
  tokens: z.looseObject({
    appid: name,
    family: z.enum(['normal', 'stable']),
    issuedAtMs: timeMs,
    expiresAtMs: timeMs,
    deadAtMs: orNull(timeMs),
  }),
  tokenHolders: z.looseObject({ current: orNull(text), forcedAtMs: z.array(timeMs) }),
  trades: trade,
  burnt: timeMs,
  prepays: z.looseObject({ trade: name, createdAtMs: timeMs }),
  transactions: name,
  notifications: notification,
  ...SERVICE_SHAPES,
  refunds: refund,
  funds: z.looseObject({ balanceFen: money, oldMinute: count, oldCount: count }),
  fundFlows: fundFlow,
  billLinks: billLink,
  faults: z.looseObject({
    id: name,
    point: name,
    kind: name,
    probability: z.number().min(0).max(1),
    remaining: orNull(count),
    seed: orNull(name),
    preset: orNull(name),
    delayMs: z.number().min(0),
    considered: count,
    fired: count,
  }),
  counters: count,
  switches: switchesSchema.partial().transform((given) => ({ ...DEFAULT_SWITCHES, ...given })),
}
