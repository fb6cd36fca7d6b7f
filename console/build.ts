// Builds the console with Vite, when its sources are newer than what was built.
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const FOLDER = dirname(fileURLToPath(import.meta.url))

/** Where the built page lies; not in the repository. */
export const DIST = join(FOLDER, 'dist')

/**
 * Builds console/dist when it is missing or older than a source, in about two seconds. Built
 * beside it and moved into place, so that two processes never see half a page. A packed Minitill
 * has no sources and no Vite: there the page is always fresh.
 */
export async function buildPage(): Promise<void> {
  if (isFresh()) return
  const [{ build }, { default: react }] = await Promise.all([
    import('vite'),
    import('@vitejs/plugin-react'),
  ])
  const workshop = join(FOLDER, '.vite')
  mkdirSync(workshop, { recursive: true })
  const outDir = mkdtempSync(join(workshop, 'build-'))
  try {
    await build({
      configFile: false,
      root: FOLDER,
      base: '/console/',
      logLevel: 'error',
      plugins: [react()],
      build: { outDir, emptyOutDir: true, chunkSizeWarningLimit: 2000, target: 'es2022' },
    })
    // A temporary folder is private; other users of the checkout may see the page too.
    chmodSync(outDir, 0o755)
    moveIntoPlace(outDir)
  } finally {
    rmSync(outDir, { recursive: true, force: true })
  }
}

/** Another process may have built the same page meanwhile; then its work is as good as ours. */
function moveIntoPlace(outDir: string): void {
  rmSync(DIST, { recursive: true, force: true })
  try {
    renameSync(outDir, DIST)
  } catch (error) {
    if (!isFresh()) throw error
  }
}

function isFresh(): boolean {
  const index = join(DIST, 'index.html')
  if (!existsSync(index)) return false
  const builtMs = statSync(index).mtimeMs
  return sources().every((file) => statSync(file).mtimeMs <= builtMs)
}

function sources(): string[] {
  const folder = join(FOLDER, 'src')
  const inside = existsSync(folder)
    ? readdirSync(folder, { withFileTypes: true, recursive: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name))
    : []
  return [...inside, join(FOLDER, 'index.html')].filter((file) => existsSync(file))
}
