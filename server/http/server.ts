import rateLimit from '@fastify/rate-limit'
import Fastify, { type FastifyInstance } from 'fastify'
import { serializerCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod'
import type { Ports } from '../ports/index.ts'
import { refuseNul } from './addresses.ts'
import { operatorLookup } from './admin/guard.ts'
import { adminRoutes } from './admin/index.ts'
import { appRoutes } from './app/index.ts'
import { answerBrokenRequest } from './client-error.ts'
import { registerConsole } from './console.ts'
import { registerDocumentation } from './documentation.ts'
import { endWithAnswers } from './drain.ts'
import { Problem } from './errors.ts'
import { answerFailures } from './failures.ts'
import { registerHealth } from './health.ts'
import { bodyLimitBytes, jsonBodyPlugin } from './json.ts'
import { httpLimits } from './limits.ts'
import { answerUnknownRoutes } from './methods.ts'
import { networkOf } from './network.ts'
import { observeRequests, secureAnswers } from './observation.ts'
import type { GivenParts, HttpParts } from './parts.ts'
import { validatorCompiler } from './validation.ts'
import { wechatRoutes } from './wechat/index.ts'

/** The whole HTTP side of one instance, not listening yet. */
export async function buildHttp(ports: Ports, given: GivenParts): Promise<FastifyInstance> {
  const parts = { ...given, operatorOf: operatorLookup(ports, given) }
  const app = bareServer(ports, parts)
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)
  secureAnswers(app, parts)
  observeRequests(app, ports, parts)
  endWithAnswers(app)
  answerFailures(app, ports)
  answerUnknownRoutes(app)
  refuseNul(app)
  await app.register(rateLimit, {
    global: false,
    keyGenerator: (request) => networkOf(request.ip),
    errorResponseBuilder: (_request, context) =>
      new Problem('rate_limited', {
        headers: { 'retry-after': String(Math.ceil(context.ttl / 1000)) },
      }),
  })
  await app.register(jsonBodyPlugin)
  await registerDocumentation(app, parts)
  registerHealth(app, parts)
  await registerConsole(app, parts)
  for (const route of [...appRoutes, ...wechatRoutes]) await app.register(route(ports))
  for (const route of adminRoutes) await app.register(route(ports, parts))
  return app
}

function bareServer(ports: Ports, parts: HttpParts): FastifyInstance {
  const app = Fastify({
    logger: false,
    genReqId: () => ports.random.id('request'),
    requestIdHeader: false,
    trustProxy: trusted(parts.trustProxy),
    bodyLimit: bodyLimitBytes,
    requestTimeout: httpLimits.requestTimeoutMs,
    keepAliveTimeout: httpLimits.keepAliveTimeoutMs,
    maxRequestsPerSocket: httpLimits.maxRequestsPerSocket,
    routerOptions: { maxParamLength: httpLimits.maxParamLength },
    forceCloseConnections: 'idle',
    http: {
      headersTimeout: httpLimits.headersTimeoutMs,
      maxHeaderSize: httpLimits.maxHeaderBytes,
      connectionsCheckingInterval: httpLimits.timeoutCheckMs,
    },
    clientErrorHandler: (error, socket) =>
      answerBrokenRequest(error, socket, ports.random.id('request')),
  }).withTypeProvider<ZodTypeProvider>()
  app.server.maxConnections = httpLimits.maxConnections
  return app as unknown as FastifyInstance
}

type Trust = false | string[] | ((address: string, hop: number) => boolean)

/** A number is how many proxies stand before us; a list is their addresses. */
function trusted(trust: HttpParts['trustProxy']): Trust {
  if (trust === false) return false
  return typeof trust === 'number' ? (_address, hop) => hop < trust : [...trust]
}
