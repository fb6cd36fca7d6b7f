// For SDKs that have WeChat's hosts hard-coded: an HTTPS forward proxy, and an HTTPS listener for
// who has edited the hosts file. Both hand the bytes to the simulator in this process; neither
// ever connects to anybody.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Server as NetServer, Socket } from 'node:net'
import { createServer as createTlsServer, type Server as TlsServer } from 'node:tls'
import type { Authority } from './authority.ts'
import { WECHAT_HOSTS, wechatHost } from './hosts.ts'

const HANDSHAKE_MS = 10_000
const HEADERS_MS = 10_000
const MOST_HEADER_BYTES = 16_384
const MOST_CONNECTIONS = 512

const FORBIDDEN = [
  'this is the proxy of the Minitill simulator: it answers for WeChat’s own hosts only and never',
  `connects to anybody. Known hosts: ${WECHAT_HOSTS.join(', ')}`,
].join(' ')

export interface ProxyOptions {
  readonly host: string
  /** 0 takes a free one. */
  readonly port: number
  /** Where TLS is answered directly, by SNI; null: nowhere. */
  readonly httpsPort: number | null
}

export interface RunningProxy {
  readonly port: number
  readonly httpsPort: number | null
  stop(): Promise<void>
}

/** Opens the ports. Rejects when one is taken. `app` is the simulator's HTTP server. */
export async function startProxy(
  app: Server,
  authority: Authority,
  options: ProxyOptions,
): Promise<RunningProxy> {
  const { host, port, httpsPort } = options
  const proxy = await listening(proxyServer(app, tlsServer(app, authority)), host, port)
  if (httpsPort === null) return { port: proxy.port, httpsPort, stop: proxy.close }
  try {
    const direct = await listening(tlsServer(app, authority), host, httpsPort)
    const stop = async () => {
      await Promise.all([proxy.close(), direct.close()])
    }
    return { port: proxy.port, httpsPort: direct.port, stop }
  } catch (error) {
    await proxy.close()
    throw error
  }
}

/** Answers TLS with a certificate for the host that the client names; for no other host. */
function tlsServer(app: Server, authority: Authority): TlsServer {
  const server = createTlsServer({
    handshakeTimeout: HANDSHAKE_MS,
    ALPNProtocols: ['http/1.1'],
    SNICallback: (name, done) => {
      const host = wechatHost(name, 443)
      if (host === null) done(new Error('not a host of WeChat’s'))
      else done(null, authority.contextOf(host))
    },
  })
  server.maxConnections = MOST_CONNECTIONS
  // Broken and foreign handshakes are the client's affair.
  server.on('tlsClientError', (_error, socket) => socket.destroy())
  server.on('secureConnection', (socket) => app.emit('connection', socket))
  return server
}

function proxyServer(app: Server, tls: TlsServer): Server {
  const server = createServer({
    headersTimeout: HEADERS_MS,
    requestTimeout: HEADERS_MS * 6,
    maxHeaderSize: MOST_HEADER_BYTES,
  })
  server.maxConnections = MOST_CONNECTIONS
  server.on('connect', (request: IncomingMessage, socket: Socket, head: Buffer) => {
    socket.on('error', () => socket.destroy())
    if (wechatHost(request.url ?? '', 443) === null) return refuse(socket)
    socket.write('HTTP/1.1 200 Connection Established\r\n\r\n')
    if (head.length > 0) socket.unshift(head)
    tls.emit('connection', socket)
  })
  server.on('request', (request: IncomingMessage, reply: ServerResponse) => {
    plainRequest(app, request, reply)
  })
  return server
}

function refuse(socket: Socket): void {
  const body = Buffer.from(`${FORBIDDEN}\n`)
  const headers = [
    'HTTP/1.1 403 Forbidden',
    'content-type: text/plain; charset=utf-8',
    `content-length: ${body.length}`,
    'connection: close',
  ]
  socket.end(Buffer.concat([Buffer.from(`${headers.join('\r\n')}\r\n\r\n`), body]))
}

/**
 * `GET http://api.weixin.qq.com/…`: the form in which plain HTTP comes to a proxy; old versions of
 * axios send `https://` addresses in it too, instead of CONNECT.
 */
function plainRequest(app: Server, request: IncomingMessage, reply: ServerResponse): void {
  const [, secure, authority = '', path = ''] =
    /^http(s?):\/\/([^/?#]+)(.*)$/i.exec(request.url ?? '') ?? []
  const host = wechatHost(authority, secure ? 443 : 80)
  if (host === null) {
    reply.writeHead(403, { 'content-type': 'text/plain; charset=utf-8', connection: 'close' })
    reply.end(`${FORBIDDEN}\n`)
    return
  }
  request.url = path.startsWith('/') ? path : `/${path}`
  request.headers.host = host
  app.emit('request', request, reply)
}

interface Listening {
  readonly port: number
  /** Ends the connections too: a tunnel would go on for ever. */
  close(): Promise<void>
}

function listening(server: NetServer, host: string, port: number): Promise<Listening> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  const close = async () => {
    for (const socket of sockets) socket.destroy()
    await new Promise((done) => server.close(done))
  }
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve({ port: (server.address() as AddressInfo).port, close })
    })
  })
}
