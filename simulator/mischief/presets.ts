// Named stories: faults that are armed together.

export interface Arming {
  readonly point: string
  readonly kind: string
  readonly probability?: number | undefined
  readonly count?: number | undefined
  readonly next?: boolean | undefined
  readonly seed?: string | undefined
  readonly delayMs?: number | undefined
}

type Line = Arming & { readonly seed?: undefined }

/** Named stories. */
export const PRESETS: Readonly<Record<string, readonly Line[]>> = {
  'notify lost all day': [{ point: 'notification', kind: 'lost', probability: 1 }],
  'answer lost after effect': [
    { point: 'pay.prepay', kind: 'answer_lost', next: true },
    { point: 'pay.close', kind: 'answer_lost', next: true },
  ],
  'paid during close': [{ point: 'pay.close', kind: 'paid_during_close', probability: 1 }],
  'paid at the last second': [{ point: 'cashier', kind: 'last_second', next: true }],
  'paid before our answer': [{ point: 'pay.prepay', kind: 'paid_before_answer', next: true }],
  'first notification comes late': [
    { point: 'notification', kind: 'delayed', next: true, delayMs: 60 * 60_000 },
  ],
  'APIv3 key changed on one side': [{ point: 'notification', kind: 'other_apiv3_key', next: true }],
  'key rotation in flight': [
    { point: 'pay.*', kind: 'platform_rotation', next: true },
    { point: 'notification', kind: 'platform_rotation', next: true },
  ],
  'SIGNTEST probe': [
    { point: 'pay.*', kind: 'signtest', next: true },
    { point: 'notification', kind: 'signtest', next: true },
  ],
  'push lost all day': [{ point: 'push', kind: 'lost', probability: 1 }],
  'shipping unknown for a while': [
    { point: 'mini.upload_shipping_info', kind: 'payment_unknown', count: 3 },
  ],
  'notify twice at once': [{ point: 'notification', kind: 'two_at_once', probability: 1 }],
  'bill with one altered fen': [{ point: 'pay.tradebill', kind: 'off_by_one_fen', probability: 1 }],
  'bill late': [
    { point: 'pay.tradebill', kind: 'bill_late', count: 2 },
    { point: 'pay.fundflowbill', kind: 'bill_late', count: 2 },
  ],
  'bill cut off on its way': [{ point: 'pay.billdownload', kind: 'bill_cut', next: true }],
  'refund abnormal': [{ point: 'pay.refund', kind: 'refund_abnormal', next: true }],
  'refund accepted behind an error': [
    { point: 'pay.refund', kind: 'rate_limited_with_effect', next: true },
  ],
  'paid but cancelled': [{ point: 'cashier', kind: 'cancel_although_paid', probability: 1 }],
}
