import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

// Checks of the mini program's pages with WeChat's own compilers, for the tests beside this file.

const room = dirname(fileURLToPath(import.meta.url))

/** The mini program's folder. */
export const program = join(room, 'miniprogram')

/** WeChat's compilers exist for x86-64 only; elsewhere the tests that need them say so. */
export const compilersRunHere = process.arch === 'x64'

interface WechatCompiler {
  wxmlToJs(folder: string): string
  wxssToJs(folder: string): string
}

function wechatCompiler(): WechatCompiler {
  return createRequire(import.meta.url)('miniprogram-compiler') as WechatCompiler
}

/** All files of the mini program with this ending, by their path in it, in order. */
export function filesEnding(ending: string): string[] {
  const all = readdirSync(program, { recursive: true, encoding: 'utf8' })
  return all.filter((path) => path.endsWith(ending)).sort()
}

/** What WeChat's compilers make of the mini program, after `change` had a copy of it in hand. */
export function compiled(change: (folder: string) => void = () => undefined): {
  wxml: string
  wxss: string
} {
  const folder = mkdtempSync(join(tmpdir(), 'minitill-wxml-'))
  try {
    cpSync(program, folder, { recursive: true })
    change(folder)
    const { wxmlToJs, wxssToJs } = wechatCompiler()
    return { wxml: wxmlToJs(folder), wxss: wxssToJs(folder) }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** Everything between {{ and }} of a page, and the names of its wxs modules. */
export function bindings(path: string): { expressions: string[]; modules: string[] } {
  const text = readFileSync(join(program, path), 'utf8')
  return {
    expressions: [...text.matchAll(/\{\{([\s\S]*?)\}\}/g)].map(([, inner]) => inner ?? ''),
    modules: [...text.matchAll(/<wxs [^>]*module="(\w+)"/g)].map(([, name]) => name ?? ''),
  }
}

/**
 * The calls in an expression that no wxs module makes. WeChat's compiler turns such a call into a
 * wrong value without a word.
 */
export function strayCalls({ expressions, modules }: ReturnType<typeof bindings>): string[] {
  return expressions.flatMap((expression) =>
    [...expression.matchAll(/([\w$.]+)\s*\(/g)]
      .map(([, called]) => called ?? '')
      .filter((called) => !modules.includes(called.split('.')[0] ?? '')),
  )
}
