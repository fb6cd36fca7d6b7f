// Messages that are no notification at all, or bigger, slower and odder than one: A-41, A-42,
// A-52 to A-56.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Pair, startPair } from '../support/pair.ts'
import { Shopper } from '../support/shopper.ts'
import {
  noticeBody,
  paidContent,
  placed,
  post,
  signed,
  tell,
  type Victim,
} from './support/forge.ts'
import { changesNothing } from './support/nothing.ts'
import { type RawHeaders, rawRequest, rawSocket } from './support/raw.ts'

let pair: Pair
let person: Shopper
let victim: Victim

beforeAll(async () => {
  pair = await startPair()
  person = await Shopper.arrive(pair)
  victim = await placed(pair, person)
})
afterAll(async () => {
  await pair.stop()
})

const address = () => `${pair.server.url}/wechat/pay/notify/${pair.credentials.mchid}`

/** Refused with one of these statuses; nothing changed, and the body tells no more than a word. */
async function refused(act: () => ReturnType<typeof post>, statuses: readonly number[]) {
  const reply = await changesNothing(pair, act)
  expect(statuses).toContain(reply.status)
  expect(Object.keys(reply.json)).toEqual(['code', 'message'])
  expect(reply.json.message).toMatch(/^[a-z_ ]{1,40}$/)
  return reply
}

const sealed = (resource: Record<string, unknown>) => () =>
  tell(pair, paidContent(pair, victim), { resource })

test('A-41 another algorithm than AEAD_AES_256_GCM is refused', async () => {
  for (const algorithm of ['AEAD_AES_128_GCM', 'aead_aes_256_gcm', 'none', '', null, 7, {}]) {
    await refused(sealed({ algorithm }), [400])
  }
})

test('A-42 damaged ciphertext, tag, nonce or associated data: nothing is parsed', async () => {
  const plaintext = JSON.stringify(paidContent(pair, victim))
  const whole = JSON.parse(noticeBody(pair, { plaintext }).toString()).resource
  const bytes = Buffer.from(whole.ciphertext, 'base64')
  const flipped = (at: number) => {
    const copy = Buffer.from(bytes)
    copy[at] = (copy[at] ?? 0) ^ 1
    return { ...whole, ciphertext: copy.toString('base64') }
  }
  const ciphertexts = [
    flipped(0),
    flipped(bytes.length - 17),
    flipped(bytes.length - 16),
    flipped(bytes.length - 1),
    { ...whole, ciphertext: bytes.subarray(0, -1).toString('base64') },
    { ...whole, ciphertext: bytes.subarray(0, -16).toString('base64') },
    { ...whole, ciphertext: bytes.subarray(0, 15).toString('base64') },
    { ...whole, ciphertext: '' },
    { ...whole, ciphertext: '*not base64*' },
    { ...whole, ciphertext: null },
    { ...whole, associated_data: 'refund' },
    { ...whole, associated_data: '' },
  ]
  const nonces = ['', 'a'.repeat(11), 'a'.repeat(13), 'a'.repeat(12), '中'.repeat(4), null, 12]
  const damaged = [...ciphertexts, ...nonces.map((nonce) => ({ ...whole, nonce }))]
  for (const resource of damaged) await refused(sealed(resource), [400, 401])
})

test('A-42 an envelope that is none is refused before anything of it is believed', async () => {
  const bodies = [
    '',
    'null',
    '[]',
    '"x"',
    '{}',
    '{',
    '\u0000',
    `${'['.repeat(10_000)}${']'.repeat(10_000)}`,
  ]
  const whole = JSON.parse(noticeBody(pair, { plaintext: '{}' }).toString())
  const parts = [
    { ...whole, id: undefined },
    { ...whole, id: 'x'.repeat(65) },
    { ...whole, id: 7 },
    { ...whole, resource: undefined },
    { ...whole, resource: [whole.resource] },
    { ...whole, resource_type: 'plain-resource' },
    { ...whole, event_type: { toString: 'x' } },
  ]
  for (const body of [...bodies, ...parts.map((part) => JSON.stringify(part))]) {
    const bytes = Buffer.from(body)
    await refused(() => post(pair, bytes, signed(pair, bytes)), [400, 401])
  }
  const latin = Buffer.concat([
    Buffer.from('{"id":"'),
    Buffer.from([0xff, 0xfe]),
    Buffer.from('"}'),
  ])
  await refused(() => post(pair, latin, signed(pair, latin)), [400])
})

const bombs = (canary: string) => [
  `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "${canary}/xxe">]><xml><a>&e;</a></xml>`,
  `<!DOCTYPE x SYSTEM "${canary}/dtd"><xml/>`,
  `<!DOCTYPE x [<!ENTITY a "${'ha'.repeat(50)}">${Array.from({ length: 9 }, (_, n) => {
    const before = n === 0 ? 'a' : `a${n}`
    return `<!ENTITY a${n + 1} "${`&${before};`.repeat(10)}">`
  }).join('')}]><xml>&a9;</xml>`,
]

