// What built-in components need from the rest of the runtime, and how form fields find each other.
import type { PhoneHost } from '../host.ts'

export interface Field {
  name(): string
  value(): unknown
  reset(): void
}

export interface Toggle {
  checked(): boolean
  check(checked: boolean): void
  value(): string
  /** What a tap on it, or on its label, does. */
  press(): void
}

export interface BuiltInContext {
  host: PhoneHost
  /** The route of the page in front, for relative addresses. */
  route(): string
  navigate(openType: string, url: string, delta: number): void
  fields: WeakMap<Element, Field>
  toggles: WeakMap<Element, Toggle>
}
