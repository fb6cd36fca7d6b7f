import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openResource } from './crypto/seal.ts'
import { type RunningSimulator, startSimulator } from './index.ts'
import { isSignedBy, overHttp, TestMerchant } from './testing/merchant.ts'

let simulator: RunningSimulator
let merchant: TestMerchant

beforeAll(async () => {
  simulator = await startSimulator({
    port: 0,
    dataDir: null,
    seed: 'server test',
    appFolder: join(import.meta.dirname, '..', 'example'),
  })
  merchant = new TestMerchant(overHttp(simulator.url), simulator.credentials)
})

afterAll(() => simulator.stop())

interface Arrived {
  readonly headers: Record<string, unknown>
  readonly body: string
}

/** A merchant's notify_url that keeps the first message. */
async function listener(): Promise<{ url: string; first: Promise<Arrived>; stop: () => void }> {
  let arrive: (message: Arrived) => void = () => undefined
  const first = new Promise<Arrived>((done) => {
    arrive = done
  })
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      response.writeHead(204).end()
      arrive({ headers: request.headers, body: Buffer.concat(parts).toString('utf8') })
    })
  })
  await new Promise<void>((done) => {
    server.listen(0, '127.0.0.1', done)
  })
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}/notify`, first, stop: () => server.close() }
}

it('R50 a payment is notified with the seven headers, sealed with the APIv3 key', async () => {
  const notify = await listener()
  const openid = await merchant.openid()
  const prepay = await merchant.prepay('server-0001', openid, { notify_url: notify.url })
  expect(prepay.status).toBe(200)
  expect(prepay.json['prepay_id']).toMatch(/^wx\d{8}[0-9a-f]{26}$/)
  const paid = await merchant.cashier(String(prepay.json['prepay_id']), 'pay')
  expect(paid.json).toEqual({ errMsg: 'requestPayment:ok', trade_state: 'SUCCESS', dialog: null })
  const { headers, body } = await notify.first
  for (const name of ['timestamp', 'nonce', 'serial', 'signature', 'signature-type']) {
    expect(headers[`wechatpay-${name}`]).toBeTruthy()
  }
  const envelope = JSON.parse(body)
  expect(envelope.resource.associated_data).toBe('transaction')
  expect(envelope.resource.nonce).toHaveLength(12)
  const { ciphertext, nonce, associated_data } = envelope.resource
  const { apiv3_key: key } = simulator.credentials
  const content = JSON.parse(openResource(ciphertext, key, nonce, associated_data))
  expect(content).toMatchObject({ out_trade_no: 'server-0001', trade_state: 'SUCCESS' })
  expect(content.amount).toMatchObject({ total: 100, payer_total: 100 })
  notify.stop()
})

it('R11 R13 an answer to a known merchant is signed, an empty 204 too', async () => {
  const openid = await merchant.openid()
  await merchant.prepay('server-0002', openid)
  const key = simulator.credentials.public_key
  const wanted = { headers: { 'wechatpay-serial': simulator.credentials.public_key_id } }
  const path = `/v3/pay/transactions/out-trade-no/server-0002`
  const closed = await merchant.call(
    'POST',
    `${path}/close`,
    { mchid: simulator.credentials.mchid },
    wanted,
  )
  expect(closed.status).toBe(204)
  expect(isSignedBy(closed, key)).toBe(true)
  const query = `${path}?mchid=${simulator.credentials.mchid}`
  const answer = await merchant.call('GET', query, undefined, wanted)
  expect(answer.json).toMatchObject({ trade_state: 'CLOSED' })
  expect(isSignedBy(answer, key)).toBe(true)
})

it('the page is at /, and a path that nobody has is an empty 404', async () => {
  const program = await merchant.control('GET', '/_phone/program')
  expect(program.json['appid']).toBe(simulator.credentials.appid)
  const nothing = await merchant.control('GET', '/nothing')
  expect([nothing.status, nothing.text]).toEqual([404, ''])
})
