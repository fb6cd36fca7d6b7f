import type { FastifyInstance } from 'fastify'

/**
 * A request that is in hand when the server stops is answered, and its connection ends with the
 * answer. Kept open for the next request, it would hold the server until the process is ended by
 * force, with jobs still in hand.
 */
export function endWithAnswers(app: FastifyInstance): void {
  let isClosing = false
  app.addHook('preClose', async () => {
    isClosing = true
  })
  app.addHook('onSend', async (_request, reply) => {
    if (isClosing) reply.header('connection', 'close')
  })
  // Of an answer whose headers had left before.
  app.addHook('onResponse', async () => {
    if (isClosing) app.server.closeIdleConnections()
  })
}
