import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { declarePublic, RECEIVER, SUITE } from './declarations.ts'
import { howPacked } from './files.ts'
import { toProgram } from './program.ts'

type Versions = Record<string, string>

interface Manifest {
  version?: string
  description?: string
  license?: string
  dependencies?: Versions
  optionalDependencies?: Versions
}

const skipped = new Set(['node_modules', '.git', 'data', 'coverage', '.vite'])

/** Folders of the repository that can hold something for the package. */
const sources = ['protocol', 'server', 'simulator', 'console', 'docs', 'example', 'tools']

/**
 * Lays the package out in a folder, in the same shape as the repository, as plain JavaScript:
 * Node does not strip types below node_modules.
 */
export function layOut(root: string, folder: string): string[] {
  rmSync(folder, { recursive: true, force: true })
  const packed: string[] = []
  for (const path of [...sources.flatMap((name) => filesBelow(root, name)), ...topFiles(root)]) {
    const how = howPacked(path)
    if (how === null) continue
    packed.push(put(root, folder, path, how))
  }
  packed.push(...declarePublic(root, folder))
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest(root), null, 2)}\n`)
  return [...packed, 'package.json'].toSorted()
}

function put(root: string, folder: string, path: string, how: 'program' | 'copy'): string {
  const to = how === 'program' ? path.replace(/\.ts$/, '.js') : path
  mkdirSync(dirname(join(folder, to)), { recursive: true })
  const isRuntime = path.startsWith('simulator/miniprogram/runtime/') && path.endsWith('.ts')
  if (how === 'copy' && !isRuntime) {
    cpSync(join(root, path), join(folder, to))
    return to
  }
  const text = readFileSync(join(root, path), 'utf8')
  writeFileSync(join(folder, to), toProgram(path, text, isRuntime))
  return to
}

function filesBelow(root: string, folder: string): string[] {
  if (!existsSync(join(root, folder))) return []
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`
    if (skipped.has(entry.name)) return []
    return entry.isDirectory() ? filesBelow(root, path) : [path]
  })
}

const topFiles = (root: string): string[] =>
  readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => entry.name)

function read(path: string): Manifest {
  const manifest: Manifest = JSON.parse(readFileSync(path, 'utf8'))
  return manifest
}

/** The rooms' dependencies in one list, exact as pinned; no script of any kind. */
export function manifest(root: string): object {
  const top = read(join(root, 'package.json'))
  const rooms = ['protocol', 'server', 'simulator'].map((room) =>
    read(join(root, room, 'package.json')),
  )
  const dependencies = Object.assign({}, ...rooms.map((room) => room.dependencies ?? {}))
  const outside = Object.entries<string>(dependencies).filter(
    ([name]) => !name.startsWith('@minitill/'),
  )
  return {
    name: 'minitill',
    version: top.version,
    description: top.description,
    license: top.license,
    type: 'module',
    engines: { node: '>=20' },
    bin: { minitill: 'tools/minitill.mjs' },
    exports: {
      './simulator': { types: `./${SUITE}/index.d.ts`, default: `./${SUITE}/index.js` },
      './webhooks': { types: `./${RECEIVER}/index.d.ts`, default: `./${RECEIVER}/index.js` },
      './package.json': './package.json',
    },
    dependencies: Object.fromEntries(outside.toSorted()),
    optionalDependencies: Object.assign(
      {},
      top.optionalDependencies,
      ...rooms.map((room) => room.optionalDependencies ?? {}),
    ),
  }
}
