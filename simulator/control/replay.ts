// One more delivery of a notification, by hand: as it was, altered, twice, or late.
import { planCopy } from '../courier-plan.ts'
import type { Wechat } from '../wechat.ts'
import { bad, type ControlAnswer, good, parsed } from './answer.ts'
import { type ALTERATIONS, replayInput } from './input.ts'

/** How long "late" waits unless `delay_ms` says otherwise, in simulated time. */
const LATE_MS = 10 * 60_000

/** The kind of mischief (courier-message.ts) that makes each alteration. */
const KINDS: Readonly<Record<(typeof ALTERATIONS)[number], string>> = {
  amount: 'wrong_amount',
  wrong_key: 'unknown_serial',
  other_merchant_key: 'other_merchant_key',
  other_merchant: 'wrong_merchant',
  other_order: 'unknown_order',
  signature: 'wrong_signature',
  ciphertext: 'damaged_ciphertext',
}

/**
 * POST /_sim/notifications/{id}/replay: 202 with the new delivery's id. `altered` sends what a
 * careful merchant must refuse; `duplicated` comes again a second later; `late` after `delay_ms`.
 */
export function replay(wechat: Wechat, id: string, input: unknown): ControlAnswer {
  const read = parsed(replayInput, input)
  if (!read.ok) return read.answer
  const { world } = wechat
  const known = world.get('notifications', id)
  if (known === undefined) {
    return bad('id', 'no such notification; GET /_sim/trades lists those of each trade', 404)
  }
  const { as, alteration, delay_ms: delayMs } = read.value
  if (alteration !== undefined && as !== 'altered') {
    return bad('alteration', 'goes with as "altered" only')
  }
  if (delayMs !== undefined && as !== 'late') return bad('delay_ms', 'goes with as "late" only')
  const waitMs = as === 'late' ? (delayMs ?? LATE_MS) : 0
  return good({ id: planCopy(world, known, waitMs, kindOf(as, alteration)), as }, 202)
}

function kindOf(as: string, alteration: keyof typeof KINDS | undefined): string | undefined {
  if (as === 'altered') return KINDS[alteration ?? 'amount']
  return as === 'duplicated' ? 'duplicated' : undefined
}
