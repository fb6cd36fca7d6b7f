// The page with its compilers is a third of all code that there is to load: it is loaded when
// somebody asks for a page, so that a simulator for a test suite starts at once.
import Fastify, { type FastifyInstance } from 'fastify'
import type { PageOptions } from './page/routes.ts'

const PAGE = /^\/(\?|$|_phone\/)/

async function loadPage(options: PageOptions): Promise<FastifyInstance> {
  const { registerPage } = await import('./page/routes.ts')
  const inner = Fastify({ logger: false, exposeHeadRoutes: false })
  inner.removeAllContentTypeParsers()
  inner.setErrorHandler((_error, _request, reply) => {
    return reply.code(500).send({ code: 'error', detail: 'request refused' })
  })
  inner.setNotFoundHandler((_request, reply) => reply.code(404).send())
  registerPage(inner, options)
  await inner.ready()
  return inner
}

/** Hands requests for `/` and `/_phone/*` to the page's own application, made at the first one. */
export function servePageLazily(app: FastifyInstance, options: PageOptions): void {
  let inner: Promise<FastifyInstance> | null = null
  app.addHook('onRequest', async (request, reply) => {
    if (!PAGE.test(request.url)) return
    inner ??= loadPage(options)
    const page = await inner
    reply.hijack()
    page.routing(request.raw, reply.raw)
  })
  app.addHook('onClose', async () => {
    const page = await inner
    await page?.close()
  })
}
