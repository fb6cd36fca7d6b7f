// JavaScript and TypeScript of a mini program, file by file, as CommonJS modules.
import { posix } from 'node:path'
import { type Loader, type Message, transform } from 'esbuild'
import { type Problems, placeOf } from './problem.ts'
import { type Project, readSource } from './project.ts'

/** Code by module name (path without extension), each with an inline source map. */
export type Modules = Record<string, string>

/** `new Function` puts two lines before the code; the source map must count them. */
const LINES_BEFORE_CODE = ';;'

/** Compiles every script of the project; syntax errors and unknown requires become problems. */
export async function compileScripts(project: Project, problems: Problems): Promise<Modules> {
  const modules: Modules = {}
  for (const file of project.files) {
    if (!/\.[jt]s$/.test(file) || file.endsWith('.d.ts')) continue
    const code = await compileScript(project, file, problems)
    if (code === null) {
      const failed = JSON.stringify(`${file} could not be compiled`)
      modules[moduleName(file)] = `throw new Error(${failed})`
      continue
    }
    reportUnknown(project, file, code, problems)
    modules[moduleName(file)] = code
  }
  return modules
}

const moduleName = (file: string) => file.replace(/\.[jt]s$/, '')

async function compileScript(
  project: Project,
  file: string,
  problems: Problems,
): Promise<string | null> {
  const loader: Loader = file.endsWith('.ts') ? 'ts' : 'js'
  try {
    const { code, map, warnings } = await transform(readSource(project, file), {
      loader,
      format: 'cjs',
      target: 'es2020',
      sourcefile: file,
      sourcemap: 'external',
      logLevel: 'silent',
      tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: false } },
    })
    for (const warning of warnings) say(problems, 'warning', file, warning)
    return `${code}//# sourceMappingURL=data:application/json;base64,${shifted(map)}\n`
  } catch (error) {
    const messages = messagesOf(error)
    if (messages.length === 0) throw error
    for (const message of messages) say(problems, 'error', file, message)
    return null
  }
}

function shifted(map: string): string {
  const parsed: { mappings: string } = JSON.parse(map)
  const text = JSON.stringify({ ...parsed, mappings: LINES_BEFORE_CODE + parsed.mappings })
  return Buffer.from(text).toString('base64')
}

/** esbuild's TransformFailure carries the errors in a field of its own. */
function messagesOf(error: unknown): Message[] {
  if (!(error instanceof Error) || !('errors' in error)) return []
  return Array.isArray(error.errors) ? error.errors : []
}

function say(problems: Problems, severity: 'error' | 'warning', file: string, m: Message): void {
  const line = m.location?.line ?? 0
  problems.add({ severity, file, line, column: (m.location?.column ?? -1) + 1, message: m.text })
}

/** As in WeChat, a bare name is looked for beside the file, then below miniprogram_npm. */
function reportUnknown(project: Project, file: string, code: string, problems: Problems): void {
  for (const match of code.matchAll(/\brequire\(["']([^"']+)["']\)/g)) {
    const id = match[1] ?? ''
    const near = id.startsWith('/') ? id.slice(1) : posix.join(posix.dirname(file), id)
    const places = [near, `miniprogram_npm/${id}`].flatMap((path) => [path, `${path}/index`])
    const names = places.flatMap((path) => [path, `${path}.js`, `${path}.ts`])
    if (names.some((name) => project.files.includes(name))) continue
    const npm = !id.startsWith('.') && !id.startsWith('/')
    const remedy = npm ? ' (npm packages must be built into miniprogram_npm first)' : ''
    const source = readSource(project, file)
    const at = source.search(new RegExp(`["']${id.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}["']`))
    const { line, column } = placeOf(source, Math.max(0, at))
    const message = `module "${id}" is not found${remedy}`
    const zh = `找不到模块“${id}”${npm ? '（npm 包须先构建到 miniprogram_npm）' : ''}`
    problems.error(file, message, line, column, zh)
  }
}
