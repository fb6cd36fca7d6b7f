// Replays by hand, seen from the merchant's side: what arrives, how often, and when.
import { createDecipheriv } from 'node:crypto'
import { beforeAll, beforeEach, expect, it } from 'vitest'
import type { OutgoingMessage } from '../ports.ts'
import { type Box, openBox, sentHeader } from '../testing/box.ts'
import { replay } from './replay.ts'

let box: Box
let id = ''

beforeAll(async () => {
  box = await openBox()
  const { json } = await box.merchant.prepay('replay-0001', box.openid)
  box.use(json['prepay_id'], 'pay')
  await box.passTime(1000)
  id = box.wechat.world.values('notifications')[0]?.id ?? ''
})

beforeEach(() => {
  box.sent.length = 0
})

/** Asks for a replay and lets `ms` of time pass. */
async function ask(input: object, ms = 1000): Promise<{ status: number; body: unknown }> {
  const answer = replay(box.wechat, id, input)
  await box.wechat.commit()
  await box.passTime(ms)
  return answer
}

function opened(message: OutgoingMessage | undefined): Record<string, unknown> {
  const { resource } = JSON.parse(Buffer.from(message?.body ?? []).toString('utf8'))
  const bytes = Buffer.from(resource.ciphertext, 'base64')
  const key = box.seed.credentials.apiv3_key
  const decipher = createDecipheriv('aes-256-gcm', key, resource.nonce)
  decipher.setAAD(Buffer.from(resource.associated_data)).setAuthTag(bytes.subarray(-16))
  const text = Buffer.concat([decipher.update(bytes.subarray(0, -16)), decipher.final()])
  return JSON.parse(text.toString('utf8'))
}

it('R54 the same again: same id and content, newly sealed', async () => {
  expect((await ask({})).status).toBe(202)
  const [message] = box.sent
  expect(box.sent).toHaveLength(1)
  expect(JSON.parse(Buffer.from(message?.body ?? []).toString()).id).toBe(id)
  expect(opened(message)).toMatchObject({ out_trade_no: 'replay-0001', amount: { total: 100 } })
})

it('R56 altered: another amount, another merchant, a key nobody knows', async () => {
  await ask({ as: 'altered' })
  expect(opened(box.sent[0])).toMatchObject({ amount: { total: 101 } })
  await ask({ as: 'altered', alteration: 'other_merchant' })
  expect(opened(box.sent[1])['mchid']).not.toBe(box.seed.credentials.mchid)
  await ask({ as: 'altered', alteration: 'wrong_key' })
  const serials = box.sent.map((message) => sentHeader(message, 'wechatpay-serial'))
  expect(serials[2]).not.toBe(serials[0])
  await ask({ as: 'altered', alteration: 'ciphertext' })
  expect(() => opened(box.sent[3])).toThrow()
})

it('an alteration does not spread to later replays of the same notification', async () => {
  const copy = replay(box.wechat, id, { as: 'altered' }).body as { id: string }
  await box.wechat.commit()
  await box.passTime(1000)
  replay(box.wechat, copy.id, {})
  await box.wechat.commit()
  await box.passTime(1000)
  expect(opened(box.sent[1])).toMatchObject({ amount: { total: 100 } })
})

it('R53 duplicated: twice, a second apart, and no more', async () => {
  await ask({ as: 'duplicated' }, 500)
  expect(box.sent).toHaveLength(1)
  await box.passTime(1000)
  expect(box.sent).toHaveLength(2)
  await box.passTime(3_600_000)
  expect(box.sent).toHaveLength(2)
})

it('late: not before its time', async () => {
  await ask({ as: 'late' }, 9 * 60_000)
  expect(box.sent).toHaveLength(0)
  await box.passTime(60_000)
  expect(box.sent).toHaveLength(1)
  await ask({ as: 'late', delay_ms: 5000 }, 5000)
  expect(box.sent).toHaveLength(2)
})

it('the journal names the notification and what was wrong with it', async () => {
  await ask({ as: 'altered', alteration: 'signature' })
  const last = box.wechat.journal.read(0, 5000).data.at(-1)
  expect(last).toMatchObject({ kind: 'notification', fault: 'wrong_signature' })
  expect(last?.notification?.startsWith(id)).toBe(true)
})

it('nonsense is refused by field and sends nothing', async () => {
  const cases: readonly (readonly [object, string])[] = [
    [{ as: 'sideways' }, 'as'],
    [{ as: 'same', alteration: 'amount' }, 'alteration'],
    [{ as: 'altered', alteration: 'colour' }, 'alteration'],
    [{ as: 'altered', delay_ms: 5000 }, 'delay_ms'],
    [{ as: 'late', delay_ms: 1 }, 'delay_ms'],
  ]
  for (const [input, field] of cases) {
    const { status, body } = await ask(input)
    expect([status, JSON.stringify(body).includes(`"field":"${field}"`)]).toEqual([400, true])
  }
  expect(replay(box.wechat, 'none', {}).status).toBe(404)
  expect(box.sent).toHaveLength(0)
})
