// A kept release: its database with sample rows, the WeChat beside it, and its program.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'

const folder = join(import.meta.dirname, '../releases')
const programFile = 'program.mjs.br'

/** What is no part of the database and is needed beside it. */
export interface Beside {
  /** The simulated WeChat, as it exports itself. */
  readonly world: { readonly credentials: Readonly<Record<string, string>> }
  /** The MINITILL_CONFIG file. */
  readonly parties: object
  /** The header of a person who was logged in. */
  readonly authorization: string
}

export interface Release {
  readonly version: string
  /** Schema and rows as SQL; see dump.ts. */
  readonly database: string
  readonly beside: Beside
  /** `table.column`: what its code may read or write. */
  readonly uses: readonly string[]
}

/** The versions that were kept, oldest first. */
export function keptVersions(): readonly string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder).toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true }))
}

/** The release before the present code, which runs beside it while instances are replaced. */
export function previousVersion(): string {
  const last = keptVersions().at(-1)
  if (last === undefined) throw new Error('no release is kept: npm run keep-release')
  return last
}

export function readRelease(version: string): Release {
  const read = (name: string) => readFileSync(join(folder, version, name))
  const text = (name: string) => gunzipSync(read(name)).toString('utf8')
  return {
    version,
    database: text('database.sql.gz'),
    beside: JSON.parse(text('beside.json.gz')),
    uses: read('uses.txt').toString('utf8').trim().split('\n'),
  }
}

/** The packed program of a release: only the newest one has it. */
export function readProgram(version: string): Buffer {
  return readFileSync(join(folder, version, programFile))
}

/**
 * Keeps a release. Older programs go: two versions side by side are one step apart, never more.
 * @throws when the version is kept already: what was released never changes
 */
export function writeRelease(release: Release, program: Buffer): void {
  const own = join(folder, release.version)
  if (existsSync(own)) throw new Error(`${release.version} is kept already`)
  for (const version of keptVersions()) {
    rmSync(join(folder, version, programFile), { force: true })
  }
  mkdirSync(own, { recursive: true })
  const write = (name: string, bytes: Buffer | string) => writeFileSync(join(own, name), bytes)
  write('database.sql.gz', gzipSync(release.database, { level: 9 }))
  write('beside.json.gz', gzipSync(JSON.stringify(release.beside), { level: 9 }))
  write('uses.txt', `${release.uses.join('\n')}\n`)
  write(programFile, program)
}
