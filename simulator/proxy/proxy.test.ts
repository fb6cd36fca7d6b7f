import { X509Certificate } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TLSSocket, connect as tlsConnect } from 'node:tls'
import { ProxyAgent, request } from 'undici'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { realPorts } from '../adapters/real.ts'
import { type RunningSimulator, startSimulator } from '../index.ts'
import { TestMerchant, type Transport } from '../testing/merchant.ts'
import { Authority } from './authority.ts'
import { WECHAT_HOSTS } from './hosts.ts'

let folder: string
let running: RunningSimulator
let proxy: NonNullable<RunningSimulator['proxy']>

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'minitill-proxy-'))
  running = await startSimulator({
    port: 0,
    dataDir: folder,
    proxy: { port: 0, httpsPort: 0 },
  })
  if (running.proxy === null) throw new Error('no proxy')
  proxy = running.proxy
})
afterAll(async () => {
  await running.stop()
  rmSync(folder, { recursive: true, force: true })
})

const portOf = (url: string) => Number(new URL(url).port)

function heard(socket: Socket): Promise<string> {
  return new Promise((resolve) => {
    let text = ''
    socket.on('data', (bytes: Buffer) => {
      text += bytes.toString('latin1')
    })
    socket.on('close', () => resolve(text))
    socket.on('error', () => resolve(text))
  })
}

/** What the proxy says to these bytes, until it hangs up. */
async function raw(bytes: string): Promise<string> {
  const socket = connect(portOf(proxy.url), '127.0.0.1')
  const said = heard(socket)
  socket.write(bytes)
  return await said
}

interface Said {
  readonly status: number
  readonly headers: Headers
  readonly text: string
}

/** One request through the proxy, by a client that trusts this certificate. */
async function through(
  url: string,
  more: { ca?: string; method?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<Said> {
  const { ca = proxy.caCertificate, method = 'GET', headers = {}, body } = more
  const dispatcher = new ProxyAgent({ uri: proxy.url, proxyTunnel: true, requestTls: { ca } })
  try {
    const init = { dispatcher, method: method as 'GET', headers, body: body || null }
    const reply = await request(url, init)
    const kept = new Headers(reply.headers as Record<string, string>)
    return { status: reply.statusCode, headers: kept, text: await reply.body.text() }
  } finally {
    await dispatcher.destroy()
  }
}

it('every one of WeChat’s hosts is answered through the proxy, with a certificate that the CA signed', async () => {
  for (const host of WECHAT_HOSTS) {
    const isMini = host === 'api.weixin.qq.com'
    const path = isMini ? '/cgi-bin/token' : '/v3/certificates'
    const headers = { accept: 'application/json', 'user-agent': 'test' }
    const said = await through(`https://${host}${path}`, { headers })
    if (isMini) expect(said.text).toMatch(/"errcode":\d+/)
    else expect(said.status).toBe(401)
  }
})

it('without the CA nothing is believed', async () => {
  const ports = realPorts('silent')
  const { certificate: ca } = await Authority.open(null, ports)
  const asked = through('https://api.mch.weixin.qq.com/v3/certificates', { ca })
  await expect(asked).rejects.toThrow(/signature|certificate/)
  await ports.close()
})

it('a signed request goes through with path, query and body as they were sent', async () => {
  const send: Transport = async (method, path, headers, body) => {
    const url = `https://api.mch.weixin.qq.com${path}`
    const said = await through(url, { method, headers: { ...headers }, body })
    const json = said.text.startsWith('{') ? JSON.parse(said.text) : {}
    return { ...said, bytes: Buffer.from(said.text), json }
  }
  const merchant = new TestMerchant(send, running.credentials)
  const { defaultAppid, defaultPerson } = running.world.meta
  const [key] =
    running.world.entries('openids').find(([, person]) => person === defaultPerson) ?? []
  const openid = key?.slice(defaultAppid.length + 1) ?? ''
  const prepay = await merchant.prepay('proxy-0001', openid, { attach: '茶 a=b&c' })
  expect([prepay.status, prepay.json['prepay_id']]).toEqual([200, expect.stringMatching(/^wx/)])
  expect((await merchant.query('proxy-0001')).json['trade_state']).toBe('NOTPAY')
  expect((await merchant.close('proxy-0001')).status).toBe(204)
})

it('any other host or port is refused with a clear line, and nobody is contacted', async () => {
  for (const target of [
    'example.com:443',
    'api.mch.weixin.qq.com:22',
    'api.mch.weixin.qq.com.evil.test:443',
    '127.0.0.1:443',
    'pay.weixin.qq.com:443',
  ]) {
    const said = await raw(`CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\n\r\n`)
    expect(said).toMatch(/^HTTP\/1.1 403 Forbidden/)
    expect(said).toContain('never connects to anybody')
  }
  const plain = await raw('GET http://example.com/ HTTP/1.1\r\nHost: example.com\r\n\r\n')
  expect(plain).toMatch(/^HTTP\/1.1 403/)
})

it('plain HTTP in the form of a proxy is answered for WeChat’s hosts', async () => {
  const url = 'http://api.weixin.qq.com/cgi-bin/token?grant_type=client_credential'
  const said = await raw(
    `GET ${url} HTTP/1.1\r\nHost: api.weixin.qq.com\r\nConnection: close\r\n\r\n`,
  )
  expect(said).toMatch(/^HTTP\/1.1 200/)
  expect(said).toContain('"errcode":41002')
})

it('an https address in that form, as old versions of axios send it, is answered too', async () => {
  const url = 'https://api.mch.weixin.qq.com/v3/certificates'
  const said = await raw(
    `GET ${url} HTTP/1.1\r\nHost: api.mch.weixin.qq.com\r\nConnection: close\r\n\r\n`,
  )
  expect(said).toMatch(/^HTTP\/1.1 4(?!03)/)
  const other = await raw('GET https://example.com/ HTTP/1.1\r\nHost: example.com\r\n\r\n')
  expect(other).toMatch(/^HTTP\/1.1 403/)
})

it('the control API is not reachable under a name of WeChat’s', async () => {
  const said = await through('https://api.mch.weixin.qq.com/_sim/credentials')
  expect([403, 404]).toContain(said.status)
  expect(said.text).not.toContain('private_key')
})

/** A TLS connection to the listener that takes WeChat's names by SNI. */
function direct(servername: string): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const socket = tlsConnect({
      host: '127.0.0.1',
      port: proxy.httpsPort ?? 0,
      servername,
      ca: proxy.caCertificate,
    })
    socket.on('secureConnect', () => resolve(socket))
    socket.on('error', reject)
  })
}

