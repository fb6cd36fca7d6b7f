/** WeChat in a box: what a program needs to start it. */
import { realPorts } from './adapters/real.ts'
import { ProgramWatch } from './page/program-watch.ts'
import type { PageOptions } from './page/routes.ts'
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
}

export interface RunningSimulator {
  readonly url: string
  readonly port: number
  /** The merchant's side of the seeded app and merchant. */
  readonly credentials: SeedCredentials
  /** The default world itself. For tests in this process, which forge what WeChat would sign. */
  readonly world: World
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
  const stop = async () => {
    for (const part of [() => worlds.stop(), () => app.close(), () => ports.close()]) await part()
  }
  try {
    await app.listen({ host, port: options.port })
  } catch (error) {
    await stop()
    throw error
  }
  const address = app.server.address()
  if (typeof address === 'object' && address !== null) port = address.port
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${port}`
  return { url, port, credentials: seed.credentials, world: main.world, stop }
}

/** Without a mini program there is no phone to show. */
function pageOptions(options: SimulatorOptions, worlds: Worlds): PageOptions | null {
  const { appFolder, appOrigins = [] } = options
  if (appFolder === undefined) return null
  const world = {
    defaultAppid: () => worlds.main.world.meta.defaultAppid,
    allowedOrigins: () => [...appOrigins],
  }
  return { appFolder, world, program: new ProgramWatch(appFolder) }
}
