import { request } from 'node:http'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { issueCertificate } from '../crypto/certificate.ts'
import { type RunningSimulator, startSimulator } from '../index.ts'
import { overHttp, TestMerchant } from '../testing/merchant.ts'

let simulator: RunningSimulator
let merchant: TestMerchant
let aheadMs = 0

beforeAll(async () => {
  simulator = await startSimulator({ port: 0, dataDir: null, seed: 'control test' })
  merchant = new TestMerchant(
    overHttp(simulator.url),
    simulator.credentials,
    () => Date.now() + aheadMs,
  )
})

afterAll(() => simulator.stop())

/** fetch can't send a Host of its own choice. */
function withHeaders(path: string, headers: Record<string, string>): Promise<number> {
  return new Promise((done, failed) => {
    const call = request(`${simulator.url}${path}`, { headers }, (answer) => {
      answer.resume()
      done(answer.statusCode ?? 0)
    })
    call.on('error', failed)
    call.end()
  })
}

function post(path: string, body?: unknown, headers: Readonly<Record<string, string>> = {}) {
  return merchant.control('POST', path, body, headers)
}

it('a foreign Host or Origin may not use the control API (A-86)', async () => {
  const foreign = [
    { host: 'evil.example' },
    { host: `evil.example:${simulator.port}` },
    { host: 'api.mch.weixin.qq.com' },
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: `http://127.0.0.1:${simulator.port + 1}` },
  ]
  for (const headers of foreign) expect(await withHeaders('/_sim/state', headers)).toBe(403)
  const own = [{}, { origin: simulator.url }, { host: `localhost:${simulator.port}` }]
  for (const headers of own) expect(await withHeaders('/_sim/state', headers)).toBe(200)
})

it('the hosts of WeChat are told apart by Host, whatever the path', async () => {
  const pay = { host: 'api.mch.weixin.qq.com' }
  expect(await withHeaders('/sns/jscode2session', pay)).toBe(404)
  expect(await withHeaders('/v3/certificates', { host: 'api.weixin.qq.com' })).toBe(200)
  for (const host of ['api.mch.weixin.qq.com', 'api2.mch.weixin.qq.com', 'api2.wechatpay.cn']) {
    expect(await withHeaders('/v3/pay/transactions/jsapi', { host })).toBe(405)
  }
})

it('the state lists who there is and no secret', async () => {
  const { text, json } = await merchant.control('GET', '/_sim/state')
  const { credentials } = simulator
  expect(json).toMatchObject({
    seed: 'control test',
    offset_ms: expect.any(Number),
    apps: [{ appid: credentials.appid }],
    merchants: [{ mchid: credentials.mchid, verification: 'both' }],
    people: [{ balance: 100_000, phone: '13800000001' }],
    armed_faults: [],
    counts: { trades: 0, refunds: 0, notifications_pending: 0 },
  })
  for (const secret of [credentials.app_secret, credentials.apiv3_key, 'PRIVATE KEY']) {
    expect(text).not.toContain(secret)
  }
})

it('unknown fields and wrong types are refused by name', async () => {
  const cases: readonly (readonly [string, unknown, string])[] = [
    ['/_sim/people', { nmae: 'x' }, 'nmae'],
    ['/_sim/people', { balance: -1 }, 'balance'],
    ['/_sim/login', { person: 'nobody' }, 'person'],
    ['/_sim/login', { appid: 'wxnone' }, 'appid'],
    ['/_sim/clock', { advance_ms: -1 }, 'advance_ms'],
    ['/_sim/clock', { set: '2001-01-01T00:00:00Z' }, 'set'],
    ['/_sim/cashier', { action: 'steal' }, 'action'],
    ['/_sim/faults', { preset: 'no such story' }, 'preset'],
    ['/_sim/faults', { point: 'pay.query', kind: 'sunspots', next: true }, 'kind'],
    ['/_sim/faults', { point: 'moon', kind: 'lost', next: true }, 'point'],
    ['/_sim/faults', { point: 'pay.query', kind: 'html_502' }, 'probability'],
    ['/_sim/switches', { unpaid_query: 'loud' }, 'unpaid_query'],
    ['/_sim/apps', { appid: 'wx1' }, 'secret'],
    ['/_sim/reset', { hard: true }, 'hard'],
  ]
  for (const [path, body, field] of cases) {
    const answer = await post(path, body)
    expect([path, answer.status]).toEqual([path, 400])
    expect(answer.json['errors']).toMatchObject([{ field }])
  }
})

