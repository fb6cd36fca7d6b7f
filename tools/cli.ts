// The command `minitill`: one function a command, each answers the exit status. What a command
// needs is loaded when it runs: a simulator shall not wait for the database's code.
import { existsSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { commandEnvironment } from './cli/env-file.ts'
import { helpText } from './cli/help.ts'
import { runProgram, simulatorOptions } from './cli/program.ts'
import { programPath, seedCredentials } from './start/rooms.ts'
import { readPairSettings, StartError } from './start/settings.ts'

type Command = (args: string[]) => Promise<number>
type SettingsReader = (env: Readonly<Record<string, string | undefined>>) => unknown

const production = (env: Record<string, string | undefined>) => ({
  ...env,
  MINITILL_ENV: env['MINITILL_ENV'] ?? 'production',
})

/** The server's own reading of its settings, so that doctor and serve never disagree. */
async function settingsReader(): Promise<SettingsReader | null> {
  const path = programPath('server/config')
  if (!existsSync(path)) return null
  const module: unknown = await import(pathToFileURL(path).href)
  return hasReader(module) ? module.readSettings : null
}

function hasReader(module: unknown): module is { readSettings: SettingsReader } {
  return typeof module === 'object' && module !== null && 'readSettings' in module
}

const commands: Readonly<Record<string, Command>> = {
  demo: async (args) => {
    const { runPair } = await import('./start/main.ts')
    return runPair(commandEnvironment(args), 'minitill demo')
  },
  serve: async (args) => runProgram('server/main', production(commandEnvironment(args))),
  simulator: async (args) => {
    const { own, rest } = simulatorOptions(args)
    const env = commandEnvironment(rest)
    const mode = env['MINITILL_ENV'] ?? 'development'
    return runProgram('simulator/main', { ...env, MINITILL_ENV: mode }, own)
  },
  migrate: async (args) => {
    const { visitDatabase } = await import('./cli/database.ts')
    const { applied } = await visitDatabase(commandEnvironment(args), true)
    console.log(applied.length === 0 ? 'nothing to migrate' : `applied ${applied.join(', ')}`)
    return 0
  },
  doctor: async (args) => {
    const { examine, report } = await import('./cli/doctor.ts')
    const found = await examine(production(commandEnvironment(args)), await settingsReader())
    return report(found, (line) => console.log(line))
  },
  reconcile: async ([date = '', ...args]) => {
    if (!/^\d{4}-\d{2}-\d{2}$/.test(date)) {
      console.error('minitill: reconcile needs a date: minitill reconcile 2026-11-23')
      return 2
    }
    return runProgram('server/reconcile', production(commandEnvironment(args)), [date])
  },
  keys: async ([action, ...args]) => {
    if (action !== 'create') throw new StartError('there is one action: minitill keys create')
    const { openDataFolder } = await import('../server/store/embedded/place.ts')
    const { writeEnvironment } = await import('./start/environment.ts')
    const settings = readPairSettings(commandEnvironment(args))
    openDataFolder(settings.dataDir)
    const seed = await seedCredentials(`${settings.dataDir}/simulator`)
    console.log(`development keys: ${writeEnvironment(settings, seed).path}`)
    return 0
  },
  reset: async (args) => {
    const { reset } = await import('./cli/reset.ts')
    const others = args.filter((arg) => arg !== '--yes')
    const env = commandEnvironment(others)
    const removed = await reset(env['MINITILL_DATA_DIR'] ?? './data', args.includes('--yes'))
    console.log(removed.length === 0 ? 'nothing to remove' : `removed ${removed.join(' and ')}`)
    return 0
  },
  help: async () => {
    console.log(helpText(process.env['LC_ALL'] ?? process.env['LANG'] ?? ''))
    return 0
  },
}

async function main([name = 'help', ...args]: string[]): Promise<number> {
  const command = commands[/^(--help|-h)$/.test(name) ? 'help' : name]
  if (command === undefined) {
    console.error(`minitill: there is no command ${name}: see minitill help`)
    return 1
  }
  try {
    return await command(args)
  } catch (error) {
    const { EmbeddedError } = await import('../server/store/embedded.ts')
    const isExpected = error instanceof StartError || error instanceof EmbeddedError
    const reason = error instanceof Error ? error.message : String(error)
    console.error(`minitill: ${isExpected ? '' : `${name} failed: `}${reason}`)
    return 1
  }
}

process.exit(await main(process.argv.slice(2)))
