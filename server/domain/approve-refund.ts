import type { Fen } from '@minitill/protocol/model'
import { isSettled, type Receipt, type Refund, type RefundApproval } from './refund.ts'

/**
 * Whether a refund waits for a second person. What went back of the same payment, or is on its way,
 * counts too, whoever started it: else a large refund would be asked for in parts.
 * @param fromFen the operator's limit; null when one person is enough for any amount
 * @param requestedBy null for what no person asked for: a policy has been decided on before
 */
export function approvalNeeded(
  fromFen: Fen | null,
  { reservedFen }: Pick<Receipt, 'reservedFen'>,
  { amountFen, requestedBy }: Pick<Refund, 'amountFen' | 'requestedBy'>,
): RefundApproval {
  if (fromFen === null || requestedBy === null) return 'not_needed'
  return reservedFen + amountFen >= fromFen ? 'awaiting' : 'not_needed'
}

/** What stands against this operator's yes; null when nothing does. */
export function approvalFault(refund: Refund, operator: string): 'own_refund' | 'not_now' | null {
  if (refund.approval !== 'awaiting' || isSettled(refund)) return 'not_now'
  return refund.requestedBy === operator ? 'own_refund' : null
}
