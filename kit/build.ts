import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

// Builds the kit into the two files that a mini program carries. Run: node tools/launch.mjs kit/build.ts

const room = dirname(fileURLToPath(import.meta.url))
const root = dirname(room)

/** Where the example carries its copy: the one permitted copy of code in this repository. */
export const copyFolder = join(root, 'example', 'miniprogram', 'lib')

const banner = [
  '// Minitill kit, built by kit/build.ts from kit/*.ts. Do not edit. Apache-2.0.',
  '// biome-ignore-all lint: built file',
  '// biome-ignore-all format: built file',
  '// biome-ignore-all assist: built file',
].join('\n')

// The files whose declarations a caller of the kit can meet, in reading order.
const declared = ['wx', 'ports', 'model', 'error', 'desk', 'payment', 'till']

/** `export{a as b};` of the bundle as `module.exports`, which every mini program tool reads. */
function asCommonJs(bundle: string): string {
  const [, list] = /export\{([^}]*)\};?\s*$/.exec(bundle) ?? []
  if (list === undefined) throw new Error('kit/build.ts: the bundle ends without its exports')
  const names = list.split(',').map((pair) => {
    const [inner, outer] = pair.split(' as ')
    return outer === undefined ? inner : `${outer}:${inner}`
  })
  return bundle.replace(/export\{[^}]*\};?\s*$/, `module.exports={${names.join(',')}};\n`)
}

async function script(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(room, 'index.ts')],
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    target: 'es2020',
    charset: 'utf8',
    logLevel: 'silent',
  })
  return asCommonJs(outputFiles[0]?.text ?? '')
}

/** Declarations of all declared files in one: their imports of each other fall away. */
function declarations(): string {
  const folder = mkdtempSync(join(tmpdir(), 'minitill-kit-'))
  try {
    const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
    const emit = ['--noEmit', 'false', '--declaration', '--emitDeclarationOnly', '--outDir', folder]
    execFileSync(process.execPath, [compiler, '-p', join(room, 'tsconfig.json'), ...emit])
    const texts = declared.map((name) => readFileSync(join(folder, `${name}.d.ts`), 'utf8'))
    return texts
      .map((text) => text.replace(/^(import|export) .*from '\.\/.*;\n/gm, ''))
      .map((text) => text.replace(/^export \{\};?\n/gm, '').trim())
      .join('\n\n')
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** The built kit: minified script and declarations, each with its banner. */
export async function buildKit(): Promise<{ script: string; types: string; bytes: number }> {
  const code = await script()
  return {
    script: `${banner}\n${code}`,
    types: `${banner}\n${declarations()}\n`,
    bytes: Buffer.byteLength(code),
  }
}

if (import.meta.main) {
  const kit = await buildKit()
  writeFileSync(join(copyFolder, 'minitill-kit.js'), kit.script)
  writeFileSync(join(copyFolder, 'minitill-kit.d.ts'), kit.types)
  console.log(`kit: ${kit.bytes} bytes minified`)
}
