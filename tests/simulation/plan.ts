// What a seed stands for before anything happens: how many, how long, and which faults are possible.
// Swarm testing: each seed leaves most classes out, so that rare ones are not drowned by loud ones.
import { type Fen, fen } from '@minitill/protocol/model'
import { Draws } from './engine/draw.ts'
import { faultClasses } from './faults.ts'

export interface Plan {
  readonly seed: number
  readonly people: number
  readonly ordersEach: number
  /** How long a person thinks at most before each order. */
  readonly thinkMs: number
  readonly instances: number
  /** Epoch milliseconds. */
  readonly startMs: number
  readonly orderTtlMs: number
  readonly lateMoney: 'park' | 'revive_or_refund'
  /** From this amount on a refund waits for a second person. */
  readonly approveRefundsFrom: Fen | null
  readonly verification: 'certificate' | 'public_key' | 'both'
  /** How the mini program's message push is set up. */
  readonly push: {
    readonly messageMode: 'plain' | 'compatible' | 'safe'
    readonly messageFormat: 'json' | 'xml'
  }
  readonly switches: Readonly<Record<string, unknown>>
  readonly armed: ReadonlySet<string>
  /** Orders that are placed at all (`p1o0`); null: all. */
  readonly keep: ReadonlySet<string> | null
  readonly allowed: ReadonlySet<string> | null
}

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

/** 2027-01-04, a Monday, 00:00 in Beijing. */
const beginning = Date.UTC(2027, 0, 3, 16)

export function planOf(seed: number, more: Partial<Plan> = {}): Plan {
  const draws = new Draws(seed)
  const armed = new Set(
    faultClasses.filter(({ kind }) => draws.chance(`swarm ${kind}`, 0.35)).map(({ kind }) => kind),
  )
  // One seed in eight sees no faults but those of people: what breaks there is plainly wrong.
  if (draws.chance('calm', 1 / 8)) {
    for (const kind of [...armed]) if (!kind.startsWith('person:')) armed.delete(kind)
  }
  // A day without a word from WeChat costs three times as much to simulate, and is the same each time.
  if (draws.chance('silent', 2 / 3)) armed.delete('notice:silent_day')
  const atMidnight = armed.has('clock:midnight')
  return {
    seed,
    people: draws.between('people', 6, 40),
    ordersEach: draws.between('orders', 1, 8),
    thinkMs: 10 * minute,
    instances: draws.between('instances', 1, 3),
    startMs:
      beginning +
      draws.between('day', 0, 300) * day +
      (atMidnight ? day - 20 * minute : draws.between('hour', 0, 20) * hour),
    orderTtlMs: draws.between('ttl', 5, 40) * minute,
    lateMoney: draws.chance('policy', 0.5) ? 'park' : 'revive_or_refund',
    approveRefundsFrom: draws.chance('approval', 0.3) ? fen(5_000) : null,
    verification: draws.pick('verification', ['certificate', 'public_key', 'both'] as const),
    push: {
      messageMode: draws.pick('push', ['plain', 'compatible', 'safe'] as const),
      messageFormat: draws.pick('push', ['json', 'xml'] as const),
    },
    switches: switchesOf(draws),
    armed,
    keep: null,
    allowed: null,
    ...more,
  }
}

/** U18: a refusal that nobody signs is believed by nobody, and what needs one waits on. */
export const signsErrors = ({ switches }: Plan): boolean => switches['sign_errors'] !== false

/** The simulator's switches: what documents leave open, each seed decides. */
function switchesOf(draws: Draws): Record<string, unknown> {
  return {
    unpaid_query: draws.pick('switch', ['minimal', 'with_amount', 'full']),
    close_unknown: draws.pick('switch', ['burn', 'ORDER_NOT_EXIST']),
    expired_state: draws.pick('switch', ['NOTPAY', 'CLOSED']),
    notification_id: draws.pick('switch', ['same', 'new']),
    sign_errors: draws.chance('switch', 0.9),
    extra_fields: draws.chance('switch', 0.3),
    legacy_codes: draws.chance('switch', 0.3),
    reentry: draws.pick('switch', ['INVALID_REQUEST', 'OUT_TRADE_NO_USED']),
    prepay_paid: draws.pick('switch', ['ORDER_PAID', 'ORDERPAID']),
    refund_state: draws.pick('switch', ['accept', 'success']),
    coupon_fen: draws.chance('switch', 0.3) ? 50 : 0,
    public_key_share: draws.unit('switch'),
    refund_seconds: draws.pick('switch', [1, 1, 10, 60, 60, 60, 600, 3600]),
    bill_hash: draws.pick('switch', ['plain', 'compressed']),
    bill_ready_hour: draws.pick('switch', [10, 10, 10, 11]),
    bill_bom: draws.chance('switch', 0.5),
    bill_newline: draws.pick('switch', ['lf', 'crlf']),
    bill_link: draws.pick('switch', ['billdownload_file', 'bill_downloadurl']),
    bill_refund_time: draws.pick('switch', ['payment', 'acceptance']),
    shipping_delay_seconds: draws.pick('switch', [0, 10, 60]),
    settlement_delay_seconds: draws.pick('switch', [0, 0, 600, 7_200]),
    funds_pending: draws.pick('switch', ['dispute', 'always']),
    shipped_after_receipt: draws.pick('switch', [10_060_002, 10_060_004]),
    fee_per_10000: draws.pick('switch', [60, 60, 38, 0]),
  }
}
