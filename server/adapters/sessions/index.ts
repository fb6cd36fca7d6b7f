import { KeyvMemcache } from '@keyv/memcache'
import KeyvRedis from '@keyv/redis'
import { Keyv } from 'keyv'
import type { Clock, SessionStore, Sessions } from '../../ports/index.ts'
import type { Database } from '../../store/database.ts'
import { databaseSessions } from './database.ts'
import { fileSessions } from './file.ts'
import { keyedSessions } from './keyed.ts'

/** The client prints to the console otherwise; its errors reach us as errors. */
const logger = { log: () => {} }

const namespace = 'minitill-session'

/** Opens the session store that the operator chose. Connections are made when first used. */
export function openSessions(
  store: SessionStore,
  parts: { readonly db: Database; readonly clock: Clock },
): Sessions {
  switch (store.kind) {
    case 'database':
      return databaseSessions(parts.db)
    case 'redis':
      return redisSessions(store.url, parts.clock)
    case 'memcached':
      return memcachedSessions(store.url, parts.clock)
    case 'file':
      return fileSessions(store.folder)
  }
}

function redisSessions(url: string, clock: Clock): Sessions {
  const reconnectStrategy = (retries: number) => Math.min(2000, 50 * 2 ** Math.min(retries, 6))
  const socket = { connectTimeout: 2000, reconnectStrategy }
  const store = new KeyvRedis(
    // Commands wait for a connection in a queue of the client's; it must not grow without end.
    { url, socket, commandsQueueMaxLength: 1000 },
    { throwOnConnectError: true, throwOnErrors: true },
  )
  const keyv = new Keyv({ store, namespace, throwOnErrors: true })
  // Without a listener an error of the connection would end the process.
  keyv.on('error', () => {})
  return keyedSessions(keyv, clock, async () => {
    await store.disconnect(true)
  })
}

function memcachedSessions(url: string, clock: Clock): Sessions {
  const { hostname, port, username, password } = new URL(url)
  const login = username === '' ? {} : { username, password }
  const server = `${hostname}:${port === '' ? '11211' : port}`
  const store = new KeyvMemcache(server, { ...login, timeout: 1, retries: 1, logger })
  const keyv = new Keyv({ store, namespace, throwOnErrors: true })
  keyv.on('error', () => {})
  return keyedSessions(keyv, clock, async () => store.client.close())
}
