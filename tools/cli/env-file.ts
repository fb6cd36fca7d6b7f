import { readFileSync } from 'node:fs'
import { parseArgs, parseEnv } from 'node:util'
import { StartError } from '../start/settings.ts'

/**
 * The environment of a command: that of the process, over what `--env-file` names.
 * @throws StartError for an unknown option or a file that can't be read
 */
export function commandEnvironment(args: readonly string[]): Record<string, string | undefined> {
  const file = parseOptions(args)
  if (file === undefined) return { ...process.env }
  try {
    return { ...parseEnv(readFileSync(file, 'utf8')), ...process.env }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new StartError(`--env-file ${file} can't be read: ${reason}`)
  }
}

function parseOptions(args: readonly string[]): string | undefined {
  try {
    return parseArgs({ args: [...args], options: { 'env-file': { type: 'string' } } }).values[
      'env-file'
    ]
  } catch (error) {
    throw new StartError(error instanceof Error ? error.message : String(error))
  }
}
