// What may come back instead of an answer of api.weixin.qq.com: all of it is silence, never a
// state, and no secret gets out with it.
import type { RequestListener, ServerResponse } from 'node:http'
import { parseAppid, parseOpenid } from '@minitill/protocol/model'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openWechatMini } from '../../../server/adapters/wechat-mini/index.ts'
import type { WechatMini } from '../../../server/ports/index.ts'
import { drip, type Stub, stub } from './stub.ts'

const appid = parseAppid('wx0000aaaaaaaaaaaa')
const openid = parseOpenid('openid-one')
const secret = 'CANARYappSecret0123456789abcdef0'
const code = 'canary-login-code'
const session = { openid, session_key: 'Q0FOQVJZc2Vzc2lvbktleQ==' }

let wechat: Stub
let mini: WechatMini & { close(): Promise<void> }
let seen: string[] = []

beforeAll(async () => {
  wechat = await stub()
  const parts = {
    points: { reach: async () => {} },
    seen: (name: string, outcome: string) => void seen.push(`${name} ${outcome}`),
  }
  mini = openWechatMini({ origin: wechat.origin, secretOf: () => secret }, parts)
})
afterAll(async () => {
  await wechat.stop()
  await mini.close()
})

const send = (status: number, type: string, body: string): RequestListener => {
  return (_request, reply) => void reply.writeHead(status, { 'content-type': type }).end(body)
}
const json = JSON.stringify(session)

async function exchange(answer: RequestListener) {
  wechat.answer = answer
  seen = []
  return await mini.exchangeCode(appid, code)
}

test('an answer of type text/plain is read like any other', async () => {
  const result = await exchange(send(200, 'text/plain', json))
  const value = { kind: 'person', openid, unionid: null, sessionKey: session.session_key }
  expect(result).toEqual({ got: 'answer', value })
  expect(seen).toEqual(['code2session answer'])
})

test("success with errcode 0, as WeChat's sample shows it, is success", async () => {
  const body = JSON.stringify({ ...session, unionid: 'union-1', errcode: 0, errmsg: 'ok' })
  const result = await exchange(send(200, 'application/json', body))
  expect(result).toMatchObject({ got: 'answer', value: { kind: 'person', unionid: 'union-1' } })
})

test('a refusal is an answer with its errcode, whatever else stands there', async () => {
  const body = JSON.stringify({ ...session, errcode: 40029, errmsg: 'invalid code' })
  const result = await exchange(send(200, 'text/plain', body))
  expect(result).toEqual({ got: 'answer', value: { kind: 'refused', errcode: 40029 } })
})

const endless = (reply: ServerResponse) => {
  reply.writeHead(200)
  const more = () => {
    while (!reply.destroyed && reply.write('x'.repeat(16_384))) {}
    reply.once('drain', more)
  }
  more()
}

const silences: ReadonlyArray<readonly [string, RequestListener, string]> = [
  ['an empty body', send(200, 'application/json', ''), 'unverified'],
  ['a page of HTML', send(200, 'text/html', '<html>busy</html>'), 'unverified'],
  ['JSON that is cut off', send(200, 'text/plain', json.slice(0, -4)), 'unverified'],
  ['JSON that is no object', send(200, 'text/plain', '[]'), 'unverified'],
  ['no openid', send(200, 'text/plain', '{"session_key":"x"}'), 'unverified'],
  [
    'a session_key of another shape',
    send(200, 'text/plain', '{"openid":"a","session_key":"b"}'),
    'unverified',
  ],
  ['an errcode that is no number', send(200, 'text/plain', '{"errcode":"40029"}'), 'unverified'],
  [
    'a huge answer',
    send(200, 'text/plain', `${json.slice(0, -1)},"x":"${'x'.repeat(65_536)}"}`),
    'unverified',
  ],
  ['an answer without end', (_request, reply) => endless(reply), 'unverified'],
  ['404', send(404, 'text/plain', json), 'unverified'],
  ['500 with a good body', send(500, 'text/plain', json), 'server_error'],
  ['502', send(502, 'text/html', '<html>'), 'server_error'],
  ['a connection that is reset', (request) => void request.socket.destroy(), 'reset'],
  [
    'a body that is torn off',
    (_request, reply) => {
      reply.writeHead(200, { 'content-length': '1000' })
      reply.write(json, () => reply.destroy())
    },
    'reset',
  ],
]

test.each(silences)('%s is silence', async (_name, answer, why) => {
  expect(await exchange(answer)).toEqual({ got: 'silence', why })
  expect(seen).toEqual([`code2session ${why}`])
  expect(seen.join()).not.toContain(secret)
})

test('a redirect is silence and is not followed, so the secret goes nowhere else', async () => {
  const elsewhere = await stub()
  const result = await exchange((_request, reply) => {
    reply.writeHead(302, { location: `${elsewhere.origin}/sns/jscode2session` }).end()
  })
  expect(result).toEqual({ got: 'silence', why: 'unverified' })
  expect(elsewhere.heard).toEqual([])
  await elsewhere.stop()
})

test('no answer within 5 s, or one that drips, is silence and the call ends', async () => {
  for (const slow of [() => {}, drip]) {
    const begun = performance.now()
    expect(await exchange(slow)).toEqual({ got: 'silence', why: 'timeout' })
    expect(performance.now() - begun).toBeLessThan(6_000)
  }
})

test('a WeChat that is not there is silence', async () => {
  const parts = { points: { reach: async () => {} }, seen: () => {} }
  const gone = openWechatMini({ origin: 'http://127.0.0.1:9', secretOf: () => secret }, parts)
  expect(await gone.exchangeCode(appid, code)).toEqual({ got: 'silence', why: 'unreachable' })
  await gone.close()
})

test('one code is sent once: nothing is repeated by itself', async () => {
  const before = wechat.heard.length
  await exchange((request) => void request.socket.destroy())
  expect(wechat.heard.length - before).toBe(1)
})

test('a code cannot add a parameter to the question', async () => {
  wechat.answer = send(200, 'text/plain', json)
  await mini.exchangeCode(appid, 'x&appid=wxother#?')
  const asked = new URL(wechat.heard.at(-1)?.slice('GET '.length) ?? '', wechat.origin)
  expect([...asked.searchParams.keys()]).toEqual(['appid', 'secret', 'js_code', 'grant_type'])
  expect(asked.searchParams.get('js_code')).toBe('x&appid=wxother#?')
})

test('the openid goes with the question for a phone number, and the secret does not', async () => {
  let body = ''
  wechat.answer = (request, reply) => {
    request.on('data', (bytes) => {
      body += bytes
    })
    request.on('end', () => reply.end('{"errcode":40003,"errmsg":"x"}'))
  }
  const result = await mini.phoneNumber(appid, 'token-1', 'phone-code', openid)
  expect(result).toEqual({ got: 'answer', value: { kind: 'refused', errcode: 40003 } })
  expect(JSON.parse(body)).toEqual({ code: 'phone-code', openid })
  expect(wechat.heard.at(-1)).toBe('POST /wxa/business/getuserphonenumber?access_token=token-1')
})

test('the AppSecret goes for a token in the body, not in the address', async () => {
  wechat.answer = send(200, 'text/plain', '{"access_token":"t1","expires_in":345}')
  const value = { kind: 'token', accessToken: 't1', expiresInSeconds: 345 }
  expect(await mini.stableToken(appid, false)).toEqual({ got: 'answer', value })
  expect(wechat.heard.at(-1)).toBe('POST /cgi-bin/stable_token')
})
