import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type RunningSimulator, startSimulator } from '../index.ts'

let backend: Server
let heard: string[]
let running: RunningSimulator
let origin: string

beforeAll(async () => {
  heard = []
  backend = createServer((request, reply) => {
    heard.push(request.method ?? '')
    reply.end(String(heard.length))
  })
  await new Promise<void>((done) => backend.listen(0, '127.0.0.1', done))
  origin = `http://127.0.0.1:${(backend.address() as AddressInfo).port}`
  const appFolder = join(import.meta.dirname, '..', '..', 'example')
  running = await startSimulator({ port: 0, dataDir: null, appFolder, appOrigins: [origin] })
})
afterAll(async () => {
  await running.stop()
  backend.closeAllConnections()
  backend.close()
})

/** What wx.request of the phone does, and what it hears. */
async function request(method: string): Promise<string> {
  const headers = {
    origin: running.url,
    'content-type': 'application/octet-stream',
    'minitill-url': encodeURIComponent(`${origin}/orders`),
    'minitill-method': method,
    'minitill-header': encodeURIComponent('{}'),
  }
  const reply = await fetch(`${running.url}/_phone/request`, {
    method: 'POST',
    headers,
    body: '{}',
  })
  return await reply.text()
}

it('M68 sent_twice: a POST arrives twice and the second answer is heard; a GET never does', async () => {
  expect(await request('POST')).toBe('1')
  const fault = { point: 'phone.request', kind: 'sent_twice', next: true }
  const body = JSON.stringify(fault)
  const armed = await fetch(`${running.url}/_sim/faults`, { method: 'POST', body })
  expect(armed.status).toBe(201)
  expect(await request('GET')).toBe('2')
  expect(await request('POST')).toBe('4')
  expect(await request('POST')).toBe('5')
  expect(heard).toEqual(['POST', 'GET', 'POST', 'POST', 'POST'])
})
