import type { Problem, Source } from '../source.ts'

interface Entry {
  status: number
}

/** docs/errors.md names every error code of the registry with its status, and no other code. */
export function errorsDocument(
  files: readonly Source[],
  registry: Readonly<Record<string, Entry>>,
): Problem[] {
  const path = 'docs/errors.md'
  const problem = (text: string, line = 1): Problem => ({ path, line, rule: 'errors', text })
  const page = files.find((file) => file.path === path)
  if (page === undefined) {
    return Object.keys(registry).length === 0 ? [] : [problem('is missing: list every error code')]
  }
  const lines = page.text.split('\n')
  const missing = Object.entries(registry)
    .filter(([code, { status }]) => !lines.some((line) => names(line, code, status)))
    .map(([code, { status }]) => problem(`does not name \`${code}\` with its status ${status}`))
  const invented = lines.flatMap((line, index) => {
    const code = /^(?:\||#+|-)\s*`([a-z][a-z0-9_]*)`/.exec(line)?.[1]
    if (code === undefined || Object.hasOwn(registry, code)) return []
    return [problem(`names \`${code}\`, which is not in the registry`, index + 1)]
  })
  return [...missing, ...invented]
}

const names = (line: string, code: string, status: number): boolean =>
  line.includes(`\`${code}\``) && new RegExp(`\\b${status}\\b`).test(line)

interface LockEntry {
  version?: unknown
  resolved?: unknown
  integrity?: unknown
  link?: unknown
}

/** Every locked package comes from a registry and carries its integrity (attack A-90). */
export function lockfile(files: readonly Source[]): Problem[] {
  const file = files.find(({ path }) => path === 'package-lock.json')
  if (file === undefined) return []
  const lock: { packages?: Record<string, LockEntry> } = JSON.parse(file.text)
  return Object.entries(lock.packages ?? {})
    .filter(([path, entry]) => path.includes('node_modules/') && entry.link !== true)
    .flatMap(([path, entry]) => {
      const problem = (text: string): Problem => ({
        path: file.path,
        line: 1,
        rule: 'lockfile',
        text: `${path} ${text}`,
      })
      const from = typeof entry.resolved === 'string' ? entry.resolved : 'https:'
      const problems = from.startsWith('https:') ? [] : [problem('does not come by https')]
      if (typeof entry.version !== 'string') problems.push(problem('has no version'))
      if (!/^sha512-/.test(String(entry.integrity))) problems.push(problem('has no integrity'))
      return problems
    })
}

const dependencyFields = [
  'dependencies',
  'devDependencies',
  'optionalDependencies',
  'peerDependencies',
]

/** Every direct dependency is named on a page of docs/decisions, in backquotes or as plain text. */
export function dependencies(files: readonly Source[]): Problem[] {
  const pages = files
    .filter(({ path }) => /^docs\/decisions\/.*\.md$/.test(path))
    .map(({ text }) => text.toLowerCase())
    .join('\n')
  return files
    .filter(({ path }) => /^([a-z]+\/)?package\.json$/.test(path))
    .flatMap((file) => {
      const manifest: Record<string, Record<string, string> | undefined> = JSON.parse(file.text)
      return dependencyFields
        .flatMap((field) => Object.keys(manifest[field] ?? {}))
        .filter((name) => !name.startsWith('@minitill/') && !isNamed(name, pages))
        .map((name) => ({
          path: file.path,
          line: 1,
          rule: 'dependencies',
          text: `${name} has no page in docs/decisions`,
        }))
    })
}

/** Named as it is, or its whole family as `@scope/*`. */
function isNamed(name: string, pages: string): boolean {
  const escaped = name.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
  if (new RegExp(`(^|[^a-z0-9@/-])${escaped}($|[^a-z0-9/-])`).test(pages)) return true
  return name.startsWith('@') && pages.includes(`${name.split('/')[0]}/*`)
}
