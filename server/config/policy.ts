import { type Fen, fen } from '@minitill/protocol/model'
import { mostOrderFen } from '../domain/price-order.ts'
import type { MerchantPolicy } from '../ports/index.ts'
import type { Reader } from './reader.ts'

const lateMoneys = ['park', 'revive_or_refund'] as const
const prefixShape = /^[0-9A-Za-z]{1,8}$/
const prefixRemedy = 'must be 1 to 8 letters or digits'
const ttlMinutes = { least: 2, most: 10_080 }

/** What a merchant in the MINITILL_CONFIG file may have otherwise than the rest. */
export interface OwnPolicy {
  readonly late_money?: string | undefined
  readonly trade_prefix?: string | undefined
  readonly order_ttl_minutes?: number | undefined
  readonly approve_refunds_from?: number | undefined
}

/** How money is treated, from the environment: for every merchant that has nothing of its own. */
export function readCommonPolicy(reader: Reader): MerchantPolicy {
  const tradePrefix = reader.text('MINITILL_TRADE_PREFIX') ?? 'MT'
  if (!prefixShape.test(tradePrefix)) reader.wrong('MINITILL_TRADE_PREFIX', prefixRemedy)
  const { least, most } = ttlMinutes
  const from = reader.integer('MINITILL_APPROVE_REFUNDS_FROM', 0, 1, mostOrderFen)
  return {
    orderTtlMs: reader.integer('MINITILL_ORDER_TTL_MINUTES', 30, least, most) * 60_000,
    tradePrefix,
    lateMoney: reader.choice('MINITILL_LATE_MONEY', 'park', lateMoneys),
    approveRefundsFrom: from === 0 ? null : fen(from),
  }
}

/** A merchant's own values over the common ones. */
export function readPolicy(
  reader: Reader,
  label: string,
  own: OwnPolicy,
  common: MerchantPolicy,
): MerchantPolicy {
  const { trade_prefix: tradePrefix = common.tradePrefix, order_ttl_minutes: minutes } = own
  if (!prefixShape.test(tradePrefix)) reader.wrong(`${label}.trade_prefix`, prefixRemedy)
  const { least, most } = ttlMinutes
  const isTtl =
    minutes === undefined || (Number.isInteger(minutes) && minutes >= least && minutes <= most)
  if (!isTtl) {
    reader.wrong(`${label}.order_ttl_minutes`, `give a whole number from ${least} to ${most}`)
  }
  const lateMoney = lateMoneys.find((one) => one === (own.late_money ?? common.lateMoney))
  if (lateMoney === undefined) {
    reader.wrong(`${label}.late_money`, `give ${lateMoneys.join(' or ')}`)
  }
  return {
    orderTtlMs: minutes === undefined ? common.orderTtlMs : minutes * 60_000,
    tradePrefix,
    lateMoney: lateMoney ?? common.lateMoney,
    approveRefundsFrom: approveFrom(reader, label, own) ?? common.approveRefundsFrom,
  }
}

function approveFrom(reader: Reader, label: string, own: OwnPolicy): Fen | null {
  const { approve_refunds_from: from } = own
  if (from === undefined) return null
  if (Number.isInteger(from) && from >= 1 && from <= mostOrderFen) return fen(from)
  reader.wrong(`${label}.approve_refunds_from`, `give a whole number from 1 to ${mostOrderFen}`)
  return null
}
