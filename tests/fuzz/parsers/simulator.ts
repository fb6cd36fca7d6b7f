// The simulator's own readers: Authorization headers, bodies of WeChat's calls, its control API.
import { createSign, generateKeyPairSync } from 'node:crypto'
import { passGate } from '../../../simulator/api/pay-gate.ts'
import { prepayShape } from '../../../simulator/api/pay-schema.ts'
import { REFUND_SHAPE } from '../../../simulator/api/refund-schema.ts'
import { readBody } from '../../../simulator/api/schema.ts'
import { type Context, newTrace } from '../../../simulator/api/wire.ts'
import { parsed } from '../../../simulator/control/answer.ts'
import * as inputs from '../../../simulator/control/input.ts'
import { KeyRing } from '../../../simulator/crypto/keys.ts'
import type { Merchant } from '../../../simulator/state.ts'
import { World } from '../../../simulator/world.ts'
import type { Chance } from '../core/chance.ts'
import { type Input, must, type Parser, textOf } from '../core/parser.ts'
import { damaged } from '../core/texts.ts'
import { damagedJson, type Json, jsonText } from '../core/values.ts'
import { REFUND_CONTENT } from './answers.ts'
import { AUTHORIZATION, authorizationText, damagedText } from './texts.ts'

const nowMs = 1_790_000_000_000
const serialNo = '408B07E79B8269FEC3D5D3E6AB8ED163A6A380DB'
// 512 bits: only the inputs matter here.
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 512 })
const publicPem = String(publicKey.export({ type: 'spki', format: 'pem' }))

const world = new World(() => nowMs)
world.put('meta', 'world', {
  seed: 'fuzz',
  offsetMs: 0,
  clockStep: 0,
  defaultAppid: 'wx1',
  defaultMchid: '1900007291',
  defaultPerson: 'person-1',
})
world.put('merchants', '1900007291', {
  mchid: '1900007291',
  appids: ['wx1'],
  apiv3Key: null,
  certificates: [{ serialNo, publicKey: publicPem, condition: 'valid', expiresAtMs: null }],
  platformCertificates: [],
  publicKey: { id: 'PUB_KEY_ID_0000000000', publicKey: publicPem },
} as unknown as Merchant)
const keys = new KeyRing()

function gateContext(authorization: string, body: string): Context {
  const headers = { authorization, 'user-agent': 'x', accept: '*/*' }
  const url = '/v3/pay/transactions/jsapi'
  const request = { method: 'POST', url, headers, body: Buffer.from(body) }
  const trace = newTrace()
  const query = new URLSearchParams()
  return { world, keys, request, params: {}, query, nowMs, fault: null, trace }
}

function genuine(body: string): string {
  const text = `POST\n/v3/pay/transactions/jsapi\n1790000000\nN\n${body}\n`
  const signature = createSign('RSA-SHA256').update(text).sign(privateKey, 'base64')
  return (
    'WECHATPAY2-SHA256-RSA2048 mchid="1900007291",nonce_str="N",timestamp="1790000000",' +
    `serial_no="${serialNo}",signature="${signature}"`
  )
}

/** Signed as it should be and then damaged, or made from the header's grammar alone. */
export const simulatorGate: Parser = {
  name: 'simulator-authorization',
  good: [AUTHORIZATION, 'genuine', ''],
  damage: damagedText,
  make: (chance) => {
    if (chance.oneIn(2)) return authorizationText(chance)
    return chance.oneIn(2) ? 'genuine' : damaged(chance, genuine('{}'))
  },
  feed: (input) => {
    // No longer header gets through HTTP.
    const text = textOf(input).slice(0, 16_384)
    const header = text === 'genuine' ? genuine('{}') : text
    const context = gateContext(header, '{}')
    const passed = passGate(context, 'generic')
    if (passed.ok) {
      must(signatureOf(header).equals(signatureOf(genuine('{}'))), 'only what the merchant signed')
      return 'accepted'
    }
    must(passed.reply.status === 401 || passed.reply.status === 400, 'a refusal of the gateway')
    const { diagnosis, failedStep } = context.trace
    must(diagnosis !== null && diagnosis.en !== '' && diagnosis.zh !== '', 'it says why')
    must(diagnosis.received.length <= 65_536, 'and no more than fits a page')
    return failedStep ?? 'no step'
  },
}

/** As bytes: the last letter of base64 has bits that nobody reads. */
const signatureOf = (header: string): Buffer =>
  Buffer.from(/signature="([^"]*)"/.exec(header)?.[1] ?? '', 'base64')

const PREPAY: Json = {
  appid: 'wxd678efh567hg6787',
  mchid: '1900007291',
  description: '杯子',
  out_trade_no: 'MT0000000001',
  time_expire: '2026-09-11T09:00:00+08:00',
  notify_url: 'https://shop.example/notify',
  amount: { total: 100, currency: 'CNY' },
  payer: { openid: 'oUpF8uMuAJO_M2pxb1Q9zNjWeS6o' },
}
const REFUND: Json = {
  out_trade_no: 'MT0000000001',
  out_refund_no: 'MTR0000000001',
  reason: '退货',
  amount: { refund: 40, total: 100, currency: 'CNY' },
}

const shapes = [prepayShape({ storeRequired: false }), REFUND_SHAPE]

export const simulatorBodies: Parser = {
  name: 'simulator-bodies',
  good: [JSON.stringify(PREPAY), JSON.stringify(REFUND), JSON.stringify(REFUND_CONTENT)],
  damage: damagedText,
  make: (chance) => jsonText(chance, damagedJson(chance, chance.pick([PREPAY, REFUND]))),
  feed: (input) => {
    const body = Buffer.from(textOf(input))
    const read = shapes.map((shape) => readBody(body, shape))
    for (const one of read) {
      if (one.ok) continue
      must(one.answer.status === 400, 'a refusal is 400')
      must(JSON.stringify(one.answer.body).length < 2 * body.length + 4_096, 'and of its size')
    }
    return read.some(({ ok }) => ok) ? 'accepted' : 'refused'
  },
}

const CONTROL = Object.entries(inputs).flatMap(([name, schema]) =>
  'safeParse' in schema ? [{ name, schema }] : [],
)

const CONTROL_FIELDS: Readonly<Record<string, Json>> = {
  appid: 'wx1',
  person: 'person-1',
  advance_ms: 1000,
  action: 'pay',
  point: 'query',
  kind: 'lost',
  count: 1,
  mchid: '1900007291',
  appids: ['wx1'],
  verification: 'both',
  balance: 100,
  as: 'same',
}

function controlMake(chance: Chance): Input {
  const fields = Object.entries(CONTROL_FIELDS).filter(() => chance.oneIn(2))
  const schema = chance.pick(CONTROL).name
  return { schema, value: damagedJson(chance, Object.fromEntries(fields)) }
}

export const simulatorControl: Parser = {
  name: 'simulator-control',
  good: CONTROL.map(({ name }) => ({ schema: name, value: {} })),
  make: controlMake,
  feed: (input) => {
    const fields = typeof input === 'object' && input !== null && !Array.isArray(input) ? input : {}
    const found = CONTROL.find(({ name }) => name === fields['schema']) ?? CONTROL[0]
    if (found === undefined) return 'no such schema'
    const read = parsed(found.schema, fields['value'])
    if (read.ok) return 'accepted'
    must(read.answer.status === 400, 'a refusal is 400')
    must(JSON.stringify(read.answer.body).length < 1_000_000, 'and fits an answer')
    return 'refused'
  },
}
