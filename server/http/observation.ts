import type { FastifyInstance } from 'fastify'
import type { Ports } from '../ports/index.ts'
import type { HttpParts } from './parts.ts'

/**
 * One access line and one measurement for each request, by its route pattern: an address may hold
 * ids, and a query may hold a secret, so neither reaches a log or a metric.
 */
export function observeRequests(app: FastifyInstance, ports: Ports, parts: HttpParts): void {
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'unknown'
    const seen = {
      route,
      method: request.method,
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime * 10) / 10,
    }
    parts.metrics.request(seen)
    if (route === '/healthz' || route === '/readyz' || route === '/metrics') return
    ports.log.info({ ...seen, request_id: request.id }, 'request')
  })
}

const strictPolicy = "default-src 'none'; frame-ancestors 'none'"

/** Headers of every answer. No CORS: mini programs need none, and no foreign page may ask. */
export function secureAnswers(app: FastifyInstance, parts: HttpParts): void {
  const overHttps = parts.publicUrl.startsWith('https:')
  app.addHook('onRequest', async (request, reply) => {
    reply.headers({
      'request-id': request.id,
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
    })
    if (overHttps) reply.header('strict-transport-security', 'max-age=31536000')
  })
  app.addHook('onSend', async (_request, reply) => {
    if (!reply.hasHeader('content-security-policy')) {
      reply.header('content-security-policy', strictPolicy)
    }
  })
}
