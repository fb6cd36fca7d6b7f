// The built page: found, built when stale, and handed out from memory.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildPage, DIST } from './build.ts'

const TYPES: Record<string, string> = {
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
  png: 'image/png',
  woff2: 'font/woff2',
}

export interface PageFile {
  type: string
  bytes: Buffer
}

/** Builds once a process; later changes to the page's sources need a restart. */
export class PageFiles {
  #built: Promise<void> | null = null

  async index(): Promise<string> {
    await this.#ready()
    return readFileSync(join(DIST, 'index.html'), 'utf8')
  }

  /** A file below dist by its name, or null; only names that the build wrote are known. */
  async find(name: string): Promise<PageFile | null> {
    await this.#ready()
    const known = readdirSync(DIST, { recursive: true, encoding: 'utf8' })
    const type = TYPES[name.split('.').at(-1) ?? '']
    if (type === undefined || !known.map((file) => file.replaceAll('\\', '/')).includes(name)) {
      return null
    }
    return { type, bytes: readFileSync(join(DIST, name)) }
  }

  #ready(): Promise<void> {
    this.#built ??= buildPage().catch((error: unknown) => {
      this.#built = null
      throw error
    })
    return this.#built
  }
}
