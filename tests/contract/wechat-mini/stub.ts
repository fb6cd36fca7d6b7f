import { createServer, type RequestListener } from 'node:http'

export interface Stub {
  readonly origin: string
  /** Method and path with query of each request, in order. */
  readonly heard: string[]
  answer: RequestListener
  stop(): Promise<void>
}

/** An HTTP server on loopback that answers as the test says. */
export async function stub(): Promise<Stub> {
  const heard: string[] = []
  const state: { answer: RequestListener } = { answer: (_request, reply) => void reply.end('{}') }
  const server = createServer((request, reply) => {
    heard.push(`${request.method} ${request.url}`)
    state.answer(request, reply)
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    origin: `http://127.0.0.1:${port}`,
    heard,
    get answer() {
      return state.answer
    },
    set answer(value) {
      state.answer = value
    },
    stop: async () => {
      server.closeAllConnections()
      await new Promise((done) => server.close(done))
    },
  }
}

/** An answer of which a byte comes now and then, and that never ends. */
export const drip: RequestListener = (_request, reply) => {
  reply.writeHead(200)
  const timer = setInterval(() => reply.write(' '), 200)
  reply.on('close', () => clearInterval(timer))
}
