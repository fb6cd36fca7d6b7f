// WXML and WXS of a mini program, compiled by glass-easel's template compiler.
import { TmplGroup } from 'glass-easel-template-compiler'
import { type Problems, placeOf } from './problem.ts'
import { isRecord, type Project, readSource } from './project.ts'

/** Compiles all templates; answers one JavaScript expression with every template in it. */
export function compileTemplates(project: Project, problems: Problems): string {
  const group = new TmplGroup()
  try {
    for (const file of project.files.filter((name) => name.endsWith('.wxs'))) {
      const source = plainScript(readSource(project, file))
      group.addScript(file.slice(0, -'.wxs'.length), source) // <wxs src> drops the extension,
      group.addScript(file, source) // require('./x.wxs') inside WXS keeps it
    }
    for (const file of project.files.filter((name) => name.endsWith('.wxml'))) {
      const text = readSource(project, file)
      lint(file, text, problems)
      const said: unknown = group.addTmpl(file.slice(0, -'.wxml'.length), withPlainScripts(text))
      for (const message of Array.isArray(said) ? said : []) report(file, message, problems)
    }
    return group.getTmplGenObjectGroups()
  } finally {
    group.free()
  }
}

/** WXS is not JavaScript: there, `value.constructor` is a text such as 'Array'. */
function plainScript(source: string): string {
  return source.replace(/\b([\w$.]+)\.constructor\b/g, 'wxsConstructor($1)')
}

function withPlainScripts(wxml: string): string {
  return wxml.replace(/(<wxs\b[^>]*>)([\s\S]*?)(<\/wxs>)/g, (_all, open, code, close) => {
    return `${open}${plainScript(code)}${close}`
  })
}

function report(file: string, message: unknown, problems: Problems): void {
  if (!isRecord(message)) return
  const number = (name: string) => (typeof message[name] === 'number' ? Number(message[name]) : 0)
  const text = String(message['message'] ?? 'the template is wrong')
  const severity = message['isError'] === true || number('level') >= 4 ? 'error' : 'warning'
  problems.add({
    severity,
    file,
    line: number('startLine'),
    column: number('startColumn'),
    message: text,
  })
}

/**
 * WeChat's own compiler turns a method call inside {{}} silently into a wrong value, so it is said
 * here; calls of WXS modules (`format.yuan(x)`) are fine.
 */
function lint(file: string, text: string, problems: Problems): void {
  const modules = new Set([...text.matchAll(/<wxs\b[^>]*\bmodule=["'](\w+)["']/g)].map((m) => m[1]))
  for (const braces of text.matchAll(/\{\{([\s\S]*?)\}\}/g)) {
    const code = (braces[1] ?? '').replace(/'[^']*'|"[^"]*"/g, "''")
    const call = /([\w$][\w$.[\]]*)\s*\(/.exec(code)?.[1]
    if (call === undefined || modules.has(call.split('.')[0])) continue
    const { line, column } = placeOf(text, braces.index)
    const message = `{{${call}(…)}}: WeChat does not call functions here; use a WXS module`
    const zh = `{{${call}(…)}}：微信在这里不会调用函数，请使用 WXS 模块`
    problems.warning(file, message, line, column, zh)
  }
}
