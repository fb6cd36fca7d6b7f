import type { WireRequest } from '../api/wire.ts'
import type { SuiteRequest } from './shapes.ts'

/** Path and query with the Host that was meant: clients hold whole URLs. */
export function wireOf(request: SuiteRequest): WireRequest {
  const whole = /^https?:\/\//.test(request.url) ? new URL(request.url) : null
  const headers = Object.entries(request.headers ?? {}).map(([key, value]) => [
    key.toLowerCase(),
    value,
  ])
  const named = whole === null ? {} : { host: whole.host }
  return {
    method: request.method.toUpperCase(),
    url: whole === null ? request.url : `${whole.pathname}${whole.search}`,
    headers: { ...named, ...Object.fromEntries(headers) },
    body: Buffer.from(request.body ?? ''),
  }
}
