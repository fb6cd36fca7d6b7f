import fastifyStatic from '@fastify/static'
import type { FastifyInstance } from 'fastify'
import type { HttpParts } from './parts.ts'

const pagePolicy =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
  "font-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; " +
  "frame-ancestors 'none'"

/** The console's page at /console, when it was built. */
export async function registerConsole(app: FastifyInstance, parts: HttpParts): Promise<void> {
  const root = parts.consoleDir
  if (root === null) return
  await app.register(fastifyStatic, {
    root,
    prefix: '/console/',
    redirect: true,
    cacheControl: false,
    decorateReply: false,
    setHeaders: (response) => {
      response.header('content-security-policy', pagePolicy)
      response.header('cache-control', 'no-cache')
    },
  })
}
