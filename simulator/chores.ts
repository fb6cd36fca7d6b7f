// What the simulated WeChat does by itself when its time has come. One line for each kind.
import type { Chore } from './agenda.ts'
import { refundDue } from './refund.ts'
import { accessReminders, shipmentSteps } from './shipping-time.ts'

/** The end of each refund (§7.3). */
const refundEnds: Chore = {
  table: 'refunds',
  dueMs: (world, key) => world.get('refunds', key)?.dueAtMs ?? null,
  run: refundDue,
}

export const CHORES: readonly Chore[] = [refundEnds, shipmentSteps, accessReminders]
