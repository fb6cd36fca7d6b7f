/** One armed fault: what goes wrong, where, and how often. */
export interface Fault {
  readonly id: string
  readonly point: string
  readonly kind: string
  /** Fires with this probability … */
  readonly probability: number
  /** … for so many more times; null is for ever. */
  readonly remaining: number | null
  readonly seed: string | null
  readonly preset: string | null
  /** For kinds that wait. */
  readonly delayMs: number
  /** How often it was considered: the number of its draw. */
  readonly considered: number
  readonly fired: number
}
