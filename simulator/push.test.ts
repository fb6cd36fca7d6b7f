import { beforeEach, expect, it } from 'vitest'
import { pushByHand, pushesView, replayPush } from './control/pushes.ts'
import { registerApp, verifyApp } from './control/register.ts'
import { openPush, pushSignature, sealPush } from './crypto/push.ts'
import type { Delivery, OutgoingMessage } from './ports.ts'
import type { Seed } from './seed.ts'
import { type Box, openBox } from './testing/box.ts'

let box: Box
let seed: Seed | undefined
const URL_ = 'http://127.0.0.1:9/wechat/messages'
const TOKEN = 'push-token'
const AES_KEY = 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG'

beforeEach(async () => {
  box = await openBox(seed)
  seed = box.seed
})

const answer = (body: string, status = 200): Delivery => ({ got: 'answer', status, body })

async function configure(more: Record<string, unknown> = {}) {
  const { appid, app_secret: secret } = box.seed.credentials
  const push = { message_url: URL_, message_token: TOKEN, message_aes_key: AES_KEY }
  const told = await registerApp(box.wechat, { appid, secret, ...push, ...more })
  box.sent.length = 0
  return told
}

const EVENT = { MsgType: 'event', Event: 'debug_demo', debug_str: '你好 ]]> <b>' }

/** Pushes something by hand and lets it leave. */
async function push(message: Record<string, unknown> = EVENT): Promise<string> {
  const { status, body } = pushByHand(box.wechat, { message })
  expect(status).toBe(202)
  await box.wechat.commit()
  await box.wechat.clock.move((now) => now + 1000)
  return (body as { id: string }).id
}

const textOf = (message?: OutgoingMessage) => Buffer.from(message?.body ?? '').toString('utf8')
const queryOf = (message?: OutgoingMessage) => new URL(message?.url ?? URL_).searchParams
const part = (message: OutgoingMessage | undefined, name: string) =>
  queryOf(message).get(name) ?? ''

function stateOf(id: string): Record<string, unknown> | undefined {
  const { data } = pushesView(box.wechat).body as { data: Record<string, unknown>[] }
  return data.find((one) => one['id'] === id)
}

it('M56 registering a message_url sends a signed GET, which must give echostr back', async () => {
  const echo = async ({ method, url }: OutgoingMessage) =>
    method === 'GET' ? answer(new URL(url).searchParams.get('echostr') ?? '') : answer('success')
  box.respond = echo
  expect((await configure()).body).toMatchObject({ message_url: { ok: true, status: 200 } })
  const verify = async () => (await verifyApp(box.wechat, box.seed.credentials.appid)).body
  expect(await verify()).toMatchObject({ ok: true })
  const [get] = box.sent
  expect(get?.method).toBe('GET')
  const signature = pushSignature(TOKEN, part(get, 'timestamp'), part(get, 'nonce'))
  expect(part(get, 'signature')).toBe(signature)
  box.respond = async (message) => answer(`"${part(message, 'echostr')}"`)
  expect(await verify()).toMatchObject({ ok: false, detail: expect.stringContaining('verbatim') })
  const { data } = box.wechat.journal.read(0, 100)
  expect(data.at(-1)).toMatchObject({
    kind: 'push',
    method: 'GET',
    verification: { ok: false, failed_step: 'reply', diagnosis: { code: 'push_echostr' } },
  })
  box.respond = async () => ({ got: 'silence', why: 'no answer' })
  expect(await verify()).toMatchObject({ ok: false, status: null })
  await configure({ message_url: 'http://192.0.2.1/messages' })
  expect(await verify()).toMatchObject({
    ok: false,
    detail: expect.stringContaining('this machine'),
  })
  expect(box.sent).toEqual([])
})

it('M56 a message_url needs a token, and a key unless it is plain', async () => {
  const own = { appid: 'wxnew', secret: 's', message_url: URL_ }
  expect(await registerApp(box.wechat, own)).toMatchObject({ status: 400 })
  const safe = { ...own, message_token: TOKEN, message_mode: 'safe' }
  expect(await registerApp(box.wechat, safe)).toMatchObject({
    status: 400,
    body: { errors: [{ field: 'message_aes_key' }] },
  })
  expect(await registerApp(box.wechat, { ...own, message_token: TOKEN })).toMatchObject({
    status: 201,
  })
  expect(box.wechat.world.must('apps', 'wxnew').messageMode).toBe('plain')
})

