// What WeChat Pay signs and seals: headers, notifications, certificate lists.
// Its key has 512 bits here: only the inputs matter, and a signature takes a thirtieth of the time.
import { createPublicKey, generateKeyPairSync, sign } from 'node:crypto'
import {
  instant,
  KeyRing,
  loadApiV3Key,
  messageText,
  openCertificates,
  parseSerialNo,
  readNotification,
  sealResource,
  verifyMessage,
} from '@minitill/protocol'
import type { Chance } from '../core/chance.ts'
import { type Input, must, type Parser, textOf } from '../core/parser.ts'
import { damaged, digits, letters, oddText } from '../core/texts.ts'
import { damagedJson, type Json, jsonText } from '../core/values.ts'
import { PAID_CONTENT, REFUND_CONTENT } from './answers.ts'
import { CERTIFICATE } from './keys.ts'

const now = instant(1_790_000_000_000)
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 512 })
const own = parseSerialNo('408B07E79B8269FEC3D5D3E6AB8ED163A6A380DB')
const serial = parseSerialNo('5157F09EFDC096DE15EBE81A47057A7232F1B8E1')
const ring = new KeyRing(own, [
  {
    serial,
    key: createPublicKey(privateKey),
    kind: 'public_key',
    effectiveAt: null,
    expiresAt: null,
    issuer: '',
  },
])
const apiv3Key = loadApiV3Key('0123456789abcdef0123456789ABCDEF')

type Pairs = Array<[string, string]>

function signedBy(timestamp: string, nonce: string, body: Uint8Array): string {
  return sign('RSA-SHA256', messageText(timestamp, nonce, body), privateKey).toString('base64')
}

interface Message {
  readonly body: string
  readonly timestamp: string
  readonly nonce: string
  readonly serial: string
  readonly type: string | null
  /** Headers sent beside the genuine ones, or in their place when of the same name. */
  readonly more: Pairs
  /** Damage that is done to the body after it was signed. */
  readonly after: string | null
}

const genuine: Message = {
  body: '{"code_url":"x"}',
  timestamp: '1790000000',
  nonce: 'd824f2e086d3c1df967785d13fcd22ef',
  serial,
  type: null,
  more: [],
  after: null,
}

const word = (value: unknown, other: string): string => (typeof value === 'string' ? value : other)

/** A message from whatever JSON the fuzzer gives; parts of a wrong kind are as in a genuine one. */
function messageOf(input: Input): Message {
  const given: Partial<Record<keyof Message, unknown>> =
    typeof input === 'object' && input !== null && !Array.isArray(input) ? input : {}
  const more = (Array.isArray(given.more) ? given.more : []).flatMap((pair): Pairs => {
    const [name, value] = Array.isArray(pair) ? pair : []
    return typeof name === 'string' && typeof value === 'string' ? [[name, value]] : []
  })
  return {
    body: word(given.body, genuine.body),
    timestamp: word(given.timestamp, genuine.timestamp),
    nonce: word(given.nonce, genuine.nonce),
    serial: word(given.serial, genuine.serial),
    type: typeof given.type === 'string' ? given.type : null,
    after: typeof given.after === 'string' ? given.after : null,
    more,
  }
}

function sent(message: Message): { headers: Pairs; body: Buffer; signature: string } {
  const { timestamp, nonce, type, more, after } = message
  const signature = signedBy(timestamp, nonce, Buffer.from(message.body))
  const headers: Pairs = [
    ['Wechatpay-Timestamp', timestamp],
    ['Wechatpay-Nonce', nonce],
    ['Wechatpay-Serial', message.serial],
    ['Wechatpay-Signature', signature],
    ...(type === null ? [] : [['Wechatpay-Signature-Type', type] satisfies [string, string]]),
  ]
  const replaced = more.map(([name]) => name)
  const kept = headers.filter(([name]) => !replaced.includes(name))
  return { headers: [...kept, ...more], body: Buffer.from(after ?? message.body), signature }
}

