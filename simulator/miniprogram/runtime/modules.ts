// Loads the mini program's scripts the way WeChat does: names are given as function parameters, and
// the browser's own globals are hidden behind undefined ones. That is no security boundary, and
// need not be one: the code is the person's own.
import type { Caller, CodeSpace, Registrar } from './engine.ts'
import { isRecord, type Program } from './program.ts'

const HIDDEN = [
  ...['window', 'document', 'frames', 'self', 'location', 'navigator', 'localStorage'],
  ...['sessionStorage', 'history', 'alert', 'confirm', 'prompt', 'fetch', 'XMLHttpRequest'],
  ...['WebSocket', 'parent', 'top'],
]
const GIVEN = [
  ...['require', 'module', 'exports', 'App', 'Page', 'Component', 'Behavior', 'wx'],
  ...['getApp', 'getCurrentPages'],
]

export interface ModuleGlobals {
  wx: object
  getCurrentPages(): unknown[]
}

/** Owns the module cache and the App of one life of a mini program. */
export class ModuleLoader {
  app: Caller = {}
  readonly #program: Program
  readonly #space: CodeSpace
  readonly #globals: ModuleGlobals
  readonly #loaded = new Map<string, { exports: unknown }>()
  readonly #behaviors = new Map<string, unknown>()
  /** The page or component being loaded: Component() anywhere below it registers that path. */
  #current = ''

  constructor(program: Program, space: CodeSpace, globals: ModuleGlobals) {
    this.#program = program
    this.#space = space
    this.#globals = globals
  }

  has(name: string): boolean {
    return this.#program.modules[name] !== undefined
  }

  /** Runs a module once and answers its exports; throws what the module throws. */
  load(name: string): unknown {
    const known = this.#loaded.get(name)
    if (known !== undefined) return known.exports
    const code = this.#program.modules[name]
    if (code === undefined) throw new Error(`module '${name}.js' is not defined`)
    const module = { exports: {} as unknown }
    this.#loaded.set(name, module)
    const outer = this.#current
    if (this.#program.entries[name] !== undefined) this.#current = name
    try {
      const run = new Function(...GIVEN, ...HIDDEN, `${code}//# sourceURL=mini-program/${name}.js`)
      run(...this.#given(name, module))
    } catch (error) {
      this.#loaded.delete(name)
      throw error
    } finally {
      this.#current = outer
    }
    return module.exports
  }

  #given(name: string, module: { exports: unknown }): unknown[] {
    const behavior = Object.assign(this.#registrar('Behavior'), {
      trait: (...args: unknown[]) => this.#space.traitBehavior(...args),
    })
    return [
      (id: string) => this.load(this.#resolve(name, id)),
      module,
      module.exports,
      (definition: unknown) => {
        this.app = isRecord(definition) ? Object.assign(Object.create({}), definition) : {}
      },
      this.#registrar('Page'),
      this.#registrar('Component'),
      behavior,
      this.#globals.wx,
      () => this.app,
      () => this.#globals.getCurrentPages(),
    ]
  }

  #registrar(kind: keyof Registrar) {
    return (definition?: unknown) =>
      this.#space.componentEnv(this.#current, (registrar) =>
        definition === undefined ? registrar[kind]() : registrar[kind](this.#prepare(definition)),
      )
  }

  /** Behaviours by name (`wx://form-field`) and style options that the adapter reads from JSON only. */
  #prepare(definition: unknown): unknown {
    if (!isRecord(definition)) return definition
    const options = isRecord(definition['options']) ? definition['options'] : {}
    const config = this.#space.getComponentStaticConfig(this.#current)
    const isolation =
      options['styleIsolation'] ?? (options['addGlobalClass'] ? 'apply-shared' : null)
    if (config !== undefined && config['styleIsolation'] === undefined && isolation !== null) {
      config['styleIsolation'] = isolation
    }
    const behaviors = definition['behaviors']
    if (!Array.isArray(behaviors)) return definition
    const real = behaviors.map((item) => (typeof item === 'string' ? this.#builtIn(item) : item))
    return { ...definition, behaviors: real }
  }

  #builtIn(name: string): unknown {
    const known = this.#behaviors.get(name)
    if (known !== undefined) return known
    const field = name.startsWith('wx://form-field')
    const definition = field ? { properties: { name: String, value: null } } : {}
    const behavior = this.#space.behavior().definition(definition).register()
    this.#behaviors.set(name, behavior)
    return behavior
  }

  #resolve(from: string, id: string): string {
    const plain = id.replace(/\.[jt]s$/, '')
    const absolute = plain.startsWith('/') ? plain.slice(1) : join(from, plain)
    const names = [absolute, `${absolute}/index`]
    if (!/^[./]/.test(id)) names.push(`miniprogram_npm/${plain}/index`, `miniprogram_npm/${plain}`)
    const found = names.find((name) => this.has(name))
    if (found === undefined) {
      throw new Error(`module '${id}' is not defined, required from '${from}.js'`)
    }
    return found
  }
}

function join(from: string, id: string): string {
  const parts = from.split('/').slice(0, -1)
  for (const part of id.split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '.' && part !== '') parts.push(part)
  }
  return parts.join('/')
}
