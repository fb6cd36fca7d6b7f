// What a mini program uses that the phone does not have: told with file and line, before anybody
// taps on it. Packages in miniprogram_npm are left alone: most use more than the program ever calls.
import { BUILT_IN_TAGS } from '../tags.ts'
import { WX_NAMES } from '../wx-names.ts'
import type { ProgramConfig } from './configs.ts'
import { type Problems, placeOf } from './problem.ts'
import { isRecord, type Project, readSource } from './project.ts'

/** Part of the template language, not of what is drawn. */
const SYNTAX = ['block', 'template', 'import', 'include', 'slot', 'wxs']
/** WeChat's own components that the phone lacks (developers.weixin.qq.com/miniprogram/dev/component). */
const ABSENT = new Set([
  ...['ad', 'ad-custom', 'audio', 'camera', 'canvas', 'channel-live', 'channel-video', 'editor'],
  ...['functional-page-navigator', 'grid-view', 'keyboard-accessory', 'list-view', 'live-player'],
  ...['live-pusher', 'map', 'match-media', 'movable-area', 'movable-view', 'navigation-bar'],
  ...[
    'official-account',
    'open-data',
    'page-meta',
    'picker-view',
    'picker-view-column',
    'share-element',
  ],
  ...[
    'snapshot',
    'span',
    'sticky-header',
    'sticky-section',
    'store-home',
    'video',
    'voip-room',
    'web-view',
  ],
])
const OPEN_TYPES = ['getPhoneNumber', 'getRealtimePhoneNumber', 'chooseAvatar']

/** Warns of every interface, component and setting that the phone does not have. */
export function reportLimits(project: Project, config: ProgramConfig, problems: Problems): void {
  for (const file of project.files) {
    if (file.startsWith('miniprogram_npm/')) continue
    if (/\.[jt]s$/.test(file) && !file.endsWith('.d.ts')) reportApis(project, file, problems)
    if (file.endsWith('.wxml')) reportTemplate(project, file, config, problems)
  }
  reportSettings(project, config, problems)
}

function tell(problems: Problems, file: string, text: string, at: number, what: string): void {
  const { line, column } = placeOf(text, at)
  const message = `${what} is not simulated`
  problems.add({ severity: 'warning', file, line, column, message, zh: `${what} 尚未模拟` })
}

/** The same text with blanks for what a pattern finds, so that places stay where they are. */
function blanked(text: string, pattern: RegExp): string {
  return text.replace(pattern, (found) => found.replace(/[^\n]/g, ' '))
}

const NOT_CODE = /\/\*[\s\S]*?\*\/|\/\/[^\n]*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'/g

/** Each name once a file, where it is first used. */
function reportApis(project: Project, file: string, problems: Problems): void {
  const text = readSource(project, file)
  const seen = new Set<string>()
  for (const match of blanked(text, NOT_CODE).matchAll(/(?<![\w$.])wx\.([a-zA-Z]\w*)/g)) {
    const name = match[1] ?? ''
    if (WX_NAMES.has(name) || /^(on|off)[A-Z]/.test(name) || seen.has(name)) continue
    // A type such as WechatMiniprogram's stands where no value is.
    seen.add(name)
    tell(problems, file, text, match.index, `wx.${name}`)
  }
}

function reportTemplate(
  project: Project,
  file: string,
  config: ProgramConfig,
  problems: Problems,
): void {
  const text = readSource(project, file)
  const markup = blanked(text, /<!--[\s\S]*?-->|(?<=<wxs\b[^>]*>)[\s\S]*?(?=<\/wxs>)/g)
  const own = componentsOf(config, file)
  for (const match of markup.matchAll(/<([a-z][\w-]*)((?:"[^"]*"|'[^']*'|[^>"'])*)>/g)) {
    const [, tag = '', attributes = ''] = match
    if (own.has(tag) || SYNTAX.includes(tag)) continue
    if (ABSENT.has(tag)) tell(problems, file, text, match.index, `<${tag}>`)
    else if (BUILT_IN_TAGS.has(tag))
      reportAttribute(text, file, tag, attributes, match.index, problems)
    else {
      const { line, column } = placeOf(text, match.index)
      const message = `<${tag}> is no component: is it missing in usingComponents?`
      const zh = `<${tag}> 不是组件：usingComponents 里是否漏了它？`
      problems.add({ severity: 'warning', file, line, column, message, zh })
    }
  }
}

/** Names that a template may use; one that pages share by include or import may use anybody's. */
function componentsOf(config: ProgramConfig, file: string): ReadonlySet<string> {
  const entry = config.entries[file.slice(0, -'.wxml'.length)]
  const entries = entry === undefined ? Object.values(config.entries) : [entry]
  return new Set(
    entries.flatMap(({ config: { usingComponents, componentGenerics } }) => [
      ...Object.keys(usingComponents),
      ...Object.keys(isRecord(componentGenerics) ? componentGenerics : {}),
    ]),
  )
}

function reportAttribute(
  text: string,
  file: string,
  tag: string,
  attributes: string,
  at: number,
  problems: Problems,
): void {
  const literal = (name: string) =>
    new RegExp(`\\s${name}\\s*=\\s*["']([\\w-]+)["']`).exec(attributes)?.[1]
  const openType = tag === 'button' ? literal('open-type') : undefined
  if (openType !== undefined && !OPEN_TYPES.includes(openType)) {
    tell(problems, file, text, at, `<button open-type="${openType}">`)
  }
  const mode = tag === 'picker' ? literal('mode') : undefined
  if (mode !== undefined && mode !== 'selector') {
    tell(problems, file, text, at, `<picker mode="${mode}">`)
  }
  if (tag === 'scroll-view' && /\srefresher-enabled/.test(attributes)) {
    tell(problems, file, text, at, '<scroll-view refresher-enabled>')
  }
}

function reportSettings(project: Project, { app }: ProgramConfig, problems: Problems): void {
  if (!project.files.includes('app.json')) return
  const text = readSource(project, 'app.json')
  const { plugins, renderer, tabBar } = app
  const say = (key: string, what: string) =>
    tell(problems, 'app.json', text, Math.max(0, text.indexOf(`"${key}"`)), what)
  if (isRecord(plugins) && Object.keys(plugins).length > 0) say('plugins', 'plugins')
  if (renderer === 'skyline') say('renderer', '"renderer": "skyline"')
  if (isRecord(tabBar) && tabBar['custom'] === true) say('custom', 'a custom tab bar')
}