export const messageHeaders: Parser = {
  name: 'message-headers',
  good: [{ ...genuine, more: [] }],
  make: (chance) => ({
    ...genuine,
    timestamp: chance.oneIn(3)
      ? digits(chance, 10)
      : String(1_790_000_000 + chance.between(-310, 310)),
    nonce: letters(chance, chance.between(0, 40)),
    serial: chance.pick([serial, serial.toLowerCase(), `000${serial}`, own, 'PUB_KEY_ID_01', '']),
    type: chance.pick([null, null, 'WECHATPAY2-SHA256-RSA2048', 'WECHATPAY2-SM2-WITH-SM3']),
    more: chance.oneIn(3)
      ? [
          [
            chance.pick(['wechatpay-nonce', 'Wechatpay-Signature', 'Wechatpay-Serial']),
            oddText(chance),
          ],
        ]
      : [],
    after: chance.oneIn(4) ? damaged(chance, genuine.body) : null,
  }),
  feed: (input) => {
    const message = messageOf(input)
    const { headers, body, signature } = sent(message)
    const check = verifyMessage({ headers, body }, ring, now)
    if (!check.ok) return check.reason
    const value = (name: string) => headers.find(([key]) => key.toLowerCase() === name)?.[1]
    must(check.serial === serial, 'the key that signed is named')
    must(body.equals(Buffer.from(message.body)), 'the signed bytes and no others')
    must(value('wechatpay-signature')?.trim() === signature, 'the signature that was made')
    must(value('wechatpay-nonce') === message.nonce, 'the signed nonce')
    must(Math.abs(now - Number(message.timestamp) * 1000) < 300_000, 'within five minutes')
    return 'accepted'
  },
}

const contentOf = (chance: Chance): Json =>
  damagedJson(chance, chance.pick([PAID_CONTENT, REFUND_CONTENT, { combine_out_trade_no: 'c' }]))

const envelope = (content: string, more: Record<string, Json> = {}): Json => ({
  content,
  id: '6b1c2f5e-0e2b-5d7a-9c3f-2f9b6f1f0a11',
  create_time: '2026-09-21T22:13:20+08:00',
  resource_type: 'encrypt-resource',
  event_type: 'TRANSACTION.SUCCESS',
  summary: '支付成功',
  resource: {},
  ...more,
})

/** The body that WeChat would send for it: sealed as it should be, unless `resource` says other. */
function notificationBody(input: Input): { body: string; content: string } {
  const { content = '', ...rest } =
    typeof input === 'object' && input !== null && !Array.isArray(input)
      ? input
      : { content: '', body: input }
  const plain = textOf(content)
  const parts = { nonce: 'fdasflkja484', associatedData: 'transaction' }
  const sealed = sealResource(apiv3Key, parts, plain)
  const resource = typeof rest['resource'] === 'object' ? rest['resource'] : {}
  const all = { ...rest, resource: { original_type: 'transaction', ...sealed, ...resource } }
  return { body: JSON.stringify(all), content: plain }
}

export const notification: Parser = {
  name: 'notification',
  good: [envelope(JSON.stringify(PAID_CONTENT)), envelope(JSON.stringify(REFUND_CONTENT))],
  make: (chance) => {
    const isRefund = chance.oneIn(3)
    const content = jsonText(chance, contentOf(chance))
    const resource = { original_type: isRefund ? 'refund' : 'transaction' }
    const event_type = isRefund ? 'REFUND.SUCCESS' : 'TRANSACTION.SUCCESS'
    const whole = envelope(content, { resource, event_type })
    return chance.oneIn(2) ? whole : damagedJson(chance, whole)
  },
  feed: (input) => {
    const { body, content } = notificationBody(input)
    const { headers } = sent({ ...genuine, body })
    const message = { headers, body: Buffer.from(body) }
    const read = readNotification(message, { keys: ring, apiv3Keys: [apiv3Key] }, now)
    if (!read.ok) return read.reason
    const { notification: told } = read
    must(told.plaintext === Buffer.from(content).toString(), 'the sealed text and no other')
    const number =
      told.kind === 'transaction'
        ? told.transaction.out_trade_no
        : told.kind === 'refund'
          ? told.refund.out_refund_no
          : ''
    must(content.includes(number) || content.includes('\\u'), 'a number that was sealed')
    return told.kind === 'other' ? 'accepted, none of ours' : 'accepted'
  },
}

export const certificates: Parser = {
  name: 'certificates',
  good: [{ data: [] }, { data: [{ serial_no: serial, content: 'genuine' }] }],
  make: (chance) =>
    damagedJson(chance, {
      data: Array.from({ length: chance.below(3) }, () => ({
        serial_no: serial,
        content: chance.pick(['genuine', 'genuine', '-----BEGIN CERTIFICATE-----\nMIIB\n']),
      })),
    }),
  feed: (input) => {
    const json = sealedEntries(input)
    const opened = openCertificates([apiv3Key], json)
    if (!opened.ok) return opened.reason
    must(opened.certificates.length <= 20, 'a list of a few')
    return 'accepted'
  },
}

function sealedEntries(input: Input): Json {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return input
  const { data } = input
  if (!Array.isArray(data)) return input
  const parts = { nonce: 'fdasflkja484', associatedData: 'certificate' }
  const entries = data.map((entry): Json => {
    if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) return entry
    const { content, ...rest } = entry
    if (typeof content !== 'string') return rest
    const plain = content === 'genuine' ? CERTIFICATE : content
    return { encrypt_certificate: { ...sealResource(apiv3Key, parts, plain) }, ...rest }
  })
  return { ...input, data: entries }
}
