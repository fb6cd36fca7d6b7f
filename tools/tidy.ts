// `npm run tidy`: the rules of structure that no linter knows. Exit status 1 when one is broken.
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { type ErrorRegistry, tidy } from './tidy/index.ts'
import { readRepository } from './tidy/source.ts'

const root = dirname(dirname(fileURLToPath(import.meta.url)))

async function readRegistry(): Promise<ErrorRegistry> {
  const path = join(root, 'server/http/registry.ts')
  if (!existsSync(path)) return {}
  const module: unknown = await import(pathToFileURL(path).href)
  return hasRegistry(module) ? module.errorRegistry : {}
}

function hasRegistry(module: unknown): module is { errorRegistry: ErrorRegistry } {
  return typeof module === 'object' && module !== null && 'errorRegistry' in module
}

const files = readRepository(root)
const problems = tidy(files, await readRegistry())
for (const { path, line, rule, text } of problems) console.log(`${path}:${line} ${rule}: ${text}`)
console.log(`tidy: ${files.length} files, ${problems.length} problems`)
process.exit(problems.length === 0 ? 0 : 1)
