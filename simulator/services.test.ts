// The mini program services over HTTP, from the shop's server to the person's phone and back.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openPush, pushSignature } from './crypto/push.ts'
import { type RunningSimulator, startSimulator } from './index.ts'
import { overHttp, TestMerchant } from './testing/merchant.ts'

let simulator: RunningSimulator
let merchant: TestMerchant
let stopShop: () => void
let shopUrl: string
const pushed: Record<string, unknown>[] = []

/** A shop's server that takes pushed messages as the documents ask. */
async function startShop(token: string, aesKey: string): Promise<void> {
  const server = createServer((request, response) => {
    const { searchParams: query } = new URL(request.url ?? '/', 'http://shop')
    const of = (name: string) => query.get(name) ?? ''
    const signed = [token, of('timestamp'), of('nonce')] as const
    if (request.method === 'GET') {
      const right = of('signature') === pushSignature(...signed)
      response.end(right ? of('echostr') : 'no')
      return
    }
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const { Encrypt } = JSON.parse(Buffer.concat(parts).toString('utf8'))
      expect(of('msg_signature')).toBe(pushSignature(...signed, Encrypt))
      pushed.push(JSON.parse(openPush(Encrypt, aesKey).message))
      response.end('success')
    })
  })
  await new Promise<void>((done) => {
    server.listen(0, '127.0.0.1', done)
  })
  shopUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/wechat/messages`
  stopShop = () => server.close()
}

beforeAll(async () => {
  simulator = await startSimulator({
    port: 0,
    dataDir: null,
    seed: 'services',
    appFolder: join(import.meta.dirname, '..', 'example'),
  })
  merchant = new TestMerchant(overHttp(simulator.url), simulator.credentials)
  await startShop(simulator.credentials.message_token, simulator.credentials.message_aes_key)
})

afterAll(async () => {
  stopShop()
  await simulator.stop()
})

const events = () => pushed.map(({ Event }) => Event)

async function mini(path: string, body: unknown): Promise<Record<string, unknown>> {
  const { appid, app_secret: secret } = simulator.credentials
  const asked = { grant_type: 'client_credential', appid, secret }
  const { json } = await merchant.control('POST', '/cgi-bin/stable_token', asked)
  const url = `${path}?access_token=${json['access_token']}`
  return (await merchant.control('POST', url, body)).json
}

it('an order is paid, shipped, received and settled, and the shop hears of it', async () => {
  const { appid, app_secret: secret } = simulator.credentials
  const own = { appid, secret, message_url: shopUrl }
  const registered = await merchant.control('POST', '/_sim/apps', own)
  expect(registered.json['message_url']).toMatchObject({ ok: true })
  const again = await merchant.control('POST', `/_sim/apps/${appid}/verify`)
  expect(again.json).toMatchObject({ ok: true })
  const template = { template_id: 'shipped', title: '发货通知', fields: [{ key: 'thing1' }] }
  expect((await merchant.control('POST', '/_sim/templates', template)).status).toBe(201)
  const choice = { template_id: 'shipped', result: 'accept' }
  expect((await merchant.control('POST', '/_sim/subscriptions', choice)).status).toBe(200)

  const openid = await merchant.openid()
  const prepay = await merchant.prepay('services-1', openid)
  await merchant.cashier(String(prepay.json['prepay_id']), 'pay')
  const id = (await merchant.query('services-1')).json['transaction_id']
  const advance = (advance_ms: number) => merchant.control('POST', '/_sim/clock', { advance_ms })
  await advance(10_000)
  const upload = await mini('/wxa/sec/order/upload_shipping_info', {
    order_key: { order_number_type: 2, transaction_id: id },
    logistics_type: 4,
    delivery_mode: 1,
    shipping_list: [{ item_desc: '试吃装' }],
    upload_time: '2026-11-23T11:00:00.000+08:00',
    payer: { openid },
  })
  expect(upload).toEqual({ errcode: 0, errmsg: 'ok' })
  const data = { thing1: { value: '试吃装' } }
  const sent = await mini('/cgi-bin/message/subscribe/send', {
    ...{ touser: openid, template_id: 'shipped', data },
  })
  expect(sent).toMatchObject({ errcode: 0 })
  const receipt = { transaction_id: id, action: 'confirm' }
  expect((await merchant.control('POST', '/_sim/receipts', receipt)).json).toMatchObject({
    status: 'success',
  })
  await advance(120_000)

  const shipments = (await merchant.control('GET', '/_sim/shipments')).json['data']
  expect(shipments).toMatchObject([{ transaction_id: id, order_state: 4 }])
  const messages = (await merchant.control('GET', '/_sim/messages?person=person-1')).json['data']
  expect(messages).toMatchObject([{ kind: 'subscribe' }, { kind: 'shipped' }])
  // Pushes may overtake one another, as WeChat's do.
  expect(events().sort()).toEqual([
    'subscribe_msg_popup_event',
    'subscribe_msg_sent_event',
    'trade_manage_order_settlement',
    'trade_manage_order_settlement',
    'trade_manage_remind_access_api',
  ])
  const pushes = (await merchant.control('GET', '/_sim/pushes')).json['data'] as object[]
  expect(pushes).toHaveLength(5)
  expect(pushes).toEqual(
    pushes.map(() => expect.objectContaining({ state: 'delivered', attempts: 1 })),
  )
})

it('what is wrong with a control call is named, and changes nothing', async () => {
  const wrong: readonly (readonly [string, unknown, string])[] = [
    ['/_sim/apps', { appid: 'wx1', secret: 's', message_url: shopUrl }, 'message_token'],
    ['/_sim/templates', { title: 'x', fields: [{ key: 'x1' }] }, 'fields.0.key'],
    ['/_sim/subscriptions', { template_id: 'none', result: 'accept' }, 'template_id'],
    ['/_sim/receipts', { action: 'burn' }, 'action'],
    ['/_sim/pushes', { message: {} }, 'message'],
  ]
  for (const [path, body, field] of wrong) {
    const { status, json } = await merchant.control('POST', path, body)
    expect([path, status]).toEqual([path, 400])
    expect(json['errors']).toMatchObject([{ field }])
  }
  const dispute = { transaction_id: 'none', open: true }
  expect((await merchant.control('POST', '/_sim/disputes', dispute)).status).toBe(404)
  expect((await merchant.control('POST', '/_sim/apps/wx1/verify')).status).toBe(404)
  expect((await merchant.control('POST', '/_sim/pushes/none/replay')).status).toBe(404)
})
