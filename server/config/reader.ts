import { readFileSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Environment, SettingName } from './names.ts'

/** Collects every problem instead of stopping at the first. */
export class Reader {
  readonly problems: string[] = []
  readonly #env: Environment

  constructor(env: Environment) {
    this.#env = env
  }

  /** Notes a problem in words that name the setting and the remedy. */
  wrong(name: string, remedy: string): void {
    this.problems.push(`${name}: ${remedy}`)
  }

  text(name: SettingName): string | null {
    const value = this.#env[name]?.trim()
    return value === undefined || value === '' ? null : value
  }

  /** Names of the variables that are set and look like this. */
  given(shape: RegExp): string[] {
    return Object.keys(this.#env).filter(
      (name) => shape.test(name) && (this.#env[name] ?? '') !== '',
    )
  }

  needed(name: SettingName, what: string): string {
    const value = this.text(name)
    if (value === null) this.wrong(name, `is missing; ${what}`)
    return value ?? ''
  }

  /** A value that may be `file:` and a path. */
  material(name: SettingName): string | null {
    const value = this.text(name)
    return value === null ? null : this.contents(name, value)
  }

  /** The text itself, or what is in the file that it names; a key must not be open to everyone. */
  contents(name: string, value: string): string {
    if (!value.startsWith('file:')) return value
    const path = resolve(value.slice('file:'.length).replace(/^\/\/(?=\/)/, ''))
    try {
      const isOpen = process.platform !== 'win32' && (statSync(path).mode & 0o007) !== 0
      if (isOpen) this.wrong(name, `${path} is open to every user of this machine; chmod 600 it`)
      return readFileSync(path, 'utf8').trim()
    } catch {
      this.wrong(name, `${path} cannot be read; check the path and who may read it`)
      return ''
    }
  }

  integer(name: SettingName, standard: number, least: number, most: number): number {
    const text = this.text(name)
    if (text === null) return standard
    const value = Number(text)
    if (/^\d{1,9}$/.test(text) && value >= least && value <= most) return value
    this.wrong(name, `is ${JSON.stringify(text)}; give a whole number from ${least} to ${most}`)
    return standard
  }

  choice<T extends string>(name: SettingName, standard: T, choices: readonly T[]): T {
    const text = this.text(name)
    if (text === null) return standard
    const found = choices.find((choice) => choice === text)
    if (found === undefined)
      this.wrong(name, `is ${JSON.stringify(text)}; give ${choices.join(' or ')}`)
    return found ?? standard
  }
}