it('a person logs in, and the code is good for one exchange', async () => {
  const { json } = await post('/_sim/login')
  const { appid, app_secret: secret } = simulator.credentials
  const query = `appid=${appid}&secret=${secret}&js_code=${json['code']}`
  const path = `/sns/jscode2session?${query}&grant_type=authorization_code`
  const first = await merchant.control('GET', path)
  expect(first.json['openid']).toBe(await merchant.openid())
  expect((await merchant.control('GET', path)).json['errcode']).toBe(40163)
  expect((await post('/_sim/phone-code')).json['code']).toMatch(/^[0-9a-f]{64}$/)
})

it('the journal masks secrets, session keys and tokens', async () => {
  const { text, json } = await merchant.control('GET', '/_sim/journal?limit=500')
  expect(text).not.toContain(simulator.credentials.app_secret)
  expect(text).toContain('/sns/jscode2session')
  expect(text).not.toMatch(/session_key\\":\\"[A-Za-z0-9+/]{10}/)
  const entries = json['data'] as { seq: number }[]
  const page = await merchant.control('GET', `/_sim/journal?after=${entries[0]?.seq}&limit=1`)
  expect(page.json['data']).toMatchObject([{ seq: (entries[0]?.seq ?? 0) + 1 }])
})

it('people, apps and merchants of one’s own work at once and are gone after a reset', async () => {
  const made = await post('/_sim/people', { name: '小红', balance: 5 })
  expect([made.status, made.json['balance']]).toEqual([201, 5])
  const app = await post('/_sim/apps', { appid: 'wxabc123', secret: 's' })
  expect(app.status).toBe(201)
  const given = { mchid: '1900000001', appids: ['wxabc123'], apiv3_key: 'k'.repeat(32) }
  const key = { certificate_serial: 'AB12', public_key: simulator.credentials.public_key }
  const registered = await post('/_sim/merchants', {
    ...given,
    ...key,
    verification: 'certificate',
  })
  expect(registered.status).toBe(201)
  expect(registered.json).toMatchObject({
    mchid: '1900000001',
    platform_certificate: { certificate: expect.stringContaining('BEGIN CERTIFICATE') },
    public_key: { id: expect.stringMatching(/^PUB_KEY_ID_0000000000\d+$/) },
  })
  expect((await post('/_sim/reset')).status).toBe(200)
  const { json } = await merchant.control('GET', '/_sim/state')
  expect(
    [json['apps'], json['merchants'], json['people']].map((all) => (all as []).length),
  ).toEqual([1, 1, 1])
})

it('certificates of WeChat Pay’s own CA are refused, and private keys too (A-85)', async () => {
  const { private_key: issuerPrivateKey, public_key: publicKey, appid } = simulator.credentials
  const own = issueCertificate({
    serialNo: '1'.repeat(40),
    subject: '1900000002',
    publicKey,
    issuerPrivateKey,
    effectiveAtMs: 0,
    expiresAtMs: 4_000_000_000_000,
  })
  const der = Buffer.from(own.replace(/-----[A-Z ]+-----|\n/g, ''), 'base64')
  const real = Buffer.from(
    der.toString('latin1').replace('Minitill Simulator', 'Tenpay.com Root C.'),
    'latin1',
  )
  const pem = `-----BEGIN CERTIFICATE-----\n${real.toString('base64')}\n-----END CERTIFICATE-----`
  const given = { mchid: '1900000002', appids: [appid], apiv3_key: 'k'.repeat(32) }
  const refused = await post('/_sim/merchants', {
    ...given,
    certificate: pem,
    verification: 'both',
  })
  expect([refused.status, refused.text.includes('own CA')]).toEqual([400, true])
  const key = { certificate_serial: 'AB', public_key: issuerPrivateKey, verification: 'both' }
  expect((await post('/_sim/merchants', { ...given, ...key })).text).toContain('private key')
  const good = await post('/_sim/merchants', { ...given, certificate: own, verification: 'both' })
  expect(good.status).toBe(201)
})

it('parallel worlds share nothing but the seeded credentials, and are bounded', async () => {
  const there = { 'minitill-world': 'other' }
  await post('/_sim/people', { name: '另一世界' }, there)
  const other = await merchant.control('GET', '/_sim/state', undefined, there)
  const here = await merchant.control('GET', '/_sim/state')
  expect((other.json['people'] as []).length).toBe(2)
  expect((here.json['people'] as []).length).toBe(1)
  const bad = await merchant.control('GET', '/_sim/state', undefined, { 'minitill-world': 'a b' })
  expect(bad.status).toBe(400)
  for (let nth = 0; nth < 63; nth += 1) {
    await merchant.control('GET', '/_sim/state', undefined, { 'minitill-world': `w${nth}` })
  }
  const full = await merchant.control('GET', '/_sim/state', undefined, {
    'minitill-world': 'one-more',
  })
  expect(full.status).toBe(400)
})

