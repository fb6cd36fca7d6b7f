import { beforeAll, expect, it } from 'vitest'
import { type Box, openBox } from '../testing/box.ts'
import type { Answer } from '../testing/merchant.ts'
import { isSignedBy } from '../testing/merchant.ts'

let box: Box
const JSAPI = '/v3/pay/transactions/jsapi'

beforeAll(async () => {
  box = await openBox()
})

function nowS(): number {
  return Math.floor(box.wechat.world.nowMs() / 1000)
}

function unsigned(answer: Answer): void {
  expect([...answer.headers.keys()].filter((name) => name.startsWith('wechatpay-'))).toEqual([])
}

function lastJournal() {
  return box.wechat.journal.read(0, 5000).data.at(-1)
}

it('R1 an unknown path is 404 and a wrong method 405, both empty and unsigned', async () => {
  for (const [method, path, status] of [
    ['GET', '/v3/nothing', 404],
    ['GET', JSAPI, 405],
    ['POST', '/v3/certificates', 405],
    ['GET', '/v3/refund/domestic/nothing/r1', 404],
  ] as const) {
    const answer = await box.merchant.call(method, path)
    expect([answer.status, answer.text]).toEqual([status, ''])
    unsigned(answer)
  }
})

it('R2 the checks come in order: time before merchant before signature before schema', async () => {
  const bad = { signedBody: 'other' }
  const late = await box.merchant.call('POST', JSAPI, {}, { ...bad, timestamp: 1, mchid: '1' })
  expect(late.json['message']).toContain('timestamp')
  const serial = await box.merchant.call('POST', JSAPI, {}, { ...bad, serialNo: 'AA' })
  expect(serial.json['message']).toContain('商户证书序列号有误')
  const signature = await box.merchant.call('POST', JSAPI, {}, bad)
  expect(signature.json['message']).toBe('签名错误')
  const schema = await box.merchant.call('POST', JSAPI, {})
  expect([schema.status, schema.json['code']]).toEqual([400, 'PARAM_ERROR'])
})

it('R3 a missing User-Agent is refused on certificates and not on transactions', async () => {
  const headers = { 'user-agent': '' }
  const refused = await box.merchant.call('GET', '/v3/certificates', undefined, { headers })
  expect([refused.status, refused.json['code']]).toEqual([400, 'INVALID_REQUEST'])
  expect(refused.json['message']).toBe('Http头缺少Accept或User-Agent')
  const passed = await box.merchant.call('POST', JSAPI, {}, { headers })
  expect(passed.json['code']).toBe('PARAM_ERROR')
})

it('R4 a missing Authorization is told in each gateway’s own words', async () => {
  const none = { authorization: '' }
  const generic = await box.merchant.call('GET', '/v3/certificates', undefined, none)
  expect([generic.status, generic.json['code']]).toEqual([401, 'SIGN_ERROR'])
  expect(generic.json['message']).toContain('Authorization值格式错误')
  expect(generic.headers.get('request-id')).toMatch(/^[0-9A-F]+-268443699$/)
  const transactions = await box.merchant.call('POST', JSAPI, {}, none)
  expect(transactions.json['message']).toBe('签名信息错误，验签失败')
  expect(transactions.headers.get('request-id')).toBeNull()
  const bearer = { authorization: 'Bearer abc' }
  const scheme = await box.merchant.call('GET', '/v3/certificates', undefined, bearer)
  expect(scheme.json['message']).toBe('Http头Authorization认证类型不正确')
})

it('R5 a timestamp six minutes off is refused before the signature is evaluated', async () => {
  for (const off of [-360, 360]) {
    const options = { timestamp: nowS() + off, signedBody: 'wrong' }
    const answer = await box.merchant.call('POST', JSAPI, {}, options)
    expect(answer.status).toBe(401)
    expect(answer.json['message']).toBe(
      'Http头Authorization中的timestamp与发起请求的时间不得超过5分钟',
    )
    unsigned(answer)
  }
  const within = await box.merchant.call('POST', JSAPI, {}, { timestamp: nowS() - 299 })
  expect(within.status).toBe(400)
})

it('R6 the five pairs may come in any order, after exactly one space', async () => {
  const made = await box.merchant.call('POST', JSAPI, {})
  expect(made.status).toBe(400)
  const seen = lastJournal()?.headers['authorization'] ?? ''
  const [scheme, pairs] = [seen.split(' ')[0], seen.slice(seen.indexOf(' ') + 1).split(',')]
  const turned = `${scheme} ${pairs.reverse().join(',')}`
  const again = await box.merchant.call('POST', JSAPI, {}, { authorization: turned })
  expect(again.status).toBe(400)
  const spaced = { authorization: turned.replace(' ', '  ') }
  expect((await box.merchant.call('POST', JSAPI, {}, spaced)).status).toBe(401)
})

