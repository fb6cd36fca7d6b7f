import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  chownSync,
  closeSync,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'
import { type Binaries, copyBinaries, findBinaries, linkLibraries } from './binaries.ts'
import { EmbeddedError } from './error.ts'
import {
  canEnter,
  findRunner,
  instanceId,
  makeOutsidePlace,
  makePrivate,
  openDataFolder,
  outsidePlaces,
  ownerOf,
  type Runner,
  runAs,
  socketFolder,
} from './place.ts'

const LOG_BYTES = 10_000_000

/** Everything about one embedded database that does not change while it lives. */
export interface Cluster {
  binaries: Binaries
  /** The user that runs it; null: our own. */
  runner: Runner | null
  /** Folder that holds the cluster's data, its password and, when short enough, its socket. */
  home: string
  /** PGDATA. */
  data: string
  log: string
  /** Socket folder, or 127.0.0.1 on Windows. */
  host: string
  user: string
  password: string
}

const executable = (binaries: Binaries, name: string): string =>
  join(binaries.folder, 'bin', process.platform === 'win32' ? `${name}.exe` : name)

/**
 * Finds the cluster of a data folder, or makes it: programs, user, place, password, initdb.
 * @throws EmbeddedError with the one line for the person
 */
export function openCluster(dataDir: string): Cluster {
  const folder = openDataFolder(dataDir)
  const found = findBinaries()
  const preferred = findRunner()
  const id = instanceId(folder)
  const home = findHome(folder, id, preferred)
  const data = join(home, 'data')
  const runner = existsSync(data) ? ownerOf(data, preferred) : preferred
  const binaries = usableBinaries(found, runner, folder, id)
  if (!existsSync(data)) makeCluster(binaries, home, runner)
  refuseOtherVersion(data, binaries.major)
  const host = process.platform === 'win32' ? '127.0.0.1' : socketFolder(home, id, runner)
  const password = readFileSync(join(home, 'password'), 'utf8').trim()
  const log = join(folder, 'postgres.log')
  return { binaries, runner, home, data, log, host, user: 'minitill', password }
}

/** In the data folder when the runner can enter it, else outside; where it is already, it stays. */
function findHome(folder: string, id: string, runner: Runner | null): string {
  const inside = join(folder, 'postgres')
  if (existsSync(inside) || runner === null) return inside
  const existing = outsidePlaces(id).find((place) => existsSync(join(place, 'home')))
  if (existing !== undefined) return join(existing, 'home')
  return canEnter(runner, folder) ? inside : join(makeOutsidePlace(id, runner), 'home')
}

/** The installed programs, or a copy where the runner can't reach them or links can't be made. */
function usableBinaries(
  found: Binaries,
  runner: Runner | null,
  folder: string,
  id: string,
): Binaries {
  const linked = linkLibraries(found)
  const reachable = runner === null || canEnter(runner, join(found.folder, 'lib'))
  if (linked && reachable) return found
  const parent = runner === null ? folder : makeOutsidePlace(id, runner)
  return copyBinaries(found, parent, randomBytes(6).toString('hex'))
}

/**
 * Makes a cluster beside its place and moves it there whole, so that a start that is killed leaves
 * nothing half made, and of two starts at the same instant one wins.
 */
function makeCluster(binaries: Binaries, home: string, runner: Runner | null): void {
  const draft = `${home}.new-${randomBytes(6).toString('hex')}`
  try {
    makePrivate(draft, runner)
    const passwordFile = join(draft, 'password')
    writeFileSync(passwordFile, `${randomBytes(24).toString('base64url')}\n`, { mode: 0o600 })
    if (runner !== null) chownSync(passwordFile, runner.uid, runner.gid)
    const made = spawnSync(
      executable(binaries, 'initdb'),
      [
        ...['-D', join(draft, 'data'), '-U', 'minitill', '--pwfile', passwordFile],
        ...['--auth=scram-sha-256', '--encoding=UTF8', '--locale=C'],
        ...['--locale-provider=builtin', '--builtin-locale=C.UTF-8'],
      ],
      { ...runAs(runner), encoding: 'utf8' },
    )
    if (made.status !== 0) throw new EmbeddedError(`initdb failed: ${whyFailed(made)}`)
    renameSync(draft, home)
  } catch (error) {
    rmSync(draft, { recursive: true, force: true })
    if (!existsSync(join(home, 'data'))) throw error
  }
}

