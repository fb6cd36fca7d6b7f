import { Webhook } from 'standardwebhooks'
import { expect, expectTypeOf, test } from 'vitest'
import type { z } from 'zod'
import { openSender } from '../adapters/webhooks/index.ts'
import { type EventType, eventBody, eventTypes } from '../domain/event.ts'
import type { eventData } from '../http/shapes/event.ts'
import {
  type EventData,
  type EventName,
  isKnownEvent,
  verifyWebhook,
  WebhookRefused,
} from './index.ts'

const secret = (letter: string) => `whsec_${Buffer.from(letter.repeat(32)).toString('base64')}`
const [own, next, foreign] = [secret('a'), secret('b'), secret('c')]
const nowMs = Date.UTC(2026, 10, 28, 4)
const now = () => nowMs
const id = 'evt_1'
const paid = {
  ...{ id, type: 'order.paid', subject: 'order:ord_1', version: 2, createdAtMs: nowMs as never },
  payload: { id: 'ord_1', status: 'paid', total: 300, currency: 'CNY', paid_at_ms: nowMs },
} as const
const body = eventBody(paid)

function signedBy(
  secrets: readonly string[],
  more: { id?: string; atMs?: number; body?: string } = {},
) {
  const at = new Date(more.atMs ?? nowMs)
  const sign = (one: string) => new Webhook(one).sign(more.id ?? id, at, more.body ?? body)
  return {
    'webhook-id': more.id ?? id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': secrets.map(sign).join(' '),
  }
}

function refused(
  ...[given, headers, secrets = own]: [string | Uint8Array, object, (string | string[])?]
) {
  try {
    verifyWebhook(given, headers as Record<string, string>, secrets, { now })
  } catch (error) {
    if (error instanceof WebhookRefused) return error.reason
    throw error
  }
  return 'taken'
}

test('a genuine event is read, from bytes or text, with headers of node or of fetch', () => {
  const headers = signedBy([own])
  for (const one of [body, Buffer.from(body)]) {
    for (const carrier of [headers, new Headers(headers)]) {
      const event = verifyWebhook(one, carrier, own, { now })
      expect(event).toMatchObject({ id, type: 'order.paid', version: 2, data: { total: 300 } })
      expect(isKnownEvent(event)).toBe(true)
    }
  }
})

test('A-74 a forged, altered, re-idd or replayed event is refused, each for its own reason', () => {
  const good = signedBy([own])
  expect(refused(body, good)).toBe('taken')
  expect(refused(body, signedBy([foreign]))).toBe('signature_wrong')
  expect(refused(body, { ...good, 'webhook-signature': 'v1,' })).toBe('signature_wrong')
  expect(refused(body, { ...good, 'webhook-signature': good['webhook-signature'].slice(3) })).toBe(
    'signature_wrong',
  )
  const v2 = good['webhook-signature'].replace('v1,', 'v1a,')
  expect(refused(body, { ...good, 'webhook-signature': v2 })).toBe('signature_wrong')
  expect(refused(body.replace('300', '900'), good)).toBe('signature_wrong')
  expect(refused(`${body} `, good)).toBe('signature_wrong')
  expect(refused(body, { ...good, 'webhook-id': 'evt_2' })).toBe('signature_wrong')
  // Signed as another message, by whoever could make the sender sign a body twice.
  expect(refused(body, signedBy([own], { id: 'evt_2' }))).toBe('not_an_event')
  const later = { ...good, 'webhook-timestamp': String(nowMs / 1000 + 1) }
  expect(refused(body, later)).toBe('signature_wrong')
})

test('A-74 an event older than five minutes or from the future is refused', () => {
  const skewed = (seconds: number) =>
    refused(body, signedBy([own], { atMs: nowMs + seconds * 1000 }))
  expect([-301, -300, 300, 301].map(skewed)).toEqual(['too_old', 'taken', 'taken', 'in_future'])
  for (const stamp of ['', '-1', '1e9', `${nowMs}x`, 'NaN', ' 1']) {
    const headers = { ...signedBy([own]), 'webhook-timestamp': stamp }
    expect(refused(body, headers)).toBe(stamp === '' ? 'header_missing' : 'timestamp_malformed')
  }
})

test('A-74 both secrets work during rotation, on either side, and the old one alone no more after it', () => {
  const both = signedBy([next, own])
  expect([own, next].map((one) => refused(body, both, one))).toEqual(['taken', 'taken'])
  expect(refused(body, signedBy([own]), [next, own])).toBe('taken')
  expect(refused(body, signedBy([own]), [next])).toBe('signature_wrong')
  expect(() => verifyWebhook(body, both, [], { now })).toThrow(TypeError)
})

test('missing or doubled headers and bodies that are no event are refused', () => {
  const good = signedBy([own])
  for (const name of Object.keys(good)) {
    expect(refused(body, { ...good, [name]: undefined })).toBe('header_missing')
    expect(refused(body, { ...good, [name.toUpperCase()]: 'x' })).toBe('header_missing')
  }
  for (const text of ['', 'null', '[]', '{}', `{"id":"${id}","type":1,"version":1}`, '{']) {
    expect(refused(text, signedBy([own], { body: text }))).toBe('not_an_event')
  }
})

test('an event of a later version is verified and told apart', () => {
  const later = body.replace('order.paid', 'order.dreamt')
  const event = verifyWebhook(later, signedBy([own], { body: later }), own, { now })
  expect([event.type, isKnownEvent(event)]).toEqual(['order.dreamt', false])
  const inherited = body.replace('order.paid', 'toString')
  const odd = verifyWebhook(inherited, signedBy([own], { body: inherited }), own, { now })
  expect(isKnownEvent(odd)).toBe(false)
})

test('what our own sender signs is what the verifier takes', () => {
  const sender = openSender('development')
  const headers = sender.sign(id, body, [next, own])
  expect(verifyWebhook(body, headers, own)).toMatchObject({ id, type: 'order.paid' })
})

test('the types are those of the schemas, for every event that there is', () => {
  expectTypeOf<EventName>().toEqualTypeOf<EventType>()
  type Shapes = typeof eventData
  expectTypeOf<keyof Shapes>().toEqualTypeOf<EventName>()
  type Told<Name extends EventName> = Readonly<z.output<Shapes[Name]>>
  expectTypeOf<Told<'order.created'>>().toExtend<EventData['order.created']>()
  expectTypeOf<EventData['order.created']>().toExtend<Told<'order.created'>>()
  expectTypeOf<Told<'order.paid'>>().toExtend<EventData['order.paid']>()
  expectTypeOf<EventData['order.paid']>().toExtend<Told<'order.paid'>>()
  expectTypeOf<Told<'order.closed'>>().toExtend<EventData['order.closed']>()
  expectTypeOf<EventData['order.closed']>().toExtend<Told<'order.closed'>>()
  expectTypeOf<Told<'order.shipped'>>().toExtend<EventData['order.shipped']>()
  expectTypeOf<EventData['order.shipped']>().toExtend<Told<'order.shipped'>>()
  expectTypeOf<Told<'refund.created'>>().toExtend<EventData['refund.created']>()
  expectTypeOf<EventData['refund.created']>().toExtend<Told<'refund.created'>>()
  const event = { type: 'order.paid' } as never
  expect(eventTypes.every((type) => isKnownEvent({ ...(event as object), type } as never))).toBe(
    true,
  )
})
