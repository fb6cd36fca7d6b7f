import { createServer } from 'node:http'
import type { AddressInfo, LookupFunction } from 'node:net'
import { afterEach, expect, it } from 'vitest'
import { guardedLookup, REFUSED } from './adapters/lookup.ts'
import { realPorts } from './adapters/real.ts'
import { targetsOf } from './allowed-target.ts'

const closers: (() => unknown)[] = []

afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

it('without a word of the operator’s, only this machine may be sent to', () => {
  const { allows } = targetsOf()
  const here = ['http://127.0.0.1/n', 'http://127.1:80/', 'https://localhost:3/', 'http://[::1]:9/']
  for (const url of here) expect([url, allows(url)]).toEqual([url, true])
  const elsewhere = [
    'http://shop.example/n',
    'http://127.0.0.1.shop.example/',
    'http://localhost.shop.example/',
    'http://169.254.169.254/latest/meta-data',
    'http://10.0.0.5/',
    'http://0.0.0.0/',
    'http://[::ffff:10.0.0.5]/',
    'http://[::]/',
    'https://api.mch.weixin.qq.com/v3/certificates',
    'ftp://127.0.0.1/',
    'file:///etc/passwd',
    'nonsense',
  ]
  for (const url of elsewhere) expect([url, allows(url)]).toEqual([url, false])
})

it('what the operator allows is that host, with a port that port only', () => {
  const { allows, reaches } = targetsOf(['shop.test', '10.0.0.5:8080', ' [fd00::1] '])
  expect(allows('https://shop.test/n')).toBe(true)
  expect(allows('https://shop.test:444/n')).toBe(true)
  expect(allows('https://a.shop.test/n')).toBe(false)
  expect(allows('http://10.0.0.5:8080/')).toBe(true)
  expect(allows('http://10.0.0.5/')).toBe(false)
  expect(allows('http://[fd00::1]:81/')).toBe(true)
  expect(reaches('shop.test', '172.18.0.3')).toBe(true)
  expect(reaches('shop.test', '169.254.169.254')).toBe(false)
  expect(reaches('localhost', '172.18.0.3')).toBe(false)
})

it('WeChat’s own hosts can’t be allowed, nor what is no host', () => {
  for (const host of ['api.mch.weixin.qq.com', 'api2.wechatpay.cn:443', 'weixin.qq.com']) {
    expect(() => targetsOf([host])).toThrow(/nothing is ever sent there/)
  }
  for (const host of ['http://shop.test', 'a b', '*', '10.0.0.0/8']) {
    expect(() => targetsOf([host])).toThrow(/must be a host/)
  }
})

/** What a guarded lookup says when names lead to these addresses. */
function looked(addresses: readonly string[], more: readonly string[], all: boolean) {
  const resolve = (_name: string, done: (error: null, found: never[]) => void) =>
    done(null, addresses.map((address) => ({ address, family: 4 })) as never[])
  const lookup: LookupFunction = guardedLookup(targetsOf(more), resolve)
  return new Promise((done) => {
    lookup('localhost', { all }, (error, found) => done(error?.code ?? found))
  })
}

it('the address that a name leads to is looked at when the connection is made', async () => {
  expect(await looked(['127.0.0.1'], [], false)).toBe('127.0.0.1')
  expect(await looked(['10.0.0.5'], [], false)).toBe(REFUSED)
  expect(await looked([], [], false)).toBe(REFUSED)
  expect(await looked(['10.0.0.5', '127.0.0.1'], [], true)).toEqual([
    { address: '127.0.0.1', family: 4 },
  ])
})

it('a redirect is an answer and is not followed', async () => {
  const seen: string[] = []
  const server = createServer((request, response) => {
    seen.push(request.url ?? '')
    response.writeHead(307, { location: '/elsewhere' }).end()
  })
  await new Promise<void>((done) => {
    server.listen(0, '127.0.0.1', done)
  })
  const ports = realPorts('silent')
  closers.push(
    () => ports.close(),
    () => server.close(),
  )
  const url = `http://localhost:${(server.address() as AddressInfo).port}/first`
  const message = { url, headers: {}, body: Buffer.from('{}'), timeoutMs: 1000 }
  expect(await ports.send(message)).toMatchObject({ got: 'answer', status: 307 })
  expect(seen).toEqual(['/first'])
})
