import type { MerchantApp } from '../world/merchant-app.ts'
import type { Town } from '../world/person.ts'
import type { SentNotice } from '../world/wechat.ts'

export class Checks {
  readonly #town: Town
  constructor(town: Town, _app: MerchantApp) { this.#town = town }
  touched(_values: readonly unknown[]): void {}
  afterStep(): void {}
  acknowledged(_notice: SentNotice): void {}
  unsettled(): string | null { return this.#town.run.scheduler.now() < 0 ? 'x' : null }
  atEnd(): void {}
}
