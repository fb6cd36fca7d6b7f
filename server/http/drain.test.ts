import { once } from 'node:events'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { PassThrough } from 'node:stream'
import Fastify, { type FastifyInstance } from 'fastify'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { endWithAnswers } from './drain.ts'

let app: FastifyInstance
let phone: Socket
let begun: PromiseWithResolvers<void>
let answer: PromiseWithResolvers<string>
let stream: PassThrough

/** A phone that keeps its connection open, as all of them do. */
beforeEach(async () => {
  begun = Promise.withResolvers()
  answer = Promise.withResolvers()
  stream = new PassThrough()
  app = Fastify({ keepAliveTimeout: 65_000, forceCloseConnections: 'idle' })
  endWithAnswers(app)
  app.get('/whole', async () => {
    begun.resolve()
    return await answer.promise
  })
  app.get('/streamed', async (_request, reply) => await reply.send(stream))
  await app.listen({ port: 0, host: '127.0.0.1' })
  phone = connect((app.server.address() as AddressInfo).port, '127.0.0.1')
})
afterEach(async () => {
  phone.destroy()
  await app.close()
})

/** The server has begun to stop. */
const takesNobody = async () => {
  while (app.server.listening) await new Promise((turn) => setImmediate(turn))
}
const ask = (path: string) => phone.write(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`)
const hears = async () => String((await once(phone, 'data'))[0])

test('what is in hand when the server stops is answered, and its connection ends with the answer', async () => {
  ask('/whole')
  await begun.promise
  const closing = app.close()
  await takesNobody()
  answer.resolve('paid')
  const heard = await hears()
  expect([heard.includes('paid'), /connection: close/i.test(heard)]).toEqual([true, true])
  await closing
})

test('an answer that had begun is ended, and then its connection', async () => {
  ask('/streamed')
  stream.write('one')
  expect(await hears()).toContain('one')
  const closing = app.close()
  await takesNobody()
  stream.end('two')
  expect(await hears()).toContain('two')
  await closing
})
