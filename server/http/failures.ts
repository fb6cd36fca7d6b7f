import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Ports } from '../ports/index.ts'
import { StoreAway } from '../ports/store-away.ts'
import { languageOf, Problem, problemBody } from './errors.ts'
import type { ErrorCode } from './registry.ts'

/** Fastify's own refusals, in our words. Anything else that is thrown is our mistake. */
const fastifyCodes: Readonly<Record<string, ErrorCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'payload_too_large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported_media_type',
  FST_ERR_CTP_EMPTY_TYPE: 'unsupported_media_type',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'invalid_request',
  FST_ERR_CTP_INVALID_JSON_BODY: 'invalid_request',
  FST_ERR_BAD_URL: 'invalid_request',
  FST_ERR_ASYNC_CONSTRAINT: 'invalid_request',
  FST_ERR_MAX_PARAM_LENGTH: 'not_found',
  FST_ERR_ROUTE_METHOD_NOT_SUPPORTED: 'method_not_allowed',
}

/** The last resort of every route: one shape, no stack, no secret; the log has the cause. */
export function answerFailures(app: FastifyInstance, ports: Pick<Ports, 'log'>): void {
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const problem = asProblem(error)
    if (error instanceof StoreAway) {
      const fields = { request_id: request.id, code: error.code ?? 'none', why: error.message }
      ports.log.warn(fields, 'the database did not answer a request')
    } else if (problem.statusCode >= 500 && !(error instanceof Problem)) {
      logMistake(ports, error, request)
    }
    return sendProblem(problem, request, reply)
  })
}

/** Sends a Problem in the caller's language. */
export function sendProblem(
  problem: Problem,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const language = languageOf(request.headers['accept-language'])
  reply.code(problem.statusCode)
  reply.headers({
    ...problem.extra.headers,
    'content-language': language === 'zh' ? 'zh-CN' : 'en',
  })
  reply.header('content-type', 'application/problem+json; charset=utf-8')
  // A string passes Fastify's serializers by: the answer schema of the route is not for errors.
  return reply.send(JSON.stringify(problemBody(problem, language, request.id)))
}

function asProblem(error: FastifyError | Problem | StoreAway): Problem {
  if (error instanceof Problem) return error
  if (error instanceof StoreAway) {
    return new Problem('database_unavailable', { headers: { 'retry-after': '2' } })
  }
  const code = fastifyCodes[error.code ?? '']
  return new Problem(code ?? (error.statusCode === 429 ? 'rate_limited' : 'internal_error'))
}

function logMistake(ports: Pick<Ports, 'log'>, error: Error, request: FastifyRequest): void {
  const fields = {
    request_id: request.id,
    route: request.routeOptions.url ?? 'none',
    error: error.name,
    // Where in our code, never what was in it: the frames name files and lines only.
    at: (error.stack ?? '')
      .split('\n')
      .filter((line) => line.startsWith('    at '))
      .slice(0, 6)
      .join(' '),
    why: error.message,
  }
  ports.log.error(fields, 'a request met a mistake of ours')
}
