// What the simulated WeChat does by itself when its time has come. One line for each kind.
import type { Chore } from './agenda.ts'
import { accessReminders, shipmentSteps } from './shipping-time.ts'

export const CHORES: readonly Chore[] = [shipmentSteps, accessReminders]