function whyFailed(result: { error?: Error; stderr?: string }): string {
  const lines = (result.stderr ?? '').trim().split('\n')
  return result.error?.message ?? lines.find((line) => /error|fatal/i.test(line)) ?? lines.join(' ')
}

function refuseOtherVersion(data: string, major: number): void {
  const found = readFileSync(join(data, 'PG_VERSION'), 'utf8').trim()
  if (found === String(major)) return
  throw new EmbeddedError(
    `the database in ${data} was made by PostgreSQL ${found} and this is PostgreSQL ${major}: ` +
      `dump it with version ${found}, or start with the minitill that made it`,
  )
}

/** What the running server says about itself in postmaster.pid. */
export interface Postmaster {
  pid: number
  port: number
  /** Its socket folder; empty where it has none. */
  socket: string
}

/** Reads postmaster.pid; null when no server runs or it has not got so far. */
export function readPostmaster(cluster: Cluster): Postmaster | null {
  const file = join(cluster.data, 'postmaster.pid')
  if (!existsSync(file)) return null
  const [pid, , , port, socket] = readFileSync(file, 'utf8').split('\n')
  if (pid === undefined || port === undefined || port === '') return null
  return { pid: Number(pid), port: Number(port), socket: socket?.trim() ?? '' }
}

/**
 * Starts the server in its own session, so that Ctrl-C in our terminal does not reach it.
 * @param port the port of the socket's name, or of 127.0.0.1 on Windows
 */
export function startServer(cluster: Cluster, port: number): ChildProcess {
  rotate(cluster.log)
  const log = openSync(cluster.log, 'a', 0o600)
  const onTcp = process.platform === 'win32'
  const settings = {
    listen_addresses: onTcp ? '127.0.0.1' : '',
    unix_socket_directories: onTcp ? '' : cluster.host,
    unix_socket_permissions: '0700',
    password_encryption: 'scram-sha-256',
    timezone: 'UTC',
    log_timezone: 'UTC',
    cluster_name: 'minitill',
  }
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  try {
    const child = spawn(
      executable(cluster.binaries, 'postgres'),
      ['-D', cluster.data, '-p', String(port), ...flags],
      { ...runAs(cluster.runner), detached: true, stdio: ['ignore', log, log] },
    )
    child.unref()
    return child
  } finally {
    closeSync(log)
  }
}

/** A port nobody uses where the server listens on TCP; else the usual one, as a socket's name only. */
export async function choosePort(): Promise<number> {
  if (process.platform !== 'win32') return 5432
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
}

function rotate(log: string): void {
  if (existsSync(log) && statSync(log).size > LOG_BYTES) renameSync(log, `${log}.1`)
}

/** The last line of the server's log that says what went wrong. */
export function lastComplaint(cluster: Cluster): string {
  if (!existsSync(cluster.log)) return 'it wrote no log'
  const lines = readFileSync(cluster.log, 'utf8').trim().split('\n').slice(-20)
  const line = lines.findLast((text) => /FATAL|PANIC|error while loading/.test(text))
  return (line ?? lines.at(-1) ?? '').replace(/^.*?(FATAL|PANIC):\s*/, '')
}

/** Removes what killed starts left half made; only the owner of the cluster may do so. */
export function removeDrafts(cluster: Cluster): void {
  const parent = dirname(cluster.home)
  for (const name of readdirSync(parent)) {
    if (/^(home|postgres)\.new-[0-9a-f]{12}$/.test(name)) {
      rmSync(join(parent, name), { recursive: true, force: true })
    }
  }
}
