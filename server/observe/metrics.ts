import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { PromiseResult } from '../domain/live-promise.ts'
import type { CounterName, HttpMetrics, Meter } from '../ports/index.ts'

const counters: Readonly<Record<CounterName, { help: string; labels: readonly string[] }>> = {
  login_total: { help: 'Logins that gave a session.', labels: [] },
  login_code_replayed_total: { help: 'Login codes that came a second time.', labels: [] },
  order_total: { help: 'Orders placed.', labels: [] },
  payment_paid_total: { help: 'Payments that became paid.', labels: ['by'] },
  refund_total: { help: 'Steps of refunds.', labels: ['to', 'by'] },
  refund_parked_total: { help: 'Refunds shown to a person.', labels: ['kind'] },
  webhook_attempt_total: {
    help: 'Events sent to the merchant’s systems, by what they said.',
    labels: ['type', 'said'],
  },
  push_total: { help: 'Pushed messages taken.', labels: ['event'] },
  push_refused_total: { help: 'Pushed messages refused, by reason.', labels: ['reason'] },
  shipment_total: { help: 'Shipments that ended, by how.', labels: ['status'] },
  person_message_total: {
    help: 'Subscribe messages, by what they tell and how they ended.',
    labels: ['kind', 'status'],
  },
  payment_parked_total: { help: 'Money put into suspense.', labels: ['kind'] },
  notification_total: { help: 'Verified notifications stored.', labels: ['place'] },
  notification_refused_total: { help: 'Messages refused, by reason.', labels: ['reason'] },
  notification_probe_total: {
    help: 'Signature probes of WeChat, refused as they should be.',
    labels: ['mchid'],
  },
  notification_foreign_total: { help: 'Verified messages of another system.', labels: ['mchid'] },
  wechat_call_total: { help: 'Calls to WeChat, by name and outcome.', labels: ['api', 'got'] },
  platform_key_refresh_total: {
    help: 'Downloads of platform certificates.',
    labels: ['mchid', 'got'],
  },
  bill_total: { help: 'Bills asked for, by kind and what came.', labels: ['kind', 'got'] },
  difference_total: {
    help: 'Differences opened or healed, by class.',
    labels: ['class', 'status'],
  },
  promise_broken_total: {
    help: 'Looks that found a promise about money broken.',
    labels: ['promise'],
  },
  job_total: { help: 'Jobs, by queue and result.', labels: ['queue', 'result'] },
}

export interface Metrics {
  readonly meter: Meter
  readonly http: HttpMetrics
  /** Shows what the live promises found last: in the database, whichever instance looked. */
  showPromises(read: () => Promise<readonly PromiseResult[]>): void
  close(): void
}

/** The numbers of one instance, in a registry of its own. */
export function openMetrics(): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry, prefix: 'minitill_' })
  const made = new Map(
    Object.entries(counters).map(([name, { help, labels }]) => {
      const registers = [registry]
      return [
        name,
        new Counter({ name: `minitill_${name}`, help, labelNames: [...labels], registers }),
      ]
    }),
  )
  const requests = new Histogram({
    name: 'minitill_http_request_seconds',
    help: 'Answered requests by route pattern.',
    labelNames: ['route', 'method', 'status'],
    buckets: [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers: [registry],
  })
  return {
    meter: { count: (name, labels = {}) => made.get(name)?.inc({ ...labels }) },
    http: {
      request: ({ route, method, status, ms }) =>
        requests.observe({ route, method, status: String(status) }, ms / 1000),
      page: async () => ({ contentType: registry.contentType, text: await registry.metrics() }),
    },
    showPromises: (read) => addPromises(registry, read),
    close: () => registry.clear(),
  }
}

const promiseGauges: Readonly<Record<string, { help: string; of(result: PromiseResult): number }>> =
  {
    promise_broken: {
      help: 'Rows that break a promise about money; 0 is kept.',
      of: ({ brokenCount }) => brokenCount,
    },
    promise_rows_checked: {
      help: 'Rows that the last look at a promise checked.',
      of: ({ rowsChecked }) => rowsChecked,
    },
    promise_check_seconds: {
      help: 'How long the last look at a promise took.',
      of: ({ tookMs }) => tookMs / 1000,
    },
    promise_checked_timestamp_seconds: {
      help: 'When a promise was last looked at.',
      of: ({ checkedAtMs }) => checkedAtMs / 1000,
    },
  }

function addPromises(registry: Registry, read: () => Promise<readonly PromiseResult[]>): void {
  for (const [name, { help, of }] of Object.entries(promiseGauges)) {
    const gauge = new Gauge({
      name: `minitill_${name}`,
      help,
      labelNames: ['promise'],
      registers: [registry],
      collect: async () => {
        // The other numbers are still worth reading when the database does not answer.
        for (const result of await read().catch(() => [])) {
          gauge.set({ promise: result.id }, of(result))
        }
      },
    })
  }
}
