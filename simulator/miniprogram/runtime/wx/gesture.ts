/**
 * Some functions work only right after the person's tap, or in the success callback of a payment.
 * How long "right after" lasts is not documented; two seconds serve a request in between.
 */
export class Gesture {
  #untilMs = 0
  readonly #nowMs: () => number

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs
  }

  grant(): void {
    this.#untilMs = this.#nowMs() + 2000
  }

  allows(): boolean {
    return this.#nowMs() <= this.#untilMs
  }
}
