/** WeChat in a box: what a program needs to start it. */
import type { Server } from 'node:http'
import { join } from 'node:path'
import { realPorts } from './adapters/real.ts'
import { strike } from './mischief.ts'
import { ProgramWatch } from './page/program-watch.ts'
import type { PageOptions } from './page/routes.ts'
import type { Ports } from './ports.ts'
import { ensureSeed, makeSeed, type SeedCredentials } from './seed.ts'
import { Wechat } from './wechat.ts'
import type { World } from './world.ts'
import { Worlds } from './worlds.ts'

export { ensureSeedCredentials, type SeedCredentials } from './seed.ts'

export interface SimulatorOptions {
  /** 127.0.0.1 unless given. */
  readonly host?: string
  /** 0 takes a free one. */
  readonly port: number
  /** The simulator's own folder; null keeps everything in memory. */
  readonly dataDir: string | null
  /** The seed of a world that is begun; one that is taken up again keeps its own. */
  readonly seed?: string
  /** The mini program that the page's phone runs. */
  readonly appFolder?: string
  /** Origins that this mini program may call (request 合法域名). */
  readonly appOrigins?: readonly string[]
  /** Hosts beside this machine that notifications may be sent to, such as `shop.test`. */
  readonly allowedTargets?: readonly string[]
  readonly log?: 'silent' | 'info'
  /** HTTPS for programs that have WeChat's hosts hard-coded; none unless given. */
  readonly proxy?: {
    /** The forward proxy's port; 0 takes a free one. */
    readonly port: number
    /** A port that answers TLS directly, for who has edited the hosts file. */
    readonly httpsPort?: number | null
  }
}

export interface ProxyAddress {
  /** For HTTPS_PROXY. */
  readonly url: string
  readonly httpsPort: number | null
  /** The certificate to trust, as PEM, and its file; null when there is no folder. */
  readonly caCertificate: string
  readonly caFile: string | null
}

export interface RunningSimulator {
  readonly url: string
  readonly port: number
  /** The merchant's side of the seeded app and merchant. */
  readonly credentials: SeedCredentials
  /** The default world itself. For tests in this process, which forge what WeChat would sign. */
  readonly world: World
  readonly proxy: ProxyAddress | null
  stop(): Promise<void>
}

/**
 * Starts a simulated WeChat. Rejects when the port is taken, or when the folder can't be used or is
 * used by another simulator.
 */
export async function startSimulator(options: SimulatorOptions): Promise<RunningSimulator> {
  const { allowedTargets } = options
  const ports = realPorts(options.log ?? 'silent', { allowedTargets })
  const host = options.host ?? '127.0.0.1'
  const { dataDir: folder } = options
  const making =
    folder === null ? makeSeed(ports, options.seed) : ensureSeed(folder, ports, options.seed)
  // Keys are made by other threads while this one loads the server's code.
  const [seed, { makeServer }] = await Promise.all([making, import('./server.ts')])
  const main = await Wechat.open({ ports, seed, folder, name: null })
  const worlds = new Worlds(main, ports, seed)
  let port = options.port
  const app = makeServer(worlds, ports, () => port, pageOptions(options, worlds))
  let proxy: OpenProxy | null = null
  const stop = async () => {
    await worlds.stop()
    await proxy?.stop()
    await app.close()
    await ports.close()
  }
  try {
    await app.listen({ host, port: options.port })
    if (options.proxy !== undefined) proxy = await openProxy(app.server, options, ports)
  } catch (error) {
    await stop()
    throw error
  }
  const address = app.server.address()
  if (typeof address === 'object' && address !== null) port = address.port
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${port}`
  const { credentials } = seed
  return { url, port, credentials, world: main.world, proxy: proxy?.address ?? null, stop }
}

interface OpenProxy {
  readonly address: ProxyAddress
  stop(): Promise<void>
}

async function openProxy(
  server: Server,
  options: SimulatorOptions,
  ports: Ports,
): Promise<OpenProxy> {
  const [{ Authority, CA_FILE }, { startProxy }] = await Promise.all([
    import('./proxy/authority.ts'),
    import('./proxy/proxy.ts'),
  ])
  const { dataDir, host = '127.0.0.1', proxy } = options
  const authority = await Authority.open(dataDir, ports)
  const { port = 0, httpsPort = null } = proxy ?? {}
  const running = await startProxy(server, authority, { host, port, httpsPort })
  const address = {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${running.port}`,
    httpsPort: running.httpsPort,
    caCertificate: authority.certificate,
    caFile: dataDir === null ? null : join(dataDir, CA_FILE),
  }
  return { address, stop: running.stop }
}

/** Without a mini program there is no phone to show. */
function pageOptions(options: SimulatorOptions, worlds: Worlds): PageOptions | null {
  const { appFolder, appOrigins = [] } = options
  if (appFolder === undefined) return null
  const world = {
    defaultAppid: () => worlds.main.world.meta.defaultAppid,
    allowedOrigins: () => [...appOrigins],
    sendsTwice: () => {
      const fault = strike(worlds.main.world, 'phone.request')
      if (fault !== null) void worlds.main.commit()
      return fault?.kind === 'sent_twice'
    },
  }
  return { appFolder, world, program: new ProgramWatch(appFolder) }
}
