import { registerHooks } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { bugNamed, filesOf, withBug } from './index.ts'

const root = fileURLToPath(new URL('../../../', import.meta.url))

/**
 * Plants a bug in this process: the files that it changes are changed as they are loaded, so that
 * nothing on disk is touched. To be called before any of them is imported.
 * @throws StalePatch as soon as a file is loaded that the patch no longer fits
 */
export function plant(name: string): void {
  const bug = bugNamed(name)
  const targets = new Map(filesOf(bug).map((file) => [pathToFileURL(join(root, file)).href, file]))
  registerHooks({
    load: (url, context, nextLoad) => {
      const loaded = nextLoad(url, context)
      const file = targets.get(url)
      if (file === undefined || loaded.source == null) return loaded
      const text = Buffer.from(loaded.source as Uint8Array).toString('utf8')
      return { ...loaded, source: withBug(bug, file, text) }
    },
  })
}
