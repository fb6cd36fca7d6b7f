// A mini program on disk: where its root is, which files it has, and when they last changed.
import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { join, sep } from 'node:path'
import { ProjectError } from './problem.ts'

const FILES_LIMIT = 2000
const SOURCE_BYTES_LIMIT = 2 * 1024 * 1024

export interface Project {
  /** The folder that holds app.json: `miniprogramRoot` of project.config.json, or the folder. */
  root: string
  /** From project.config.json; empty when it names none (or the tourist's). */
  appid: string
  /** Paths below root with forward slashes, sorted. */
  files: string[]
  /** Changes whenever a file is added, removed or written. */
  fingerprint: string
}

/** True for a JSON object. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/**
 * Looks at a mini program's folder the way WeChat DevTools does: project.config.json names the
 * appid and, by `miniprogramRoot`, the folder with app.json.
 * Throws ProjectError when there is nothing to run.
 * Source: developers.weixin.qq.com/miniprogram/dev/devtools/projectconfig.html
 */
export function openProject(folder: string): Project {
  const config = readProjectConfig(folder)
  const inner = config['miniprogramRoot']
  const root = realFolder(join(folder, typeof inner === 'string' ? inner : ''))
  if (!`${root}${sep}`.startsWith(`${realFolder(folder)}${sep}`)) {
    throw new ProjectError(
      'project.config.json: miniprogramRoot must lie inside the project folder',
    )
  }
  const seen: string[] = []
  const times: string[] = []
  walk(root, '', (file, stamp) => {
    seen.push(file)
    times.push(`${file}@${stamp}`)
    if (seen.length > FILES_LIMIT) {
      throw new ProjectError(`the mini program has more than ${FILES_LIMIT} files`)
    }
  })
  if (!seen.includes('app.json')) {
    throw new ProjectError(`no app.json in ${inner ?? 'the project folder'}: is it a mini program?`)
  }
  const appid = config['appid']
  return {
    root,
    appid: typeof appid === 'string' ? appid : '',
    files: seen.sort(),
    fingerprint: times.sort().join('\n'),
  }
}

/** Reads a source file of the project as UTF-8 text without its byte order mark. */
export function readSource(project: Project, file: string): string {
  const path = join(project.root, file)
  if (statSync(path).size > SOURCE_BYTES_LIMIT) {
    throw new ProjectError(`${file} is larger than ${SOURCE_BYTES_LIMIT} bytes`)
  }
  return readFileSync(path, 'utf8').replace(/^\uFEFF/, '')
}

/**
 * The absolute path of a file that the mini program shows (an image), or null when the name leaves
 * the mini program's folder, by dots or by a link, or names nothing.
 */
export function findAsset(project: Project, file: string): string | null {
  const known = project.files.includes(file)
  if (!known) return null
  const path = realpathSync(join(project.root, file))
  return path.startsWith(`${project.root}${sep}`) ? path : null
}

function realFolder(folder: string): string {
  try {
    return realpathSync(folder)
  } catch {
    throw new ProjectError(`there is no folder ${folder}`)
  }
}

function readProjectConfig(folder: string): Record<string, unknown> {
  let text: string
  try {
    text = readFileSync(join(folder, 'project.config.json'), 'utf8')
  } catch {
    return {}
  }
  try {
    const value: unknown = JSON.parse(text)
    if (isRecord(value)) return value
  } catch {
    // Said below, with the file's name.
  }
  throw new ProjectError('project.config.json is not a JSON object')
}

function walk(root: string, base: string, visit: (file: string, stamp: string) => void): void {
  for (const entry of readdirSync(join(root, base), { withFileTypes: true })) {
    if (entry.name === 'node_modules' || entry.name.startsWith('.')) continue
    const file = base === '' ? entry.name : `${base}/${entry.name}`
    if (entry.isDirectory()) walk(root, file, visit)
    else if (entry.isFile()) {
      const { mtimeMs, size } = statSync(join(root, file))
      visit(file, `${mtimeMs}:${size}`)
    }
  }
}
