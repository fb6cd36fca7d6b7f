/** `minitill/webhooks`: for the system that receives events. docs/events.md shows how. */
import { timingSafeEqual } from 'node:crypto'
import { Webhook } from 'standardwebhooks'
import type { EventName, KnownEvent, UnknownEvent } from './events.ts'

export type * from './events.ts'

/** As `node:http` gives them, or the Headers of fetch. */
export type WebhookHeaders =
  | { get(name: string): string | null }
  | Readonly<Record<string, string | readonly string[] | undefined>>

/** Why a message was refused. None of them is to be answered with 2xx. */
export type RefusalReason =
  | 'header_missing'
  | 'timestamp_malformed'
  | 'too_old'
  | 'in_future'
  | 'signature_wrong'
  | 'not_an_event'

/** The message is not to be believed: answer 4xx, and act on nothing of it. */
export class WebhookRefused extends Error {
  readonly reason: RefusalReason

  constructor(reason: RefusalReason) {
    super(`the webhook was refused: ${reason}`)
    this.name = 'WebhookRefused'
    this.reason = reason
  }
}

export interface VerifyOptions {
  /** Milliseconds since the epoch; the system's clock unless given. */
  readonly now?: () => number
}

/** How far the sender's clock may be from ours, as Standard Webhooks says. */
const toleranceS = 5 * 60

const names: Readonly<Record<EventName, true>> = {
  'order.created': true,
  'order.paid': true,
  'order.closed': true,
  'order.shipped': true,
  'order.received': true,
  'order.settled': true,
  'payment.parked': true,
  'refund.created': true,
  'refund.approved': true,
  'refund.approval_refused': true,
  'refund.succeeded': true,
  'refund.closed': true,
  'refund.abnormal': true,
  'promise.broken': true,
  'difference.opened': true,
  'reconciliation.finished': true,
}

/**
 * Verifies a message by the endpoint's secret, or by any of several while one replaces another, and
 * reads the event. Only what it returns is to be acted on, and by its `id` only once.
 * @param body the bytes as they came: parsed and written anew they are others
 * @param secrets `whsec_…`, as POST /admin/v1/webhook-endpoints told it
 * @throws WebhookRefused when it is forged, altered, old or no event; TypeError without any secret
 * @see https://www.standardwebhooks.com
 */
export function verifyWebhook(
  body: string | Uint8Array,
  headers: WebhookHeaders,
  secrets: string | readonly string[],
  options: VerifyOptions = {},
): KnownEvent | UnknownEvent {
  const all = [secrets].flat()
  if (all.length === 0) throw new TypeError('verifyWebhook needs a secret')
  const id = headerOf(headers, 'webhook-id')
  const stamp = headerOf(headers, 'webhook-timestamp')
  const given = headerOf(headers, 'webhook-signature')
  const at = instantOf(stamp, options.now?.() ?? Date.now())
  const text = typeof body === 'string' ? body : Buffer.from(body).toString('utf8')
  const isSigned = all.some((secret) =>
    given.split(' ').some((one) => same(one, new Webhook(secret).sign(id, at, text))),
  )
  if (!isSigned) throw new WebhookRefused('signature_wrong')
  return eventOf(text, id)
}

/** Whether this version knows the event, so that `data` has its type. */
export function isKnownEvent(event: KnownEvent | UnknownEvent): event is KnownEvent {
  return Object.hasOwn(names, event.type)
}

function headerOf(headers: WebhookHeaders, name: string): string {
  const value = isFetchHeaders(headers) ? headers.get(name) : plainHeader(headers, name)
  if (typeof value !== 'string' || value === '') throw new WebhookRefused('header_missing')
  return value
}

function isFetchHeaders(headers: WebhookHeaders): headers is { get(name: string): string | null } {
  return typeof headers.get === 'function'
}

function plainHeader(headers: Readonly<Record<string, unknown>>, name: string): unknown {
  const found = Object.keys(headers).filter((one) => one.toLowerCase() === name)
  // Two of one header: nobody can say which of them was meant.
  return found.length === 1 ? headers[found[0] ?? ''] : null
}

function instantOf(stamp: string, nowMs: number): Date {
  if (!/^\d{1,12}$/.test(stamp)) throw new WebhookRefused('timestamp_malformed')
  const aheadS = Number(stamp) - Math.floor(nowMs / 1000)
  if (aheadS < -toleranceS) throw new WebhookRefused('too_old')
  if (aheadS > toleranceS) throw new WebhookRefused('in_future')
  return new Date(Number(stamp) * 1000)
}

function same(given: string, wanted: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(wanted)]
  return a.length === b.length && timingSafeEqual(a, b)
}

function eventOf(text: string, id: string): KnownEvent | UnknownEvent {
  const event = parsed(text)
  const isEvent =
    typeof event === 'object' &&
    event !== null &&
    'id' in event &&
    event.id === id &&
    'type' in event &&
    typeof event.type === 'string' &&
    'version' in event &&
    Number.isSafeInteger(event.version)
  if (!isEvent) throw new WebhookRefused('not_an_event')
  return event as UnknownEvent
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
