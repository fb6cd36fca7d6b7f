import { accessSync, constants } from 'node:fs'
import { connect } from 'node:net'
import { findBinaries } from '../../server/store/embedded/binaries.ts'
import { check, type Lane, vitest } from './lane.ts'

const CONNECT_MS = 500

/** What this machine has that some suites need. */
export interface Machine {
  redis: boolean
  memcached: boolean
  /** Path of the browser. */
  chromium: string | null
  /** Another PostgreSQL than the embedded one, as MINITILL_TEST_DATABASE_URL names it. */
  databaseUrl: string | null
  /** The embedded PostgreSQL's programs, which some systems do not have. */
  embedded: boolean
}

export async function lookAround(env: NodeJS.ProcessEnv): Promise<Machine> {
  const [redis, memcached] = await Promise.all([answers(6379), answers(11211)])
  const databaseUrl = findDatabase(env)
  return { redis, memcached, chromium: findChromium(), databaseUrl, embedded: hasEmbedded() }
}

function hasEmbedded(): boolean {
  try {
    findBinaries()
    return true
  } catch {
    return false
  }
}

const findDatabase = (env: NodeJS.ProcessEnv): string | null =>
  env['MINITILL_TEST_DATABASE_URL'] ?? env['DATABASE_URL'] ?? null

function findChromium(): string | null {
  const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']
  return (
    places.find((path) => {
      try {
        accessSync(path, constants.X_OK)
        return true
      } catch {
        return false
      }
    }) ?? null
  )
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', timeout: CONNECT_MS })
    const end = (result: boolean): void => {
      socket.destroy()
      resolve(result)
    }
    socket.once('connect', () => end(true))
    socket.once('timeout', () => end(false))
    socket.once('error', () => end(false))
  })
}

/** Tells the suites which services they may use. */
export function serviceEnvironment(machine: Machine): Record<string, string> {
  return {
    ...(machine.redis ? { MINITILL_TEST_REDIS_URL: 'redis://127.0.0.1:6379' } : {}),
    ...(machine.memcached ? { MINITILL_TEST_MEMCACHED_URL: 'memcached://127.0.0.1:11211' } : {}),
    ...(machine.chromium === null ? {} : { MINITILL_TEST_CHROMIUM: machine.chromium }),
  }
}

/** A lane with the services that are there, or with the reason why it can't run. */
export function need(lane: Lane, has: boolean, remedy: string): Lane {
  return has ? lane : { ...lane, missing: remedy }
}

/** The pages clicked in Chromium; `filters` choose files, none of them means all. */
export function browserLane(machine: Machine, name: string, filters: readonly string[] = []): Lane {
  const remedy = 'install Chromium (Debian: chromium)'
  return need(vitest(name, 'browser', filters), machine.chromium !== null, remedy)
}

const databaseRemedy =
  'set MINITILL_TEST_DATABASE_URL to a PostgreSQL 15 or later whose user may create databases'

/** The journeys once more, on the PostgreSQL that the environment names. */
export function journeysElsewhere(machine: Machine): Lane {
  const lane = vitest('journeys on DATABASE_URL', 'journeys')
  const env = { MINITILL_TEST_DATABASE_URL: machine.databaseUrl ?? '' }
  return need(
    { ...lane, env: { ...serviceEnvironment(machine), ...env } },
    machine.databaseUrl !== null,
    databaseRemedy,
  )
}

/** Servers that are killed at their points, and what else ends one or its database. */
export function crashLanes(machine: Machine): readonly Lane[] {
  const remedy = 'install the optional packages on a system with glibc'
  const ways = ['crash/database-away', 'crash/database-shared', 'crash/database-amnesia']
  return [
    vitest('crash points', 'crash', ['crash/points']),
    vitest('crash, the database', 'crash', ways),
    need(
      vitest('crash, a PostgreSQL of its own', 'crash', ['crash/database-own']),
      machine.embedded,
      remedy,
    ),
  ]
}

/** The simulation's own scripts where locks are real, and a bug that only there can be seen. */
export function realSimulation(machine: Machine): Lane {
  const tooth = ['--tooth', 'order-locked-before-payment']
  const lane = check('simulation on PostgreSQL', 'tools/simulate.ts', '--real', ...tooth)
  const env = { MINITILL_TEST_DATABASE_URL: machine.databaseUrl ?? '' }
  const command = [...lane.command, '--seed', '5', '--seeds', '2']
  return need({ ...lane, command, env }, machine.databaseUrl !== null, databaseRemedy)
}

/** Names of the suites inside other lanes that skip themselves here. */
export function partsMissing(machine: Machine): Lane[] {
  return [
    need(check('sessions in Redis'), machine.redis, 'start Redis on 127.0.0.1:6379'),
    need(check('sessions in Memcached'), machine.memcached, 'start Memcached on 127.0.0.1:11211'),
  ].filter((lane) => lane.missing !== undefined)
}

const types = (name: string, config: string): Lane =>
  check(name, 'node_modules/typescript/bin/tsc', '-p', config)

/** Types, lint and structure: what `npm run check` runs. */
export const checks: readonly Lane[] = [
  types('types', 'tsconfig.json'),
  types('types of the phone', 'simulator/miniprogram/runtime/tsconfig.json'),
  types('types of the page', 'simulator/page/tsconfig.json'),
  types('types of the kit', 'kit/tsconfig.json'),
  types('types of the console', 'console/tsconfig.json'),
  check('lint', 'node_modules/@biomejs/biome/bin/biome', 'ci', '.'),
  check('tidy', 'tools/tidy.ts'),
]
