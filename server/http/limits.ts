/**
 * The bounds of every request. A phone on a bad network needs some seconds for a small body; more
 * than this is somebody who holds connections on purpose.
 */
export const httpLimits = {
  /** From the first byte of a request to its last. */
  requestTimeoutMs: 15_000,
  headersTimeoutMs: 10_000,
  /** How often the two above are looked at. */
  timeoutCheckMs: 1_000,
  /** Longer than the usual 60 s of a load balancer, so that it closes first and not we. */
  keepAliveTimeoutMs: 65_000,
  maxHeaderBytes: 16 * 1024,
  maxConnections: 2_000,
  maxParamLength: 100,
  maxRequestsPerSocket: 10_000,
} as const

/** Route config for `@fastify/rate-limit`: so many requests of one address in so many ms. */
export function atMost(max: number, windowMs: number): { rateLimit: RateLimit } {
  return { rateLimit: { max, timeWindow: windowMs } }
}

export interface RateLimit {
  readonly max: number
  readonly timeWindow: number
}
