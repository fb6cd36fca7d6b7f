import type { HttpMetrics } from '../ports/index.ts'

/** What the HTTP side needs besides the ports: given by the composition root. */
export interface HttpParts {
  /** MINITILL_TRUST_PROXY: how many proxies, or whose addresses, may name the caller. */
  readonly trustProxy: false | number | readonly string[]
  /** Whether this is the operator's key; constant time. */
  readonly isAdminKey: (presented: string) => boolean
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
