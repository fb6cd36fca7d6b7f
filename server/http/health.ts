import { timingSafeEqual } from 'node:crypto'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { Problem } from './errors.ts'
import type { HttpParts } from './parts.ts'

/**
 * /healthz: this process answers. /readyz: it can do its work, else 503 with the reasons. /metrics:
 * from this machine, or with the admin key, because counters tell how a shop is doing.
 */
export function registerHealth(app: FastifyInstance, parts: HttpParts): void {
  const hidden = { schema: { hide: true } }
  app.get('/healthz', hidden, async () => ({ status: 'ok' }))
  app.get('/readyz', hidden, async (_request, reply) => {
    const reasons = await parts.readiness()
    if (reasons.length === 0) return { status: 'ready' }
    return reply.code(503).send({ status: 'not_ready', code: 'not_ready', reasons })
  })
  app.get('/metrics', hidden, async (request, reply) => {
    if (!fromThisMachine(request) && !hasAdminKey(request, parts)) {
      throw new Problem('unauthenticated', { headers: { 'www-authenticate': 'Bearer' } })
    }
    const page = await parts.metrics.page()
    return reply.header('content-type', page.contentType).send(page.text)
  })
}

/** Whether the request shows an operator's key. */
export function hasAdminKey(
  request: FastifyRequest,
  parts: Pick<HttpParts, 'operatorOfKey'>,
): boolean {
  const match = /^Bearer ([\x21-\x7e]{1,256})$/i.exec(request.headers.authorization ?? '')
  return match?.[1] !== undefined && parts.operatorOfKey(match[1]) !== null
}

/** Compares two texts in a time that tells nothing of where they differ. */
export function sameSecret(given: Uint8Array, wanted: Uint8Array): boolean {
  return given.length === wanted.length && timingSafeEqual(given, wanted)
}

/** The socket's own address and no forwarded header: a proxy on this machine adds one. */
function fromThisMachine(request: FastifyRequest): boolean {
  const address = request.socket.remoteAddress ?? ''
  const forwarded = request.headers['x-forwarded-for'] ?? request.headers['forwarded']
  return forwarded === undefined && /^(127\.|::1$|::ffff:127\.)/.test(address)
}
