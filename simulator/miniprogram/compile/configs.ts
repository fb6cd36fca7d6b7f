// The JSON side of a mini program: app.json, page and component settings, used components.
import { posix } from 'node:path'
import { type Problems, placeOf } from './problem.ts'
import { isRecord, type Project, readSource } from './project.ts'

/** Settings of one page or component, with component paths made absolute. */
export interface CodeEntry {
  config: Record<string, unknown> & { usingComponents: Record<string, string> }
  isPage: boolean
  /** Set for a component whose styles are its own: the prefix of its class names. */
  prefix?: string
}

export interface ProgramConfig {
  /** app.json as it stands. */
  app: Record<string, unknown>
  /** All routes, subpackages included, the entry first as in app.json. */
  pages: string[]
  /** By path without extension: every page, and every component that a page can reach. */
  entries: Record<string, CodeEntry>
}

/** Reads app.json and the settings of all pages and components reachable from it. */
export function readConfigs(project: Project, problems: Problems): ProgramConfig {
  const app = readJson(project, 'app.json', problems) ?? {}
  const pages = pagesOf(app, project, problems)
  const entries: Record<string, CodeEntry> = {}
  const shared = componentsOf(app, 'app', project, problems)
  const wanted = [...pages]
  for (const base of wanted) {
    if (entries[base] !== undefined) continue
    const config = readJson(project, `${base}.json`, problems, true) ?? {}
    const usingComponents = { ...shared, ...componentsOf(config, base, project, problems) }
    const isPage = pages.includes(base)
    const entry: CodeEntry = { config: { ...config, usingComponents }, isPage }
    if (!isPage && config['styleIsolation'] !== 'shared') {
      entry.prefix = `c${Object.keys(entries).length}`
    }
    entries[base] = entry
    wanted.push(...Object.values(usingComponents).map((path) => path.slice(1)))
  }
  return { app, pages, entries }
}

function pagesOf(app: Record<string, unknown>, project: Project, problems: Problems): string[] {
  const pages = texts(app['pages'])
  const packages = app['subPackages'] ?? app['subpackages']
  for (const part of Array.isArray(packages) ? packages : []) {
    if (!isRecord(part) || typeof part['root'] !== 'string') continue
    const root = part['root']
    pages.push(...texts(part['pages']).map((page) => posix.join(root, page)))
  }
  if (pages.length === 0) {
    problems.error(
      'app.json',
      'pages: at least one page is needed',
      1,
      1,
      'pages：至少要有一个页面',
    )
  }
  for (const page of pages.filter((one) => !project.files.includes(`${one}.wxml`))) {
    const { line, column } = placeIn(project, 'app.json', page)
    const message = `pages: "${page}" has no ${page}.wxml`
    problems.error('app.json', message, line, column, `pages：“${page}”缺少 ${page}.wxml`)
  }
  return pages
}

function componentsOf(
  config: Record<string, unknown>,
  base: string,
  project: Project,
  problems: Problems,
): Record<string, string> {
  const found: Record<string, string> = {}
  const using = config['usingComponents']
  for (const [name, path] of Object.entries(isRecord(using) ? using : {})) {
    const target = typeof path === 'string' ? componentFile(path, base, project) : null
    if (target === null) {
      const file = `${base}.json`
      const { line, column } = placeIn(project, file, name)
      const message = `usingComponents: "${name}": no component at ${String(path)}`
      const zh = `usingComponents：“${name}”：${String(path)} 处没有组件`
      problems.error(file, message, line, column, zh)
    } else found[name] = `/${target}`
  }
  return found
}

/** Where a text stands in a file, in quotation marks; its last part will do for a subpackage. */
function placeIn(project: Project, file: string, text: string): { line: number; column: number } {
  const source = readSource(project, file)
  const last = text.split('/').slice(-2).join('/')
  const offset = [`"${text}"`, `${last}"`].map((one) => source.indexOf(one)).find((at) => at >= 0)
  return placeOf(source, offset ?? 0)
}

/** A component's path without extension; a bare name is looked up below miniprogram_npm too. */
function componentFile(path: string, base: string, project: Project): string | null {
  const absolute = path.startsWith('/')
    ? path.slice(1)
    : posix.join(posix.dirname(base), path.replace(/^\.\//, ''))
  const npm = [`miniprogram_npm/${path}`, `miniprogram_npm/${path}/index`]
  return [absolute, ...npm].find((file) => project.files.includes(`${file}.wxml`)) ?? null
}

function texts(value: unknown): string[] {
  return Array.isArray(value)
    ? value.filter((item): item is string => typeof item === 'string')
    : []
}

/** Reads a JSON object; a mistake is a problem with its line. Missing is fine if `optional`. */
function readJson(
  project: Project,
  file: string,
  problems: Problems,
  optional = false,
): Record<string, unknown> | null {
  if (!project.files.includes(file)) {
    if (!optional) problems.error(file, 'the file is missing')
    return null
  }
  const text = readSource(project, file)
  try {
    const value: unknown = JSON.parse(text)
    if (isRecord(value)) return value
    problems.error(file, 'a JSON object is needed here')
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    const offset = /position (\d+)/.exec(message)?.[1]
    const place = placeOf(text, offset === undefined ? text.length : Number(offset))
    problems.error(file, `not valid JSON: ${message}`, place.line, place.column)
  }
  return null
}