it('a plain push is signed and carries the message, in JSON and in XML', async () => {
  await configure({ message_mode: 'plain' })
  await push()
  const [json] = box.sent
  const signature = pushSignature(TOKEN, part(json, 'timestamp'), part(json, 'nonce'))
  expect(part(json, 'signature')).toBe(signature)
  expect([part(json, 'openid'), part(json, 'msg_signature')]).toEqual([box.openid, ''])
  expect(JSON.parse(textOf(json))).toMatchObject({
    ToUserName: expect.stringMatching(/^gh_[0-9a-f]{12}$/),
    FromUserName: box.openid,
    CreateTime: expect.any(Number),
    ...EVENT,
  })
  await configure({ message_mode: 'plain', message_format: 'xml' })
  await push()
  const xml = textOf(box.sent[0])
  expect(xml).toMatch(/^<xml><ToUserName><!\[CDATA\[gh_/)
  expect(xml).toMatch(/<CreateTime>\d+<\/CreateTime>/)
  expect(xml).toContain('<debug_str><![CDATA[你好 ]]]]><![CDATA[> <b>]]></debug_str></xml>')
})

it('M57 safe mode: sealed with the appid, msg_signature over Encrypt, signature beside it', async () => {
  await configure()
  await push()
  const [sent] = box.sent
  const { Encrypt, ...rest } = JSON.parse(textOf(sent))
  expect(Object.keys(rest)).toEqual(['ToUserName'])
  const query = [TOKEN, part(sent, 'timestamp'), part(sent, 'nonce')] as const
  expect(part(sent, 'encrypt_type')).toBe('aes')
  expect(part(sent, 'msg_signature')).toBe(pushSignature(...query, Encrypt))
  expect(part(sent, 'signature')).toBe(pushSignature(...query))
  const opened = openPush(Encrypt, AES_KEY)
  expect(opened.appid).toBe(box.seed.credentials.appid)
  expect(JSON.parse(opened.message)).toMatchObject(EVENT)
  await configure({ message_format: 'xml' })
  await push()
  expect(textOf(box.sent[0])).toMatch(/^<xml><ToUserName>.*<Encrypt><!\[CDATA\[.*<\/xml>$/)
  expect(box.wechat.journal.read(0, 500).data.at(-1)?.plaintext).toContain('debug_demo')
})

it('M57 compatible mode carries the plain fields and the sealed ones', async () => {
  await configure({ message_mode: 'compatible' })
  await push()
  const both = JSON.parse(textOf(box.sent[0]))
  expect(both).toMatchObject(EVENT)
  expect(JSON.parse(openPush(both.Encrypt, AES_KEY).message)).toMatchObject(EVENT)
  await configure({ message_mode: 'compatible', message_format: 'xml' })
  await push()
  expect(textOf(box.sent[0])).toMatch(/<debug_str>.*<Encrypt><!\[CDATA\[.*\]\]><\/Encrypt><\/xml>$/)
})

it('M58 three attempts five seconds apart, identical to the last byte, then an end', async () => {
  await configure()
  box.respond = async () => ({ got: 'silence', why: 'no answer within 5 seconds' })
  const id = await push()
  await box.wechat.clock.move((now) => now + 60_000)
  expect(box.sent).toHaveLength(3)
  expect(new Set(box.sent.map(({ url }) => url)).size).toBe(1)
  expect(new Set(box.sent.map(textOf)).size).toBe(1)
  expect(box.sent[0]?.timeoutMs).toBe(5000)
  expect(stateOf(id)).toMatchObject({ state: 'given_up', attempts: 3 })
  const answers = [answer('', 500), answer('')]
  box.respond = async () => answers.shift() ?? answer('')
  const other = await push()
  await box.wechat.clock.move((now) => now + 60_000)
  expect(stateOf(other)).toMatchObject({ state: 'delivered', attempts: 2 })
})

it('M58 replies: empty, success, or sealed and signed; others are told in the journal', async () => {
  await configure()
  const verdict = async (body: string) => {
    box.respond = async () => answer(body)
    await push()
    return box.wechat.journal.read(0, 500).data.at(-1)?.verification.diagnosis?.code ?? 'fine'
  }
  const sealed = (appid: string, token = TOKEN) => {
    const Encrypt = sealPush('{"demo_resp":"good luck"}', AES_KEY, appid, '707722b803182950')
    const MsgSignature = pushSignature(token, '1713424427', '415670741', Encrypt)
    return { Encrypt, MsgSignature, TimeStamp: 1713424427, Nonce: '415670741' }
  }
  const { appid } = box.seed.credentials
  expect(await verdict('')).toBe('fine')
  expect(await verdict('success')).toBe('fine')
  expect(await verdict(JSON.stringify(sealed(appid)))).toBe('fine')
  const { Encrypt, MsgSignature, Nonce } = sealed(appid)
  const fields = `<Encrypt><![CDATA[${Encrypt}]]></Encrypt><Nonce>${Nonce}</Nonce>`
  const rest = `<MsgSignature>${MsgSignature}</MsgSignature><TimeStamp>1713424427</TimeStamp>`
  expect(await verdict(`<xml>${fields}${rest}</xml>`)).toBe('fine')
  expect(await verdict('OK')).toBe('push_reply_unknown')
  expect(await verdict('{"demo_resp":"good luck"}')).toBe('push_reply_unsealed')
  expect(await verdict(JSON.stringify(sealed(appid, 'x')))).toBe('push_reply_signature')
  expect(await verdict(JSON.stringify(sealed('wxother')))).toBe('push_reply_sealing')
})

it('M58 a push comes twice, late, at once, or never; a replay is the same again', async () => {
  await configure()
  box.arm('push', 'duplicated')
  const id = await push()
  await box.wechat.clock.move((now) => now + 5000)
  expect(box.sent.map(textOf)).toEqual([textOf(box.sent[0]), textOf(box.sent[0])])
  box.sent.length = 0
  box.arm('push', 'two_at_once')
  await push()
  expect(box.sent).toHaveLength(2)
  box.sent.length = 0
  box.arm('push', 'delayed', { next: true, delayMs: 600_000 })
  await push()
  expect(box.sent).toHaveLength(0)
  await box.wechat.clock.move((now) => now + 600_000)
  expect(box.sent).toHaveLength(1)
  box.sent.length = 0
  box.arm('push', 'lost', { count: 3 })
  const lost = await push()
  await box.wechat.clock.move((now) => now + 60_000)
  expect([box.sent.length, stateOf(lost)?.['state']]).toEqual([0, 'given_up'])
  box.arm('push', 'answer_lost')
  const unheard = await push()
  await box.wechat.clock.move((now) => now + 60_000)
  expect(box.sent).toHaveLength(2)
  expect(stateOf(unheard)).toMatchObject({ state: 'delivered', attempts: 2 })
  box.sent.length = 0
  expect(replayPush(box.wechat, id).status).toBe(202)
  await box.wechat.commit()
  await box.wechat.clock.move((now) => now + 1000)
  expect(box.sent).toHaveLength(1)
  expect(replayPush(box.wechat, 'none').status).toBe(404)
})

it('pushes can be forged: wrong signature, damaged, stale, with another appid', async () => {
  await configure()
  const forged = async (kind: string) => {
    box.sent.length = 0
    box.arm('push', kind)
    await push()
    const [sent] = box.sent
    const { Encrypt } = JSON.parse(textOf(sent))
    const query = [TOKEN, part(sent, 'timestamp'), part(sent, 'nonce')] as const
    return { Encrypt, right: part(sent, 'msg_signature') === pushSignature(...query, Encrypt) }
  }
  expect((await forged('wrong_signature')).right).toBe(false)
  const damaged = await forged('damaged_ciphertext')
  expect(damaged.right).toBe(true)
  expect(() => openPush(damaged.Encrypt, AES_KEY)).toThrow()
  const other = await forged('other_appid')
  expect(openPush(other.Encrypt, AES_KEY).appid).not.toBe(box.seed.credentials.appid)
  expect((await forged('timestamp_old')).right).toBe(true)
  const ageS = box.wechat.world.nowMs() / 1000 - Number(part(box.sent[0], 'timestamp'))
  expect(ageS).toBeGreaterThan(3000)
})

it('M44 virtual payment’s events come sixteen times with doubling gaps, until ErrCode 0', async () => {
  await configure({ message_mode: 'plain' })
  const event = { MsgType: 'event', Event: 'xpay_goods_deliver_notify', OutTradeNo: 'x1' }
  const at: number[] = []
  box.respond = async () => {
    at.push(box.wechat.world.nowMs())
    return answer('{"ErrCode":1,"ErrMsg":"later"}')
  }
  const id = await push(event)
  await box.wechat.clock.move((now) => now + 2 * 24 * 60 * 60 * 1000)
  const gaps = at.slice(1).map((time, index) => (time - (at[index] ?? 0)) / 1000)
  expect(gaps).toEqual(Array.from({ length: 15 }, (_, index) => 2 ** (index + 1)))
  expect(stateOf(id)).toMatchObject({ state: 'given_up', attempts: 16 })
  for (const body of ['{"ErrCode":0,"ErrMsg":"success"}', '<xml><ErrCode>0</ErrCode></xml>', '']) {
    box.respond = async () => answer(body)
    expect(stateOf(await push(event))).toMatchObject({ state: 'delivered', attempts: 1 })
  }
})

it('without a message_url nothing is pushed; strange input is refused', () => {
  expect(pushByHand(box.wechat, { message: EVENT })).toMatchObject({ status: 400 })
  for (const message of [{ Event: 'x' }, { ...EVENT, 'a b': 1 }, 'text']) {
    expect(pushByHand(box.wechat, { message })).toMatchObject({ status: 400 })
  }
})