it('R7 the path is verified as it came, percent-encoded or not', async () => {
  const openid = [...box.wechat.world.entries('openids')][0]?.[0].split('/')[1] ?? ''
  expect((await box.merchant.prepay('gate|0001*', openid)).status).toBe(200)
  for (const number of ['gate|0001*', 'gate%7C0001%2A', 'gate%7C0001*']) {
    const answer = await box.merchant.query(number)
    expect([answer.status, answer.json['out_trade_no']]).toEqual([200, 'gate|0001*'])
  }
})

it('R8 a known merchant learns what was signed over', async () => {
  const body = '{"description":"形象店"}'
  const answer = await box.merchant.call('POST', JSAPI, body, { signedBody: `${body}\n` })
  const detail = answer.json['detail'] as Record<string, unknown>
  expect(detail).toMatchObject({ field: 'signature', location: 'authorization' })
  const information = detail['sign_information'] as Record<string, unknown>
  expect(information).toMatchObject({ method: 'POST', url: JSAPI })
  const signed = `POST\n${JSAPI}\n${nowS()}\n`.length
  expect(Number(information['sign_message_length'])).toBeGreaterThan(signed + 24)
  expect(information['truncated_sign_message']).toContain('\\n')
  unsigned(answer)
})

it('R9 each trouble with a certificate has its own message', async () => {
  const { world } = box.wechat
  const { mchid } = box.seed.credentials
  const known = world.must('merchants', mchid)
  const [first] = known.certificates
  if (first === undefined) throw new Error('no certificate')
  const expired = { ...first, expiresAtMs: world.nowMs() - 1 }
  for (const [certificates, message] of [
    [[], '商户未申请过证书。'],
    [[expired], '商户证书已过期'],
    [[{ ...first, condition: 'revoked' }], '商户证书已作废'],
    [[{ ...first, condition: 'replaced' }], '已更换证书，请使用新证书'],
  ] as const) {
    world.put('merchants', mchid, { ...known, certificates })
    const answer = await box.merchant.call('POST', JSAPI, {})
    expect([answer.status, answer.json['message']]).toEqual([401, message])
  }
  world.put('merchants', mchid, { ...known, apiv3Key: null })
  const keyless = await box.merchant.call('GET', '/v3/certificates')
  expect(keyless.json['message']).toBe('商户未设置APIv3密钥。')
  world.put('merchants', mchid, known)
})

it('R10 another mchid in the body than in the header is a PARAM_ERROR', async () => {
  const body = box.merchant.order('gate-0010', 'oX', { mchid: '1999900000' })
  const answer = await box.merchant.call('POST', JSAPI, body)
  expect(answer.json).toMatchObject({
    code: 'PARAM_ERROR',
    message: 'http header中的mchid与post payload中的mchid不匹配',
  })
})

it('R11 a refusal after authentication is signed, one before is not', async () => {
  const headers = { 'wechatpay-serial': box.seed.credentials.public_key_id }
  const after = await box.merchant.call('POST', JSAPI, {}, { headers })
  expect(after.status).toBe(400)
  expect(isSignedBy(after, box.seed.credentials.public_key)).toBe(true)
  unsigned(await box.merchant.call('POST', JSAPI, {}, { headers, signedBody: 'x' }))
})

it('R12 Request-ID ends in 0 on success and in the number of the error otherwise', async () => {
  const good = await box.merchant.call('GET', '/v3/certificates')
  expect(good.headers.get('request-id')).toMatch(/^[0-9A-F]{60}-0$/)
  const missing = await box.merchant.query('gate-none')
  expect(missing.headers.get('request-id')).toMatch(/-268512771$/)
})

it('U17 a nonce_str used twice is accepted unless the switch says otherwise', async () => {
  await box.merchant.query('gate-none')
  const authorization = lastJournal()?.headers['authorization'] ?? ''
  const path = `/v3/pay/transactions/out-trade-no/gate-none?mchid=${box.seed.credentials.mchid}`
  const replay = () => box.merchant.call('GET', path, undefined, { authorization })
  expect((await replay()).status).toBe(404)
  const { world } = box.wechat
  world.put('switches', 'world', { ...world.switches, nonce_replay: 'refuse' })
  expect((await replay()).status).toBe(404)
  expect((await replay()).status).toBe(401)
  world.remove('switches', 'world')
})

it('the journal names the mistake behind a wrong signature', async () => {
  const body = '{"a":1}'
  await box.merchant.call('POST', JSAPI, body, { signedBody: '' })
  const seen = lastJournal()?.verification
  expect(seen).toMatchObject({ ok: false, failed_step: 'signature' })
  expect(seen?.diagnosis?.code).toBe('body_omitted')
  expect(seen?.diagnosis?.expected).toContain('{"a":1}\n')
  expect(seen?.diagnosis?.received).not.toContain('{"a":1}')
  await box.merchant.call('POST', JSAPI, body, { signedBody: ' {"a": 1}' })
  expect(lastJournal()?.verification.diagnosis?.code).toBe('text_unknown')
})
