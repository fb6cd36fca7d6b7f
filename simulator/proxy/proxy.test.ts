import { execFile } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TLSSocket, connect as tlsConnect } from 'node:tls'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { realPorts } from '../adapters/real.ts'
import { type RunningSimulator, startSimulator } from '../index.ts'
import { TestMerchant } from '../testing/merchant.ts'
import { Authority } from './authority.ts'
import { WECHAT_HOSTS } from './hosts.ts'

const run = promisify(execFile)
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

it('every one of WeChat’s hosts is answered through the proxy, with a certificate that the CA signed', async () => {
  for (const host of WECHAT_HOSTS) {
    const path = host === 'api.weixin.qq.com' ? '/cgi-bin/token' : '/v3/certificates'
    const { stdout } = await run('curl', [
      ...['--silent', '--include', '--max-time', '10', '--proxy', proxy.url],
      ...['--cacert', proxy.caFile ?? '', `https://${host}${path}`],
    ])
    expect(stdout).toMatch(/200 Connection Established/i)
    expect(stdout).toMatch(host === 'api.weixin.qq.com' ? /"errcode":\d+/ : /HTTP\/1.1 4\d\d/)
  }
})

it('without the CA nothing is believed', async () => {
  const args = ['--silent', '--proxy', proxy.url, 'https://api.mch.weixin.qq.com/v3/certificates']
  await expect(run('curl', args)).rejects.toMatchObject({ code: 60 })
})

it('a signed request goes through with path, query and body as they were sent', async () => {
  const send = async (method: string, path: string, headers: object, body: string) => {
    const flags = Object.entries(headers).flatMap(([key, value]) => ['-H', `${key}: ${value}`])
    const { stdout } = await run('curl', [
      ...['--silent', '--proxy', proxy.url, '--cacert', proxy.caFile ?? '', '-X', method, ...flags],
      ...(body === '' ? [] : ['--data-binary', body]),
      ...['-w', '\n%{http_code}', `https://api.mch.weixin.qq.com${path}`],
    ])
    const at = stdout.lastIndexOf('\n')
    const text = stdout.slice(0, at)
    const json = text.startsWith('{') ? JSON.parse(text) : {}
    const bytes = Buffer.from(text)
    return { status: Number(stdout.slice(at + 1)), headers: new Headers(), text, bytes, json }
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
  const { stdout } = await run('curl', [
    ...['--silent', '--proxy', proxy.url, '--cacert', proxy.caFile ?? ''],
    ...['-w', '\n%{http_code}', 'https://api.mch.weixin.qq.com/_sim/credentials'],
  ])
  expect(stdout).toMatch(/\n40[34]$/)
  expect(stdout).not.toContain('private_key')
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
