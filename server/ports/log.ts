/** Structured log. Fields are redacted by name; never pass a URL, a body or a secret. */
export interface Log {
  info(fields: LogFields, message: string): void
  warn(fields: LogFields, message: string): void
  error(fields: LogFields, message: string): void
}

export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>

/** Counters that operators watch; names are those of the metrics page. */
export interface Meter {
  count(name: CounterName, labels?: Readonly<Record<string, string>>): void
}

export type CounterName =
  | 'login_total'
  | 'login_code_replayed_total'
  | 'order_total'
  | 'payment_paid_total'
  | 'payment_parked_total'
  | 'refund_total'
  | 'refund_parked_total'
  | 'notification_total'
  | 'notification_refused_total'
  | 'notification_probe_total'
  | 'notification_foreign_total'
  | 'push_total'
  | 'push_refused_total'
  | 'shipment_total'
  | 'person_message_total'
  | 'wechat_call_total'
  | 'platform_key_refresh_total'
  | 'promise_broken_total'
  | 'job_total'
  | 'webhook_attempt_total'
  | 'bill_total'
  | 'difference_total'

/** The numbers of one instance. */
export interface HttpMetrics {
  request(seen: { route: string; method: string; status: number; ms: number }): void
  /** Prometheus text format and its content type. */
  page(): Promise<{ contentType: string; text: string }>
}
