import type { IncomingMessage } from 'node:http'
import { expect, it } from 'vitest'
import { refusalOf } from './guard.ts'

const PORT = 4001

function asked(headers: Record<string, string>, remoteAddress = '127.0.0.1'): string | null {
  return refusalOf({ headers, socket: { remoteAddress } } as unknown as IncomingMessage, PORT)
}

it('the names of this simulator may use the control API, with IPv6 too', () => {
  for (const name of ['127.0.0.1', 'localhost', '[::1]']) {
    expect(asked({ host: `${name}:${PORT}` })).toBeNull()
    expect(asked({ host: `${name}:${PORT}`, origin: `http://${name}:${PORT}` })).toBeNull()
  }
  expect(asked({ host: `[::1]:${PORT}` }, '::1')).toBeNull()
  expect(asked({ host: `127.0.0.1:${PORT}` }, '::ffff:127.0.0.1')).toBeNull()
})

it('a name that was rebound to this machine is still a foreign Host', () => {
  const hosts = [
    '',
    'evil.example',
    `evil.example:${PORT}`,
    `127.0.0.1.evil.example:${PORT}`,
    `localhost.evil.example:${PORT}`,
    `127.0.0.1:${PORT}.evil.example`,
    '127.0.0.1',
    'localhost:80',
    `127.0.0.1:${PORT + 1}`,
    `user@127.0.0.1:${PORT}`,
    `[::ffff:127.0.0.1]:${PORT}`,
    `0.0.0.0:${PORT}`,
    `127.1:${PORT}`,
    `2130706433:${PORT}`,
  ]
  for (const host of hosts) expect([host, asked({ host })]).not.toEqual([host, null])
})

it('a page elsewhere may not, whatever Host it can send', () => {
  const host = `127.0.0.1:${PORT}`
  const origins = [
    'null',
    '',
    'https://evil.example',
    `https://127.0.0.1:${PORT}`,
    `http://127.0.0.1:${PORT + 1}`,
    'http://127.0.0.1',
    `http://127.0.0.1:${PORT}.evil.example`,
    `http://evil.example:${PORT}`,
    'file://',
    'vscode-webview://x',
  ]
  for (const origin of origins) {
    expect([origin, asked({ host, origin })]).not.toEqual([origin, null])
  }
})

it('another machine may not, whatever it says', () => {
  for (const address of ['192.0.2.1', '10.0.0.1', '::ffff:10.0.0.1', 'fe80::1', '']) {
    expect(asked({ host: `127.0.0.1:${PORT}` }, address)).toMatch(/this machine only/)
  }
})
