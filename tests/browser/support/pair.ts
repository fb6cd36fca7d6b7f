// The pair that the browser suites click: `npm start` on free ports, or one that runs already.
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

export interface Pair {
  serverUrl: string
  simulatorUrl: string
  adminKey: string
  stop(): Promise<void>
}

const READY_LIMIT_MS = 60_000
const STOP_LIMIT_MS = 15_000

/**
 * Starts server and simulator as `npm start` does, with a data folder of its own. With
 * MINITILL_TEST_PAIR="<server url> <simulator url>" it takes that running pair instead, with the key
 * in MINITILL_ADMIN_KEY. `more`: settings beside the usual ones.
 */
export async function startPair(more: Readonly<Record<string, string>> = {}): Promise<Pair> {
  const given = process.env['MINITILL_TEST_PAIR']?.split(' ')
  if (given?.[0] !== undefined && given[1] !== undefined) {
    const adminKey = process.env['MINITILL_ADMIN_KEY'] ?? ''
    return { serverUrl: given[0], simulatorUrl: given[1], adminKey, stop: async () => undefined }
  }
  const [server, simulator, proxy] = await freePorts(3)
  const dataDir = mkdtempSync(join(tmpdir(), 'minitill-shop-'))
  const child = spawn(process.execPath, [resolve('tools/start.ts')], {
    env: {
      ...process.env,
      MINITILL_PORT: String(server),
      MINITILL_SIMULATOR_PORT: String(simulator),
      MINITILL_PROXY_PORT: String(proxy),
      MINITILL_DATA_DIR: dataDir,
      ...more,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const stop = async () => {
    await ended(child)
    rmSync(dataDir, { recursive: true, force: true })
  }
  try {
    await ready(child)
  } catch (error) {
    await stop()
    throw error
  }
  const at = (port: number | undefined) => `http://127.0.0.1:${port}`
  const keys = readFileSync(join(dataDir, 'development.env'), 'utf8')
  const adminKey = /^MINITILL_ADMIN_KEY="?([^"\n]+)/m.exec(keys)?.[1] ?? ''
  return { serverUrl: at(server), simulatorUrl: at(simulator), adminKey, stop }
}

function ready(child: ChildProcess): Promise<void> {
  return new Promise((resolveReady, reject) => {
    let said = ''
    const late = setTimeout(() => reject(new Error(`not ready in time:\n${said}`)), READY_LIMIT_MS)
    const hear = (bytes: Buffer) => {
      said = (said + bytes.toString()).slice(-10_000)
      if (!said.includes('minitill ready')) return
      clearTimeout(late)
      resolveReady()
    }
    child.stdout?.on('data', hear)
    child.stderr?.on('data', hear)
    child.once('exit', (code) => {
      clearTimeout(late)
      reject(new Error(`the pair ended with ${code} before it was ready:\n${said}`))
    })
  })
}

function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve()
  return new Promise((done) => {
    const late = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS)
    child.once('exit', () => {
      clearTimeout(late)
      done()
    })
    child.kill('SIGTERM')
  })
}

/** Ports that are free now; taken together, so that they differ. */
async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(Array.from({ length: count }, () => listening()))
  const ports = servers.map(({ port }) => port)
  await Promise.all(servers.map(({ close }) => close()))
  return ports
}

function listening(): Promise<{ port: number; close(): Promise<void> }> {
  return new Promise((done) => {
    const server = createServer()
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      const port = typeof address === 'object' && address !== null ? address.port : 0
      done({ port, close: () => new Promise((closed) => server.close(() => closed())) })
    })
  })
}