test('A-52 XML with entities, DTD or billion laughs: 415, and nobody is called', async () => {
  const called: string[] = []
  const canary = createServer((request, reply) => {
    called.push(request.url ?? '')
    reply.end()
  })
  await new Promise<void>((done) => canary.listen(0, '127.0.0.1', done))
  const url = `http://127.0.0.1:${(canary.address() as AddressInfo).port}`
  const heapBefore = process.memoryUsage().heapUsed
  for (const text of bombs(url)) {
    const body = Buffer.from(text)
    for (const type of ['text/xml', 'application/xml; charset=utf-8', 'text/plain', '']) {
      const headers = { ...signed(pair, body), 'content-type': type }
      await refused(() => post(pair, body, headers), [415])
    }
    // Called JSON and rightly signed, it is still no JSON.
    await refused(() => post(pair, body, signed(pair, body)), [400])
  }
  expect(process.memoryUsage().heapUsed - heapBefore).toBeLessThan(100_000_000)
  await new Promise((done) => canary.close(done))
  expect(called).toEqual([])
})

test('A-53 a well-formed refund notice of the old XML protocol is 415 too', async () => {
  const xml = `<xml><return_code><![CDATA[SUCCESS]]></return_code><appid><![CDATA[${pair.credentials.appid}]]></appid><mch_id>${pair.credentials.mchid}</mch_id><nonce_str>a</nonce_str><req_info><![CDATA[AAAA]]></req_info></xml>`
  const body = Buffer.from(xml)
  const headers = { 'content-type': 'text/xml' }
  for (const path of ['notify', 'refund-notify']) {
    const url = `${pair.server.url}/wechat/pay/${path}/${pair.credentials.mchid}`
    await refused(() => rawRequest(url, { headers, body }), [415])
  }
  const metrics = (await pair.server.get('/metrics')).text
  const line = /minitill_http_request_seconds_count\{.*refund-notify.*status="415".*\} (\d+)/
  expect(Number(line.exec(metrics)?.[1])).toBeGreaterThan(0)
})

test('A-54 ten mebibytes, endless chunks and a gzip bomb are refused at their bounds', async () => {
  const big = Buffer.alloc(10 * 1024 * 1024, 0x20)
  const many = { 'content-type': 'application/json' }
  const declared = await changesNothing(pair, () => rawSocketBody(big.length))
  expect(declared).toMatch(/^HTTP\/1\.1 413 /)
  const bomb = gzipSync(Buffer.alloc(50 * 1024 * 1024))
  const packed: RawHeaders = { ...signed(pair, bomb), 'content-encoding': 'gzip' }
  await refused(() => post(pair, bomb, packed), [415])
  const endless = await changesNothing(pair, () => endlessChunks(many))
  expect(endless.text === '' || /^HTTP\/1\.1 413 /.test(endless.text)).toBe(true)
  expect(endless.sent).toBeLessThan(64)
})

/** Says how much will come, and sends a part: the answer must not wait for the rest. */
async function rawSocketBody(length: number): Promise<string> {
  const head = `POST ${new URL(address()).pathname} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n\r\n`
  return (await rawSocket(pair.server.url, head)).text
}

/** A body without an end, in chunks of 64 KiB; answers how many the server let in. */
async function endlessChunks(headers: Record<string, string>) {
  const chunk = new Uint8Array(65_536).fill(0x20)
  let sent = 0
  const body = new ReadableStream({
    pull(controller) {
      sent += 1
      if (sent >= 512) controller.close()
      else controller.enqueue(chunk)
    },
  })
  const init = { method: 'POST', headers, body, duplex: 'half' } as RequestInit
  const text = await fetch(address(), init)
    .then((reply) => `HTTP/1.1 ${reply.status} `)
    .catch(() => '')
  return { text, sent }
}

test('A-54 a body of one byte now and then is ended by 408 within its bound', async () => {
  const head = `POST ${new URL(address()).pathname} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n{`
  const begun = performance.now()
  const { text, closed } = await changesNothing(pair, () =>
    rawSocket(pair.server.url, head, { piece: ' ', everyMs: 2_000, limitMs: 25_000 }),
  )
  expect(closed).toBe(true)
  expect(performance.now() - begun).toBeLessThan(20_000)
  expect(text).toMatch(/^HTTP\/1\.1 408 /)
})

test('A-55 no other method than POST', async () => {
  for (const method of ['GET', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS', 'TRACE']) {
    const reply = await changesNothing(pair, () => rawRequest(address(), { method }))
    expect([method, reply.status]).toEqual([method, 405])
    expect(reply.headers.get('allow')).toBe('POST')
  }
})

test("A-56 a forged X-Forwarded-For of WeChat's range opens nothing and closes nothing", async () => {
  const forged = {
    'x-forwarded-for': '101.226.103.1',
    forwarded: 'for=101.226.103.1',
    'x-real-ip': '101.226.103.1',
  }
  const body = noticeBody(pair, { plaintext: JSON.stringify(paidContent(pair, victim)) })
  const unsigned = { ...forged, 'content-type': 'application/json' }
  await refused(() => post(pair, body, unsigned), [401])
  const metrics = await changesNothing(pair, () =>
    rawRequest(`${pair.server.url}/metrics`, { method: 'GET', headers: forged }),
  )
  expect(metrics.status).toBe(401)
  // And the same message from anywhere, rightly signed, pays: the address decides nothing.
  expect((await post(pair, body, { ...signed(pair, body), ...forged })).status).toBe(200)
  await person.untilStatus(victim.id, 'paid')
})

test('A-56 changing the forged address does not lift the bound on guessed login codes', async () => {
  const statuses = new Set<number>()
  for (let n = 0; n < 40; n += 1) {
    const headers = { 'x-forwarded-for': `101.226.103.${n}` }
    statuses.add((await pair.server.post('/v1/sessions', { code: `guess${n}` }, headers)).status)
  }
  expect([...statuses]).toEqual([401, 429])
})
