// The simulator as a process.
import { statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { type ProxyAddress, startSimulator } from './index.ts'

const DEFAULT_PORT = 4001
const STOP_WITHIN_MS = 9000

const DEFAULT_PROXY_PORT = 4002

function portOf<T>(name: string, otherwise: T): number | T {
  const text = process.env[name]
  if (text === undefined || text === '') return otherwise
  const port = Number(text)
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port
  throw new Error(`${name} must be a port number, 0 to 65535`)
}

/** Our own shop, unless `--app` names another mini program. */
const exampleFolder = join(import.meta.dirname, '..', 'example')

interface Options {
  readonly appFolder: string
  readonly domains: readonly string[]
}

/** `--app <folder>` and any number of `--request-domain <origin>`. */
function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      app: { type: 'string' },
      'request-domain': { type: 'string', multiple: true },
    },
  })
  const appFolder = values.app === undefined ? exampleFolder : resolve(values.app)
  if (!statSync(appFolder, { throwIfNoEntry: false })?.isDirectory()) {
    throw new Error(`--app: there is no folder ${values.app}`)
  }
  return { appFolder, domains: (values['request-domain'] ?? []).map(originOf) }
}

function originOf(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null
  if (url !== null && /^https?:$/.test(url.protocol)) return url.origin
  throw new Error(`--request-domain: ${text} is no origin such as http://127.0.0.1:8080`)
}

/** Where the server of the pair is: what the mini program may call. */
function serverOrigins(env: NodeJS.ProcessEnv): string[] {
  const port = env['MINITILL_PORT'] ?? '4000'
  const own = ['127.0.0.1', 'localhost'].map((host) => `http://${host}:${port}`)
  const { PUBLIC_URL: given } = env
  return given !== undefined && URL.canParse(given) ? [...own, new URL(given).origin] : own
}

/** One clear line about why it could not start. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'the simulator could not start'
  const code = 'code' in error ? error.code : undefined
  if (code === 'EADDRINUSE') {
    const taken = 'port' in error ? ` (${error.port})` : ''
    const names = 'MINITILL_SIMULATOR_PORT, MINITILL_PROXY_PORT or MINITILL_HTTPS_PORT'
    return `a port of the simulator is taken${taken}; set ${names} to another one`
  }
  if (code === 'EACCES' || code === 'EROFS') {
    return 'the data folder can’t be written; set MINITILL_DATA_DIR to another one'
  }
  return error.message
}

function sayProxy({ url, httpsPort, caFile }: ProxyAddress): void {
  const direct = httpsPort === null ? '' : `, HTTPS by SNI on port ${httpsPort}`
  process.stdout.write(`HTTPS proxy for hard-coded WeChat hosts ${url}${direct}\n`)
  process.stdout.write(`certificate to trust ${caFile}\n`)
}

async function run(): Promise<void> {
  const { env } = process
  const options = readOptions(process.argv.slice(2))
  const running = await startSimulator({
    host: env['MINITILL_HOST'] ?? '127.0.0.1',
    port: portOf('MINITILL_SIMULATOR_PORT', DEFAULT_PORT),
    proxy: {
      port: portOf('MINITILL_PROXY_PORT', DEFAULT_PROXY_PORT),
      httpsPort: portOf('MINITILL_HTTPS_PORT', null),
    },
    dataDir: join(resolve(env['MINITILL_DATA_DIR'] ?? './data'), 'simulator'),
    log: 'info',
    allowedTargets: (env['MINITILL_ALLOWED_TARGETS'] ?? '').split(','),
    appFolder: options.appFolder,
    appOrigins: [...serverOrigins(env), ...options.domains],
  })
  process.stdout.write(`simulator listening on ${running.url}\n`)
  if (running.proxy !== null) sayProxy(running.proxy)
  let stopping = false
  const stop = () => {
    if (stopping) return
    stopping = true
    setTimeout(() => process.exit(1), STOP_WITHIN_MS).unref()
    running.stop().then(
      () => process.exit(0),
      () => process.exit(1),
    )
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop)
  // The launcher is our parent: without it nobody would ever stop us.
  process.on('disconnect', stop)
}

run().catch((error: unknown) => {
  process.stderr.write(`${reasonOf(error)}\n`)
  process.exit(1)
})
