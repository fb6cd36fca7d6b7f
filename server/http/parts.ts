import type { HttpMetrics } from '../ports/index.ts'

/** What the HTTP side needs besides the ports: given by the composition root. */
export interface GivenParts {
  /** MINITILL_TRUST_PROXY: how many proxies, or whose addresses, may name the caller. */
  readonly trustProxy: false | number | readonly string[]
  /** Names the operator whose key this is, without telling it; null for anything else. */
  readonly operatorOfKey: (presented: string) => string | null
  /** Every operator who has a key; sessions of the console are bound to one of them. */
  readonly operatorIds: readonly string[]
  /** Why the server cannot work now; empty when it can. */
  readonly readiness: () => Promise<readonly string[]>
  readonly metrics: HttpMetrics
  /** Where PUBLIC_URL says the API is; shown in the OpenAPI page. */
  readonly publicUrl: string
  /** The built console, or null when there is none. */
  readonly consoleDir: string | null
  /** Plugins beyond the API proper. */
  readonly version: string
}

/** The same, with who may pass on /admin. */
export interface HttpParts extends GivenParts {
  /** The operator of this key, or of a console session that still stands; null: nobody. */
  readonly operatorOf: (presented: string) => Promise<string | null>
}
