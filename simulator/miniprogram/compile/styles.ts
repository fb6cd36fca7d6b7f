// WXSS of a mini program: imports inlined, rpx made relative to the screen, selectors scoped.
import { posix } from 'node:path'
import postcss, { type AtRule, CssSyntaxError, type Root, type Rule } from 'postcss'
import selectorParser from 'postcss-selector-parser'
import { BUILT_IN_TAGS } from '../tags.ts'
import type { ProgramConfig } from './configs.ts'
import type { Problems } from './problem.ts'
import { type Project, readSource } from './project.ts'

/** Whose style it is: a page's (below its own container), a component's, or the whole app's. */
interface Scope {
  route?: string
  prefix?: string
}

/** Compiles app.wxss and the styles of all pages and components into one style sheet. */
export function compileStyles(
  project: Project,
  program: ProgramConfig,
  problems: Problems,
): string {
  const parts = [compileStyle(project, 'app.wxss', {}, problems)]
  for (const [base, entry] of Object.entries(program.entries)) {
    const scope: Scope = entry.isPage ? { route: base } : {}
    if (entry.prefix !== undefined) scope.prefix = entry.prefix
    parts.push(compileStyle(project, `${base}.wxss`, scope, problems))
  }
  return parts.join('')
}

/** 750 rpx are the width of the screen. `calc` keeps the browser's full precision. */
export function replaceRpx(value: string): string {
  return value.replace(/(-?\d*\.?\d+)rpx\b/g, 'calc($1 * 100vw / 750)')
}

/** An iframe has no notch of its own: the runtime says how much of the screen's end is covered. */
function replaceSafeArea(value: string): string {
  return value.replace(
    /(?:env|constant)\(\s*safe-area-inset-(top|right|bottom|left)\s*(?:,[^)]*)?\)/g,
    'var(--safe-area-$1, 0px)',
  )
}

function compileStyle(project: Project, file: string, scope: Scope, problems: Problems): string {
  if (!project.files.includes(file)) return ''
  const root = inlined(project, file, problems, [])
  if (root === null) return ''
  root.walkDecls((declaration) => {
    declaration.value = replaceSafeArea(replaceRpx(declaration.value))
  })
  root.walkAtRules('media', (rule) => {
    rule.params = rule.params.replace(/(\d*\.?\d+)rpx\b/g, (_all, n) => `${Number(n) / 2}px`)
  })
  const scoping = selectorParser((selectors) => {
    selectors.each((selector) => scopeSelector(selector, scope))
  })
  root.walkRules((rule) => {
    if (inKeyframes(rule)) return
    try {
      rule.selector = scoping.processSync(rule.selector)
    } catch {
      const place = rule.source?.start
      problems.error(file, `selector not understood: ${rule.selector}`, place?.line, place?.column)
      rule.remove()
    }
  })
  return `/* ${file} */\n${root.toString()}\n`
}

function inKeyframes(rule: Rule): boolean {
  const parent = rule.parent
  return parent?.type === 'atrule' && 'name' in parent && String(parent.name).includes('keyframes')
}

function inlined(project: Project, file: string, problems: Problems, above: string[]): Root | null {
  let root: Root
  try {
    root = postcss.parse(readSource(project, file), { from: file })
  } catch (error) {
    if (!(error instanceof CssSyntaxError)) throw error
    problems.error(file, error.reason, error.line, error.column)
    return null
  }
  root.walkAtRules('import', (rule) => inlineImport(project, file, rule, problems, above))
  return root
}

function inlineImport(
  project: Project,
  file: string,
  rule: AtRule,
  problems: Problems,
  above: string[],
): void {
  const name = /^(?:url\()?["']?([^"')]+)["']?\)?$/.exec(rule.params.trim())?.[1] ?? ''
  const target = name.startsWith('/') ? name.slice(1) : posix.join(posix.dirname(file), name)
  const path = [...above, file]
  if (!project.files.includes(target)) {
    const place = rule.source?.start
    problems.error(file, `@import: there is no ${target}`, place?.line, place?.column)
  }
  const imported =
    path.includes(target) || !project.files.includes(target)
      ? null
      : inlined(project, target, problems, path)
  if (imported === null) rule.remove()
  else rule.replaceWith(imported.nodes)
}

function scopeSelector(selector: selectorParser.Selector, scope: Scope): void {
  const ofPage = mapTags(selector)
  if (scope.prefix !== undefined) prefixClasses(selector, scope.prefix)
  if (scope.route === undefined) return
  // :where() keeps the specificity as written
  const where = `:where([data-route="${scope.route}"])`
  const first = selector.first
  if (ofPage && first?.type === 'class') {
    selector.insertAfter(first, selectorParser.pseudo({ value: where }))
  } else selector.prepend(selectorParser.string({ value: ofPage ? where : `${where} ` }))
}

/** `page` and the names of built-in components become what stands in the DOM. */
function mapTags(selector: selectorParser.Selector): boolean {
  let ofPage = false
  selector.walkTags((tag) => {
    if (tag.value === 'page') {
      ofPage = true
      tag.replaceWith(selectorParser.className({ value: 'mp-page' }))
    } else if (BUILT_IN_TAGS.has(tag.value)) tag.value = `wx-${tag.value}`
  })
  return ofPage
}

/** Matches glass-easel's style scopes: a component's class names carry its prefix. */
function prefixClasses(selector: selectorParser.Selector, prefix: string): void {
  selector.walkClasses((name) => {
    name.value = `${prefix}--${name.value}`
  })
  selector.walkPseudos((pseudo) => {
    if (pseudo.value !== ':host') return
    pseudo.replaceWith(
      selectorParser.attribute({
        attribute: 'wx-host',
        operator: '=',
        value: prefix,
        quoteMark: '"',
        raws: {},
      }),
    )
  })
}
