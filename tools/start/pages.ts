// Builds the pages that are missing or older than their sources, as a process of its own.
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { root } from './rooms.ts'

const skipped = new Set(['dist', 'node_modules', '.vite'])

/** The pages: where their sources lie, and the program that builds `dist` there. */
const pages = ['console', 'simulator/page']

/** Time of the youngest source below a folder, in milliseconds since 1970. */
function youngest(folder: string): number {
  let latest = 0
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (skipped.has(entry.name)) continue
    const path = join(folder, entry.name)
    latest = Math.max(latest, entry.isDirectory() ? youngest(path) : statSync(path).mtimeMs)
  }
  return latest
}

/** Whether a page can be built here and its built form is missing or old. */
export function isStale(folder: string): boolean {
  if (!existsSync(join(folder, 'build.ts'))) return false
  const built = join(folder, 'dist', 'index.html')
  if (!existsSync(built)) return true
  const shell = join(folder, 'index.html')
  const shellMs = existsSync(shell) ? statSync(shell).mtimeMs : 0
  const src = join(folder, 'src')
  return statSync(built).mtimeMs < Math.max(shellMs, existsSync(src) ? youngest(src) : 0)
}

export const stalePages = (): string[] => pages.filter((page) => isStale(join(root, page)))

// Not import.meta.main, which the Node 24.0 of some platforms does not know.
if (process.argv[1] === import.meta.filename) {
  for (const page of stalePages()) {
    const module: unknown = await import(pathToFileURL(join(root, page, 'build.ts')).href)
    if (hasBuild(module)) await buildOrKeep(page, module.buildPage)
  }
}

/** In a checkout that we may not write, an old page is better than none. */
async function buildOrKeep(page: string, build: () => Promise<void>): Promise<void> {
  try {
    await build()
  } catch (error) {
    if (!existsSync(join(root, page, 'dist', 'index.html'))) throw error
    console.error(`${page} is older than its sources and could not be built: ${String(error)}`)
  }
}

function hasBuild(module: unknown): module is { buildPage: () => Promise<void> } {
  return typeof module === 'object' && module !== null && 'buildPage' in module
}
