// What the control API takes: strict, so that a misspelt field is told and not ignored.
import { z } from 'zod'
import { ACTIONS } from '../phone/cashier.ts'

const DAY_MS = 24 * 60 * 60 * 1000
const MOST_ADVANCE_MS = 366 * DAY_MS

const who = { appid: z.string().max(64).optional(), person: z.string().max(64).optional() }

export const whoInput = z.strictObject(who)

export const clockInput = z.union([
  z.strictObject({ advance_ms: z.number().int().min(0).max(MOST_ADVANCE_MS) }),
  z.strictObject({ set: z.iso.datetime({ offset: true }) }),
])

export const ackInput = z.strictObject({
  follower: z.string().min(1).max(64),
  step: z.number().int().min(0),
})

const AES_KEY = /^[A-Za-z0-9+/]{43}$/

export const appInput = z.strictObject({
  appid: z.string().regex(/^wx[0-9A-Za-z]{1,30}$/, 'must be "wx" and letters or digits'),
  secret: z.string().min(1).max(64),
  name: z.string().min(1).max(64).optional(),
  open_platform: z.boolean().optional(),
  message_url: z.url().max(255).nullable().optional(),
  message_token: z.string().min(3).max(32).optional(),
  message_aes_key: z.string().regex(AES_KEY, 'must be 43 letters or digits').optional(),
  message_format: z.enum(['json', 'xml']).optional(),
  message_mode: z.enum(['plain', 'compatible', 'safe']).optional(),
  trade_managed: z.boolean().optional(),
})

export const merchantInput = z.strictObject({
  mchid: z.string().regex(/^\d{1,32}$/, 'must be digits'),
  appids: z.array(z.string().max(64)).min(1).max(50),
  apiv3_key: z
    .string()
    .regex(/^[0-9A-Za-z]{32}$/, 'must be 32 letters or digits')
    .nullable(),
  certificate: z.string().max(16_384).optional(),
  certificate_serial: z
    .string()
    .regex(/^[0-9A-Fa-f]{1,40}$/, 'must be hex digits')
    .optional(),
  public_key: z.string().max(16_384).optional(),
  verification: z.enum(['certificate', 'public_key', 'both']),
  name: z.string().min(1).max(64).optional(),
})

export const personInput = z.strictObject({
  name: z.string().min(1).max(64).optional(),
  balance: z.number().int().min(0).max(1_000_000_000_00).optional(),
})

/** The five values may have any type: the simulated client itself says what is wrong with them. */
const call = {
  ...who,
  timeStamp: z.unknown().optional(),
  nonceStr: z.unknown().optional(),
  package: z.unknown().optional(),
  signType: z.unknown().optional(),
  paySign: z.unknown().optional(),
}

export const previewInput = z.strictObject(call)
export const cashierInput = z.strictObject({ ...call, action: z.enum(ACTIONS) })

const dose = {
  probability: z.number().min(0).max(1).optional(),
  count: z.number().int().min(1).max(1_000_000).optional(),
  next: z.literal(true).optional(),
  seed: z.string().min(1).max(64).optional(),
}

export const presetInput = z.strictObject({ preset: z.string().max(64), ...dose })

export const faultInput = z.strictObject({
  point: z.string().max(64),
  kind: z.string().max(64),
  delay_ms: z
    .number()
    .int()
    .min(0)
    .max(7 * DAY_MS)
    .optional(),
  ...dose,
})

export const journalQuery = z.strictObject({
  after: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(500).default(100),
})

/** What an altered replay changes. */
export const ALTERATIONS = [
  'amount',
  'wrong_key',
  'other_merchant_key',
  'other_merchant',
  'other_order',
  'signature',
  'ciphertext',
] as const

export const replayInput = z.strictObject({
  as: z.enum(['same', 'altered', 'duplicated', 'late']).default('same'),
  alteration: z.enum(ALTERATIONS).optional(),
  delay_ms: z
    .number()
    .int()
    .min(1000)
    .max(7 * DAY_MS)
    .optional(),
})

export const followerQuery = z.strictObject({ follower: z.string().min(1).max(64) })

export const nothingInput = z.strictObject({})
