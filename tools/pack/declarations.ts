// Types for `import … from 'minitill/simulator'` and `'minitill/webhooks'`, made from the sources when the package is made.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** The folder that a test suite imports. What it exports names no type from outside of it. */
export const SUITE = 'simulator/suite'
/** The folder that a receiver of events imports; the same holds for it. */
export const RECEIVER = 'server/webhooks'

/** Declarations that none of the public ones needs. */
const PRIVATE = ['wire.d.ts']

/** TypeScript says `./x.ts`; a published declaration must name the file that there is. */
function pointed(text: string): string {
  return text.replaceAll(/((?:from|import\()\s*['"]\.{1,2}\/[^'"]+)\.ts(['"])/g, '$1.js$2')
}

function outside(text: string): string | null {
  return /(?:from|import\()\s*['"](\.\.\/[^'"]+|[^.'"][^'"]*)['"]/.exec(text)?.[1] ?? null
}

/**
 * Writes the declarations of both into the package's folder.
 * @returns their paths
 * @throws Error when one of them reaches outside: its types would then need the whole simulator's
 */
export function declarePublic(root: string, folder: string): string[] {
  return [SUITE, RECEIVER].flatMap((part) => declare(root, folder, part))
}

function declare(root: string, folder: string, part: string): string[] {
  const made = mkdtempSync(join(tmpdir(), 'minitill-types-'))
  try {
    const options = ['--declaration', '--emitDeclarationOnly', '--noEmit', 'false']
    const config = join(made, 'tsconfig.json')
    const files = [join(root, part, 'index.ts')]
    const compilerOptions = { rootDir: root, typeRoots: [join(root, 'node_modules/@types')] }
    const settings = { extends: join(root, 'tsconfig.base.json'), compilerOptions, files }
    writeFileSync(config, JSON.stringify(settings))
    const compiler = join(root, 'node_modules/typescript/bin/tsc')
    execFileSync(process.execPath, [compiler, '-p', config, '--outDir', made, ...options], {
      stdio: 'pipe',
    })
    return readdirSync(join(made, part))
      .filter((name) => name.endsWith('.d.ts') && !PRIVATE.includes(name))
      .map((name) => put(join(made, part, name), folder, `${part}/${name}`))
  } finally {
    rmSync(made, { recursive: true, force: true })
  }
}

function put(from: string, folder: string, to: string): string {
  const text = pointed(readFileSync(from, 'utf8'))
  const named = outside(text)
  if (named !== null) throw new Error(`${to} names ${named}, which the package has no types of`)
  writeFileSync(join(folder, to), text)
  return to
}
