// The session stores that the contract is run against, and how to reach them here.
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openSessions } from '../../../server/adapters/sessions/index.ts'
import type { SessionStore, Sessions } from '../../../server/ports/index.ts'
import { openDatabase, openPool } from '../../../server/store/database.ts'
import type { ManualClock } from '../../support/clock.ts'
import { freshDatabase } from '../../support/database.ts'

export interface Place {
  /** One more handle on the same store, as another process would have it. */
  open(): Sessions
  /** A handle on a store whose server is not there. */
  gone(): Sessions
  /** A handle on a server that takes connections and never answers; null where there is none. */
  mute: ((port: number) => Sessions) | null
  remove(): Promise<void>
}

export interface Kind {
  readonly name: string
  /** What to do when its server does not answer; null when it does or none is needed. */
  readonly missing: string | null
  prepare(clock: ManualClock): Promise<Place>
}

const noDatabase = openDatabase(openPool({ url: 'postgresql://nobody@127.0.0.1:9/none' }, 1))

function place(clock: ManualClock, at: SessionStore, nowhere: SessionStore): Place {
  const parts = { db: noDatabase, clock }
  return {
    open: () => openSessions(at, parts),
    gone: () => openSessions(nowhere, parts),
    mute: null,
    remove: async () => {},
  }
}

async function inDatabase(clock: ManualClock): Promise<Place> {
  const fresh = await freshDatabase()
  const pools = new Set<ReturnType<typeof openDatabase>>()
  const over = (url: string) => {
    const db = openDatabase(openPool({ url }, 2))
    pools.add(db)
    return openSessions({ kind: 'database' }, { db, clock })
  }
  return {
    open: () => over(fresh.url),
    gone: () => over('postgresql://nobody@127.0.0.1:9/none'),
    mute: (port) => over(`postgresql://nobody@127.0.0.1:${port}/none`),
    remove: async () => {
      for (const db of pools) await db.destroy()
      await fresh.drop()
    },
  }
}

async function inFolder(clock: ManualClock): Promise<Place> {
  const base = mkdtempSync(join(tmpdir(), 'minitill-sessions-'))
  const at: SessionStore = { kind: 'file', folder: join(base, 'sessions') }
  const lost: SessionStore & { kind: 'file' } = { kind: 'file', folder: join(base, 'lost') }
  const opened = place(clock, at, lost)
  return {
    ...opened,
    gone: () => {
      const sessions = opened.gone()
      // Where its folder was, something else is now.
      rmSync(lost.folder, { recursive: true, force: true })
      writeFileSync(lost.folder, '')
      return sessions
    },
    remove: async () => rmSync(base, { recursive: true }),
  }
}

function atServer(kind: 'redis' | 'memcached', url: string) {
  return async (clock: ManualClock): Promise<Place> => ({
    ...place(clock, { kind, url }, { kind, url: `${kind}://127.0.0.1:9` }),
    mute: (port) =>
      openSessions({ kind, url: `${kind}://127.0.0.1:${port}` }, { db: noDatabase, clock }),
  })
}

const redisUrl = process.env['MINITILL_TEST_REDIS_URL'] ?? 'redis://127.0.0.1:6379'
const memcachedUrl = process.env['MINITILL_TEST_MEMCACHED_URL'] ?? 'memcached://127.0.0.1:11211'

async function missing(name: string, url: string): Promise<string | null> {
  const { hostname, port } = new URL(url)
  const answers = await new Promise<boolean>((resolve) => {
    const socket = connect({ host: hostname, port: Number(port), timeout: 1000 })
    const end = (result: boolean) => {
      socket.destroy()
      resolve(result)
    }
    socket.once('connect', () => end(true))
    socket.once('timeout', () => end(false))
    socket.once('error', () => end(false))
  })
  return answers ? null : `start ${name} on ${hostname}:${port}`
}

/** All kinds of session store, each with what is missing here. */
export const kinds: readonly Kind[] = [
  { name: 'database', missing: null, prepare: inDatabase },
  { name: 'file', missing: null, prepare: inFolder },
  {
    name: 'Redis',
    missing: await missing('Redis', redisUrl),
    prepare: atServer('redis', redisUrl),
  },
  {
    name: 'Memcached',
    missing: await missing('Memcached', memcachedUrl),
    prepare: atServer('memcached', memcachedUrl),
  },
]

/** A server that takes connections and says nothing. */
export async function muteServer(): Promise<{ port: number; stop(): Promise<void> }> {
  const open = new Set<{ destroy(): void }>()
  const server = createServer((socket) => {
    open.add(socket)
    socket.on('error', () => {})
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const stop = async () => {
    for (const socket of open) socket.destroy()
    await new Promise((done) => server.close(done))
  }
  return { port, stop }
}

/** A token hash that no other run has. */
export const newHash = () => randomBytes(32).toString('hex')

/** How it ended; `hung` when it did not end in time. */
export async function outcomeWithin(
  limitMs: number,
  act: () => Promise<unknown>,
): Promise<'passed' | 'failed' | 'hung'> {
  const ended = act().then(
    () => 'passed' as const,
    () => 'failed' as const,
  )
  const late = new Promise<'hung'>((done) => setTimeout(done, limitMs, 'hung'))
  return await Promise.race([ended, late])
}
