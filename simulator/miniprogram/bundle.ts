// The runtime of the phone's screen, bundled for the browser when it is first asked for.
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const FOLDER = join(dirname(fileURLToPath(import.meta.url)), 'runtime')

/** Holds the bundle until a file of the runtime changes. */
export class RuntimeBundle {
  #latest: { stamp: string; code: Promise<string> } | null = null

  /** The runtime as one classic script. */
  async script(): Promise<string> {
    const stamp = stampOf(FOLDER)
    if (this.#latest?.stamp !== stamp) this.#latest = { stamp, code: bundle() }
    return this.#latest.code
  }

  /** The style of WeChat's built-in components. */
  baseStyle(): string {
    return readFileSync(join(FOLDER, 'base.css'), 'utf8')
  }
}

async function bundle(): Promise<string> {
  const result = await build({
    entryPoints: [join(FOLDER, 'main.ts')],
    bundle: true,
    write: false,
    format: 'iife',
    target: 'es2022',
    minify: true,
    legalComments: 'none',
    logLevel: 'silent',
    define: { 'process.env.NODE_ENV': '"production"' },
  })
  const [file] = result.outputFiles
  if (file === undefined) throw new Error('the runtime was not bundled')
  return file.text
}

function stampOf(folder: string): string {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.name}:${statSync(join(entry.parentPath, entry.name)).mtimeMs}`)
    .sort()
    .join('\n')
}
