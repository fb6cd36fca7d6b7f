import type { FastifyInstance } from 'fastify'
import { Problem } from './errors.ts'
import { sendProblem } from './failures.ts'

/**
 * Unknown addresses: 404; known ones asked with another method: 405 with Allow. Fastify itself
 * answers 404 to both, so the routes are noted as they are registered. Call it before them.
 */
export function answerUnknownRoutes(app: FastifyInstance): void {
  const routes: Array<{ pattern: RegExp; method: string }> = []
  app.addHook('onRoute', (route) => {
    const methods = Array.isArray(route.method) ? route.method : [route.method]
    // Pages are served for GET alone and match everything below them: there a wrong path is 404.
    if (route.url.includes('*')) return
    for (const method of methods) routes.push({ pattern: patternOf(route.url), method })
  })
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?', 1)[0] ?? ''
    const found = routes.filter((route) => route.pattern.test(path)).map((route) => route.method)
    const allow = [...new Set(found)].sort().join(', ')
    return sendProblem(
      allow === '' || found.includes(request.method)
        ? new Problem('not_found')
        : new Problem('method_not_allowed', { headers: { allow } }),
      request,
      reply,
    )
  })
}

function patternOf(url: string): RegExp {
  const steps = url.split('/').map((step) => {
    if (step.startsWith(':')) return '[^/]+'
    return step.replace(/[.+^$()|[\]\\{}?]/g, '\\$&')
  })
  return new RegExp(`^${steps.join('/')}$`)
}
