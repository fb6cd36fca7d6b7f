// The command `minitill`: one function a command, each answers the exit status.
import { existsSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { openDataFolder } from '../server/store/embedded/place.ts'
import { EmbeddedError } from '../server/store/embedded.ts'
import { visitDatabase } from './cli/database.ts'
import { examine, report } from './cli/doctor.ts'
import { commandEnvironment } from './cli/env-file.ts'
import { helpText } from './cli/help.ts'
import { runProgram, simulatorOptions } from './cli/program.ts'
import { reset } from './cli/reset.ts'
import { writeEnvironment } from './start/environment.ts'
import { runPair } from './start/main.ts'
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
  demo: async (args) => runPair(commandEnvironment(args), 'minitill demo'),
  serve: async (args) => runProgram('server/main', production(commandEnvironment(args))),
  simulator: async (args) => {
    const { own, rest } = simulatorOptions(args)
    const env = commandEnvironment(rest)
    const mode = env['MINITILL_ENV'] ?? 'development'
    return runProgram('simulator/main', { ...env, MINITILL_ENV: mode }, own)
  },
  migrate: async (args) => {
    const { applied } = await visitDatabase(commandEnvironment(args), true)
    console.log(applied.length === 0 ? 'nothing to migrate' : `applied ${applied.join(', ')}`)
    return 0
  },
  doctor: async (args) =>
    report(await examine(production(commandEnvironment(args)), await settingsReader()), (line) =>
      console.log(line),
    ),
  keys: async ([action, ...args]) => {
    if (action !== 'create') throw new StartError('there is one action: minitill keys create')
    const settings = readPairSettings(commandEnvironment(args))
    openDataFolder(settings.dataDir)
    const seed = await seedCredentials(`${settings.dataDir}/simulator`)
    console.log(`development keys: ${writeEnvironment(settings, seed).path}`)
    return 0
  },
  reset: async (args) => {
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
    const isExpected = error instanceof StartError || error instanceof EmbeddedError
    const reason = error instanceof Error ? error.message : String(error)
    console.error(`minitill: ${isExpected ? '' : `${name} failed: `}${reason}`)
    return 1
  }
}

process.exit(await main(process.argv.slice(2)))
