import type { ChildProcess } from 'node:child_process'
import { setTimeout as pause } from 'node:timers/promises'
import type { Client } from 'pg'
import {
  type Cluster,
  choosePort,
  lastComplaint,
  openCluster,
  type Postmaster,
  readPostmaster,
  removeDrafts,
  startServer,
} from './embedded/cluster.ts'
import { EmbeddedError } from './embedded/error.ts'
import {
  connect,
  countOthers,
  disown,
  makeDatabase,
  nameOf,
  ownerName,
  rename,
  tryOwn,
} from './embedded/ownership.ts'
import { isAlive, stopServer } from './embedded/stop.ts'
import { startWatchdog } from './embedded/watch.ts'

export { EmbeddedError } from './embedded/error.ts'

const DATABASE = 'minitill'
const START_MS = 30_000
const POLL_MS = 50
/** How long a new owner waits for one that was killed a moment ago and is draining. */
const STOPPING_MS = 15_000
const CROWDED_MS = 1_500

export interface EmbeddedOptions {
  dataDir: string
  /** An owner refuses a database that another owns; a guest connects to it, and owns it if nobody does. */
  role: 'owner' | 'guest'
  /** Who we are, for the message that another process shows: `npm start`, `minitill serve`, … */
  holder: string
}

export interface EmbeddedDatabase {
  /** `host` is the folder of the Unix socket, or 127.0.0.1 on Windows. */
  connection: { host: string; port: number; user: string; password: string; database: string }
  /** Whether this call started the server (rather than found it running). */
  started: boolean
  /** Folder that holds the database; outside the data folder when the server's user can't enter it. */
  place: string
  /** Settles with a sentence when the server went away without our doing. */
  lost: Promise<string>
  /** Stops the server when nobody of ours uses it any more. Call it after the last query. */
  stop(): Promise<void>
}

/**
 * Opens the embedded PostgreSQL of a data folder: makes it, starts it, or joins the running one.
 * @throws EmbeddedError whose message is the one clear line
 */
export async function openEmbedded(options: EmbeddedOptions): Promise<EmbeddedDatabase> {
  const cluster = openCluster(options.dataDir)
  const { client, server, started, owned } = await join(cluster, options)
  if (owned) removeDrafts(cluster)
  if (owned) await makeDatabase(client, DATABASE)
  if (owned && (await countOthers(client, 'watchdog')) === 0) startWatchdog(options.dataDir)
  let stopping = false
  const lost = new Promise<string>((resolve) => {
    client.once('end', () => {
      if (!stopping) resolve(`the embedded PostgreSQL ended: ${lastComplaint(cluster)}`)
    })
  })
  return {
    connection: {
      host: server.socket === '' ? cluster.host : server.socket,
      port: server.port,
      user: cluster.user,
      password: cluster.password,
      database: DATABASE,
    },
    started,
    place: cluster.home,
    lost,
    async stop() {
      if (stopping) return
      stopping = true
      await leave(cluster, client, server, options.holder)
    },
  }
}

interface Joined {
  client: Client
  server: Postmaster
  started: boolean
  owned: boolean
}

/** Connects, starting the server when none runs; ends with the lock, as a guest, or with a refusal. */
async function join(cluster: Cluster, options: EmbeddedOptions): Promise<Joined> {
  const name = nameOf(options.role, options.holder)
  let child: ChildProcess | null = null
  let started = false
  for (let waitedMs = 0; waitedMs < START_MS; waitedMs += POLL_MS) {
    const server = readPostmaster(cluster)
    const client = server === null ? null : await connect(cluster, server, name)
    if (server !== null && client !== null) {
      started ||= child?.pid === server.pid
      const owned = await settleOwner(client, options)
      if (owned !== 'gone') return { client, server, started, owned }
    } else if (child === null || child.exitCode !== null || child.signalCode !== null) {
      if (child !== null && !rivalRuns(cluster)) {
        throw new EmbeddedError(`the embedded PostgreSQL did not start: ${lastComplaint(cluster)}`)
      }
      if (!rivalRuns(cluster)) child = startServer(cluster, await choosePort())
    }
    await pause(POLL_MS)
  }
  throw new EmbeddedError(
    `the embedded PostgreSQL did not answer within ${START_MS / 1000} s: see ${cluster.log}`,
  )
}

/** Whether postmaster.pid names a live process: another start's server, or one that is stopping. */
function rivalRuns(cluster: Cluster): boolean {
  const server = readPostmaster(cluster)
  return server !== null && isAlive(server.pid)
}

/** True: we own it; false: we are a guest; 'gone': the server was stopping, begin again. */
async function settleOwner(client: Client, options: EmbeddedOptions): Promise<boolean | 'gone'> {
  let waitedMs = 0
  try {
    for (;;) {
      if (await tryOwn(client)) return true
      const owner = (await ownerName(client)) ?? ''
      const isStopping = owner.endsWith('(stopping)')
      if (options.role === 'guest' && !isStopping) return false
      if (waitedMs >= (isStopping ? STOPPING_MS : CROWDED_MS)) {
        await client.end()
        throw new EmbeddedError(heldMessage(owner, options.dataDir), owner)
      }
      await pause(POLL_MS)
      waitedMs += POLL_MS
    }
  } catch (error) {
    if (error instanceof EmbeddedError) throw error
    return 'gone'
  }
}

function heldMessage(owner: string, dataDir: string): string {
  const [, , pid, ...holder] = owner.split(' ')
  return (
    `the database in ${dataDir} is in use by ${holder.join(' ') || 'another process'} ` +
    `(process ${pid ?? 'unknown'}): stop it, or choose another MINITILL_DATA_DIR`
  )
}

/** The last of our processes to leave stops the server; the others leave it running. */
async function leave(
  cluster: Cluster,
  client: Client,
  server: Postmaster,
  holder: string,
): Promise<void> {
  try {
    if (!(await tryOwn(client))) return
    if ((await countOthers(client, 'guest')) > 0) return await disown(client)
    await rename(client, nameOf('owner', `${holder} (stopping)`))
    await stopServer(cluster, server)
  } catch {
    // The server went away by itself: nothing is left to stop.
  } finally {
    await client.end().catch(() => {})
  }
}
