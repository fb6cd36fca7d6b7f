// A-7 needs a WeChat that answers with a wrong watermark, which the simulator never does: here the
// real HTTP side and database meet a scripted WeChat.
import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { GivenParts } from '../../server/http/parts.ts'
import { buildHttp } from '../../server/http/server.ts'
import { appid, otherAppid, type TestPorts, testPorts } from '../support/ports.ts'
import { phone } from '../support/scripted-mini.ts'

const parts: GivenParts = {
  trustProxy: false,
  operatorOfKey: () => null,
  operatorIds: [],
  readiness: async () => [],
  metrics: { request: () => {}, page: async () => ({ contentType: 'text/plain', text: '' }) },
  publicUrl: 'http://127.0.0.1:1',
  consoleDir: null,
  version: '0.0.0',
}
let ports: TestPorts
let app: FastifyInstance

beforeAll(async () => {
  ports = await testPorts()
  app = await buildHttp(ports, parts)
})
afterAll(async () => {
  await app.close()
  await ports.close()
})

test('A-7 a watermark of another appid, or too old, is 400 and binds nothing', async () => {
  const post = (url: string, payload: object, headers = {}) =>
    app.inject({ method: 'POST', url, payload, headers })
  const { token } = (await post('/v1/sessions', { code: 'login' })).json<{ token: string }>()
  const headers = { authorization: `Bearer ${token}` }
  const now = ports.clock.now()
  const marks = [
    [otherAppid, now],
    [appid, now - 10 * 60_000],
    [appid, now + 60_000],
  ] as const
  for (const [index, [made, atMs]] of marks.entries()) {
    ports.wechatMini.onPhone = async () => phone('13800000000', made, atMs)
    const reply = await post('/v1/session/phone', { code: `phone-${index}` }, headers)
    expect([reply.statusCode, reply.json().code]).toEqual([400, 'invalid_request'])
    expect(reply.json().errors[0].field).toBe('code')
  }
  const me = await app.inject({ url: '/v1/session', headers })
  expect(me.json().account.phone_masked).toBeNull()
})
