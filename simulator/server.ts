// Puts the simulated WeChat on HTTP: raw bytes in, raw bytes out, one port for both hosts.
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import type { WireRequest } from './api/wire.ts'
import { EMPTY } from './api/wire.ts'
import { registerControl, worldName } from './control/routes.ts'
import type { Outcome } from './endpoint.ts'
import type { PageOptions } from './page/routes.ts'
import { servePageLazily } from './page-gate.ts'
import type { Ports } from './ports.ts'
import type { Worlds } from './worlds.ts'

const MOST_BODY_BYTES = 1_048_576
/** WeChat closes an idle connection after eight seconds (R25). */
const KEEP_ALIVE_MS = 8000

function wireRequest(request: FastifyRequest): WireRequest {
  const headers = Object.entries(request.headers).map(([key, value]) => [
    key,
    Array.isArray(value) ? value.join(', ') : (value ?? ''),
  ])
  const { body, raw } = request
  return {
    method: raw.method ?? 'GET',
    url: raw.url ?? '/',
    headers: Object.fromEntries(headers),
    body: body instanceof Uint8Array ? body : EMPTY,
  }
}

/** Breaks the answer off in the way a fault asks for. */
function breakOff(reply: FastifyReply, outcome: Outcome): FastifyReply {
  reply.hijack()
  const { raw } = reply
  const { socket } = raw
  if (outcome.transport === 'reset') socket?.resetAndDestroy()
  if (/^(reset|drop)$/.test(outcome.transport) || socket === null) {
    socket?.destroy()
    return reply
  }
  const { status, headers, body } = outcome.reply
  const half = body.subarray(0, Math.ceil(body.length / 2))
  const reset = outcome.transport === 'reset_mid_body'
  raw.writeHead(status, { ...headers, 'content-length': body.length })
  raw.write(half, () => (reset ? socket.resetAndDestroy() : socket.end()))
  return reply
}

async function answer(
  worlds: Worlds,
  ports: Ports,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const found = await worlds.find(worldName(request))
  if (!found.ok) return reply.code(400).send({ detail: found.reason })
  const outcome = await found.wechat.answer(wireRequest(request))
  if (outcome.delayMs > 0) {
    await new Promise<void>((done) => {
      ports.after(outcome.delayMs, done)
    })
  }
  if (outcome.transport !== 'whole') return breakOff(reply, outcome)
  const { status, headers, body } = outcome.reply
  if (body.length === 0 && status !== 204) reply.header('content-length', '0')
  return reply
    .code(status)
    .headers(headers)
    .send(body.length === 0 ? undefined : Buffer.from(body))
}

/** The HTTP application; it listens nowhere yet. */
export function makeServer(
  worlds: Worlds,
  ports: Ports,
  port: () => number,
  page: PageOptions | null,
): FastifyInstance {
  const app = Fastify({
    bodyLimit: MOST_BODY_BYTES,
    keepAliveTimeout: KEEP_ALIVE_MS,
    forceCloseConnections: true,
    logger: false,
    exposeHeadRoutes: false,
  })
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  app.setErrorHandler((error: { statusCode?: number }, request, reply) => {
    const status = error.statusCode ?? 500
    const known = status >= 400 && status < 500
    ports.say(`${request.method} ${request.url.split('?')[0]} answered ${status}`)
    return reply.code(known ? status : 500).send({ code: 'error', detail: 'request refused' })
  })
  app.get('/healthz', () => ({ status: 'ok' }))
  app.get('/readyz', () => ({ status: 'ready' }))
  registerControl(app, worlds, port, page?.program ?? null)
  if (page !== null) servePageLazily(app, page)
  const wechat = (request: FastifyRequest, reply: FastifyReply) =>
    answer(worlds, ports, request, reply)
  for (const url of ['/v3/*', '/sns/*', '/cgi-bin/*', '/wxa/*']) app.all(url, wechat)
  app.setNotFoundHandler(wechat)
  return app
}
