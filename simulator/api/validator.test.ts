import { beforeAll, expect, it } from 'vitest'
import { type Box, openBox } from '../testing/box.ts'

let box: Box
const JSAPI = '/v3/pay/transactions/jsapi'

beforeAll(async () => {
  box = await openBox()
})

async function refusal(more: Readonly<Record<string, unknown>>) {
  const answer = await box.merchant.prepay('validator-01', box.openid, more)
  expect([answer.status, answer.json['code']]).toEqual([400, 'PARAM_ERROR'])
  return answer.json
}

it('R20 an integer below its minimum, in the gateway’s own words', async () => {
  expect(await refusal({ amount: { total: 0 } })).toMatchObject({
    message: '输入源“/body/amount/total”映射到数值字段“总金额”规则校验失败，值低于最小值 1',
    detail: { location: 'body', value: 0 },
  })
})

it('R20 a required field that is missing, at any depth', async () => {
  expect(await refusal({ description: undefined })).toMatchObject({
    message: '输入源“/body/description”映射到字段“商品描述”必填性规则校验失败，此字段为必填项',
    detail: { location: 'body', value: '' },
  })
  const payer = await refusal({ payer: {} })
  expect(payer['message']).toContain('“/body/payer/openid”')
})

it('R20 unknown fields are refused with pointers to each', async () => {
  const json = await refusal({ foo: 1, amount: { total: 1, bar: true } })
  expect(json).toMatchObject({
    message: '请求中含有未在API文档中定义的参数',
    detail: { location: null, value: expect.arrayContaining(['/body/foo', '/body/amount/bar']) },
  })
})

it('R20 wrong types, nulls and broken JSON are refused', async () => {
  for (const more of [
    { amount: { total: '100' } },
    { amount: { total: 1.5 } },
    { amount: [] },
    { description: null },
    { support_fapiao: 'yes' },
    { detail: { goods_detail: [] } },
    { detail: { goods_detail: [{ merchant_goods_id: 'a', quantity: 0, unit_price: 1 }] } },
  ]) {
    await refusal(more)
  }
  for (const body of ['', '{', '[]', 'null', '"x"']) {
    const answer = await box.merchant.call('POST', JSAPI, body)
    expect([answer.status, answer.json['code']]).toEqual([400, 'PARAM_ERROR'])
  }
})

it('R20 deep JSON, odd keys and broken UTF-8 are refused and nothing breaks', async () => {
  const deep = `${'{"a":'.repeat(2000)}1${'}'.repeat(2000)}`
  for (const body of [deep, '{"__proto__":{"a":1}}', '{"constructor":1}', '\ud800']) {
    const answer = await box.merchant.call('POST', JSAPI, body)
    expect(answer.status === 400 || answer.status === 401).toBe(true)
  }
})

it('R45 description has 127 characters at most, of three bytes each at most', async () => {
  const fits = await box.merchant.prepay('validator-45', box.openid, {
    description: '好'.repeat(127),
  })
  expect(fits.status).toBe(200)
  const long = await refusal({ description: '好'.repeat(128) })
  expect(long['message']).toContain('字符数 128，大于最大值 127')
  await refusal({ description: 'emoji 😀' })
})

it('R45 out_trade_no takes its characters and lengths only', async () => {
  for (const number of ['short', 'a'.repeat(33), 'has space', '中文中文中文', 'semi;colon']) {
    await refusal({ out_trade_no: number })
  }
  const long = await box.merchant.prepay(`_-|*${'9'.repeat(28)}`, box.openid)
  expect(long.status).toBe(200)
})

it('R46 notify_url may have no query, fragment or blank', async () => {
  for (const url of [
    'https://a.example/x?y=1',
    'https://a.example/x#y',
    ' https://a.example/x',
    'ftp://a.example/x',
    '/x',
    '',
  ]) {
    await refusal({ notify_url: url })
  }
  const port = await box.merchant.prepay('validator-46', box.openid, {
    notify_url: 'https://a.example:8443/notify/1',
  })
  expect(port.status).toBe(200)
})

it('time_expire must be RFC 3339 and a real time', async () => {
  await refusal({ time_expire: '2026-11-23 12:00:00' })
  await refusal({ time_expire: '2026-02-30T12:00:00+08:00' })
})

it('an appid that is not bound, and an openid of nobody, are told apart (U15)', async () => {
  const bound = await box.merchant.prepay('validator-47', box.openid, {
    appid: 'wx0000ffffffffffff',
  })
  expect(bound.json['code']).toBe('APPID_MCHID_NOT_MATCH')
  expect(await refusal({ payer: { openid: 'oNobody' } })).toMatchObject({
    message: 'appid和openid不匹配',
  })
  box.set({ openid_mismatch: 'OPENID_MISMATCH' })
  const old = await box.merchant.prepay('validator-01', 'oNobody')
  expect([old.status, old.json['code']]).toEqual([500, 'OPENID_MISMATCH'])
  box.set()
})

it('U20 by switch the fields of store_info are mandatory', async () => {
  const scene_info = { payer_client_ip: '127.0.0.1', store_info: { id: 's1' } }
  const first = await box.merchant.prepay('validator-48', box.openid, { scene_info })
  expect(first.status).toBe(200)
  box.set({ store_info: 'mandatory' })
  const json = await refusal({ scene_info })
  expect(json['message']).toContain('/body/scene_info/store_info/name')
  box.set()
})

it('R19 keys come in changing order, unknown fields by switch, never null', async () => {
  await box.merchant.prepay('validator-49', box.openid)
  const orders = new Set<string>()
  for (let nth = 0; nth < 12; nth += 1) {
    const { json } = await box.merchant.query('validator-49')
    orders.add(Object.keys(json).join())
    expect(Object.values(json)).not.toContain(null)
  }
  expect(orders.size).toBeGreaterThan(2)
  box.set({ extra_fields: true })
  expect((await box.merchant.query('validator-49')).json).toHaveProperty('minitill_new_field')
  box.set()
})

it('R21 R24 old spellings of codes come by switch, both spellings of 429 by fault', async () => {
  box.set({ legacy_codes: true })
  expect((await box.merchant.query('validator-no')).json['code']).toBe('ORDERNOTEXIST')
  box.set()
  const codes = []
  for (const kind of ['rate_limited', 'rate_limited_legacy']) {
    box.arm('pay.query', kind)
    const answer = await box.merchant.query('validator-49')
    codes.push([answer.status, answer.json['code']])
  }
  expect(codes).toEqual([
    [429, 'FREQUENCY_LIMITED'],
    [429, 'RATELIMIT_EXCEEDED'],
  ])
})

it('U18 by switch errors are not signed', async () => {
  box.set({ sign_errors: false })
  const answer = await box.merchant.query('validator-no')
  expect(answer.headers.get('wechatpay-signature')).toBeNull()
  box.set()
})
