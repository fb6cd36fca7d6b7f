// The merchant's basic account at WeChat: what payments bring, fees and refunds take (R63, R70).
import { type Fen, fen } from '@minitill/protocol/model'
import type { FundFlow, Funds } from './refund-state.ts'
import type { World } from './world.ts'

const NONE: Funds = { balanceFen: 0, oldMinute: 0, oldCount: 0 }

export function fundsOf(world: World, mchid: string): Funds {
  return world.get('funds', mchid) ?? NONE
}

export type Movement = Omit<FundFlow, 'balanceFen' | 'atMs'>

/** Books one movement now. Nothing moves for nothing. */
export function book(world: World, movement: Movement): void {
  if (movement.amountFen === 0) return
  const before = fundsOf(world, movement.mchid)
  const balanceFen = before.balanceFen + movement.amountFen
  world.put('funds', movement.mchid, { ...before, balanceFen })
  const key = String(world.count('fundFlows') + 1).padStart(9, '0')
  world.put('fundFlows', key, { ...movement, atMs: world.nowMs(), balanceFen })
}

/** The fee of a payment: hundredths of a percent of what the person paid, half up. */
export function feeOf(world: World, paidFen: Fen): Fen {
  return fen(Math.floor((paidFen * world.switches.fee_per_10000 + 5000) / 10_000))
}

/** The part of a whole that belongs to so many of `ofFen`, in whole fen, rounded down. */
export function partOf(whole: Fen, ofFen: Fen, partFen: Fen): Fen {
  return fen(Number((BigInt(whole) * BigInt(partFen)) / BigInt(ofFen)))
}
