import { resolve } from 'node:path'
import { type Environment, unknownSettings } from '../../server/config/names.ts'

export type { Environment } from '../../server/config/names.ts'

/** What the development pair needs to know; everything else is handed on to server and simulator. */
export interface PairSettings {
  dataDir: string
  host: string
  serverPort: number
  simulatorPort: number
  /** The simulator's HTTPS proxy; 0 takes a free one. */
  proxyPort: number
  /** null: the embedded PostgreSQL. */
  databaseUrl: string | null
}

/** One clear line for the person; the program ends with status 1. */
export class StartError extends Error {}

/**
 * Reads the settings of `npm start` and `minitill demo`.
 * @throws StartError with every problem in one line
 */
export function readPairSettings(env: Environment): PairSettings {
  const problems = unknownSettings(env)
  const port = (name: string, standard: number, least = 1): number => {
    const text = env[name] ?? String(standard)
    const value = Number(text)
    if (/^\d{1,5}$/.test(text) && value >= least && value <= 65_535) return value
    problems.push(`${name} is ${JSON.stringify(text)}: give a port from ${least} to 65535`)
    return standard
  }
  if (env['MINITILL_ENV'] === 'production') {
    problems.push('MINITILL_ENV is production: the demo is for development, use minitill serve')
  }
  const settings = {
    dataDir: resolve(env['MINITILL_DATA_DIR'] ?? './data'),
    host: env['MINITILL_HOST'] ?? '127.0.0.1',
    serverPort: port('MINITILL_PORT', 4000),
    simulatorPort: port('MINITILL_SIMULATOR_PORT', 4001),
    proxyPort: port('MINITILL_PROXY_PORT', 4002, 0),
    databaseUrl: env['DATABASE_URL'] ?? null,
  }
  if (settings.serverPort === settings.simulatorPort) {
    problems.push('MINITILL_PORT and MINITILL_SIMULATOR_PORT are the same: give two ports')
  }
  if (problems.length > 0) throw new StartError(problems.join('; '))
  return settings
}
