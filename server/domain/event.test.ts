import { instant } from '@minitill/protocol/model'
import { expect, test } from 'vitest'
import { afterDelivery, deliveryRetriesMs, eventBody } from './event.ts'

test('a delivery is tried ten times over three days, then parked', () => {
  const ends = Array.from({ length: 10 }, (_, nth) => afterDelivery(500, nth + 1))
  expect(ends.slice(0, 9)).toEqual(deliveryRetriesMs.map((afterMs) => ({ kind: 'again', afterMs })))
  expect(ends[9]).toEqual({ kind: 'parked' })
  const days = deliveryRetriesMs.reduce((sum, ms) => sum + ms, 0) / 86_400_000
  expect(days).toBeGreaterThan(3)
})

test('any 2xx is a delivery; a redirect, an error and silence are none; 410 ends the endpoint', () => {
  for (const status of [200, 201, 204, 299]) {
    expect(afterDelivery(status, 1)).toEqual({ kind: 'delivered' })
  }
  for (const status of [null, 301, 302, 304, 400, 401, 404, 429, 500, 503]) {
    expect(afterDelivery(status, 1).kind).toBe('again')
  }
  expect(afterDelivery(410, 1)).toEqual({ kind: 'gone' })
})

test('the body tells instants as RFC 3339, and its bytes depend on the event alone', () => {
  const event = {
    id: 'evt_1',
    type: 'order.paid',
    subject: 'order:ord_1',
    version: 3,
    payload: { id: 'ord_1', total: 990, paid_at_ms: 1_767_225_600_000 },
    createdAtMs: instant(1_767_225_601_000),
  }
  expect(eventBody(event)).toBe(
    '{"id":"evt_1","type":"order.paid","timestamp":"2026-01-01T00:00:01.000Z",' +
      '"subject":"order:ord_1","version":3,' +
      '"data":{"id":"ord_1","total":990,"paid_at":"2026-01-01T00:00:00.000Z"}}',
  )
})