it('with an edited hosts file TLS is answered by SNI, for WeChat’s names only', async () => {
  const socket = await direct('api2.wechatpay.cn')
  expect(socket.authorized).toBe(true)
  const said = heard(socket)
  socket.write('GET /v3/nothing HTTP/1.1\r\nHost: api2.wechatpay.cn\r\nConnection: close\r\n\r\n')
  expect(await said).toMatch(/^HTTP\/1.1 404/)
  await expect(direct('example.com')).rejects.toThrow()
})

it('the CA is harmless elsewhere: it may sign WeChat’s hosts only, and no other authority', () => {
  const text = readFileSync(proxy.caFile ?? '', 'utf8')
  const authority = new X509Certificate(text)
  expect(authority.ca).toBe(true)
  expect(authority.subject).toContain('CN=Minitill Simulator Local CA')
  for (const host of WECHAT_HOSTS) expect(authority.raw.includes(Buffer.from(host))).toBe(true)
  expect(authority.raw.includes(Buffer.from('551d1e', 'hex'))).toBe(true)
})

it('the CA’s key is its owner’s alone, and a second start takes the same CA up', async () => {
  expect(statSync(join(folder, 'proxy-ca.keys.json')).mode & 0o777).toBe(0o600)
  const again = await Authority.open(folder, realPorts('silent'))
  expect(again.certificate).toBe(proxy.caCertificate)
})

it('a damaged CA is replaced by a new one', async () => {
  const other = mkdtempSync(join(tmpdir(), 'minitill-proxy-'))
  const ports = realPorts('silent')
  const first = await Authority.open(other, ports)
  writeFileSync(join(other, 'proxy-ca.keys.json'), '{')
  expect((await Authority.open(other, ports)).certificate).not.toBe(first.certificate)
  await ports.close()
  rmSync(other, { recursive: true, force: true })
})

it('certificates are renewed a month before they end', async () => {
  let nowMs = Date.now()
  const ports = { ...realPorts('silent'), realNowMs: () => nowMs }
  const authority = await Authority.open(null, ports)
  const first = authority.contextOf('api.wechatpay.cn')
  expect(authority.contextOf('api.wechatpay.cn')).toBe(first)
  nowMs += 370 * 24 * 60 * 60 * 1000
  expect(authority.contextOf('api.wechatpay.cn')).not.toBe(first)
})