it('faults are listed, armed and disarmed, a preset by one id', async () => {
  const menu = await merchant.control('GET', '/_sim/faults')
  expect(menu.json['presets']).toEqual(
    expect.arrayContaining([
      'notify lost all day',
      'answer lost after effect',
      'paid during close',
    ]),
  )
  const armed = await post('/_sim/faults', { preset: 'answer lost after effect' })
  expect(armed.status).toBe(201)
  const state = await merchant.control('GET', '/_sim/state')
  expect((state.json['armed_faults'] as []).length).toBe(2)
  const path = `/_sim/faults/${armed.json['id']}`
  expect((await merchant.control('DELETE', path)).status).toBe(204)
  expect((await merchant.control('DELETE', path)).status).toBe(404)
  expect((await merchant.control('GET', '/_sim/faults')).json['armed']).toEqual([])
})

it('the clock advances, streams its steps and waits for those who follow', async () => {
  const before = await merchant.control('GET', '/_sim/clock')
  const stop = new AbortController()
  const url = `${simulator.url}/_sim/clock/stream?follower=test`
  const stream = await fetch(url, { signal: stop.signal })
  expect(stream.headers.get('content-type')).toBe('text/event-stream')
  const seen: number[] = []
  const reading = (async () => {
    for await (const part of stream.body ?? []) {
      const text = Buffer.from(part)
        .toString()
        .replace(/^data: /, '')
      const { step } = JSON.parse(text)
      seen.push(step)
      await post('/_sim/clock/ack', { follower: 'test', step })
    }
  })().catch(() => undefined)
  const moved = await post('/_sim/clock', { advance_ms: 3_600_000 })
  expect(moved.json).toMatchObject({ delivered: 0, failed: 0 })
  aheadMs = 3_600_000
  const gone = Date.parse(String(moved.json['now'])) - Date.parse(String(before.json['now']))
  expect(gone).toBeGreaterThanOrEqual(3_600_000)
  expect(seen).toHaveLength(2)
  stop.abort()
  await reading
})

it('a notification is replayed by hand, whatever was answered before', async () => {
  const prepay = await merchant.prepay('control-0001', await merchant.openid())
  await merchant.cashier(String(prepay.json['prepay_id']), 'pay')
  const trades = await merchant.control('GET', '/_sim/trades')
  const [trade] = trades.json['data'] as { trade_state: string; notifications: { id: string }[] }[]
  expect(trade?.trade_state).toBe('SUCCESS')
  const id = trade?.notifications[0]?.id ?? ''
  expect((await post(`/_sim/notifications/${id}/replay`)).status).toBe(202)
  expect((await post('/_sim/notifications/none/replay')).status).toBe(404)
  expect((await merchant.control('GET', '/_sim/refunds')).json).toEqual({ data: [] })
  const nameless = await post('/_sim/refunds', { amount: 1 })
  expect([nameless.status, nameless.json['errors']]).toEqual([
    400,
    [{ field: 'out_trade_no', message: 'give this or transaction_id, one of the two' }],
  ])
  expect((await post('/_sim/refunds', { out_trade_no: 'none', amount: 1 })).status).toBe(404)
})

it('R22 R25 health, size limits and keep-alive', async () => {
  expect((await merchant.control('GET', '/healthz')).status).toBe(200)
  expect((await merchant.control('GET', '/readyz')).status).toBe(200)
  const huge = 'x'.repeat(1_100_000)
  expect((await merchant.call('POST', '/v3/pay/transactions/jsapi', huge)).status).toBe(413)
  const answer = await merchant.call('GET', '/v3/certificates')
  expect(answer.headers.get('keep-alive')).toContain('timeout=8')
})

it('M70 over HTTP a lost answer breaks the connection, a truncated one ends early', async () => {
  for (const kind of ['answer_lost', 'reset_mid_body', 'truncated_body']) {
    await post('/_sim/faults', { point: 'pay.certificates', kind, next: true })
    await expect(merchant.call('GET', '/v3/certificates')).rejects.toThrow()
  }
  expect((await merchant.call('GET', '/v3/certificates')).status).toBe(200)
})

it('somebody new after a reset is nobody whom a server may remember', async () => {
  const before = await post('/_sim/people')
  await post('/_sim/reset')
  const after = await post('/_sim/people')
  expect(after.json['openids']).not.toEqual(before.json['openids'])
  expect(after.json['id']).not.toBe(before.json['id'])
})
