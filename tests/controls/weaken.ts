// A Vite plugin that builds the product with the switches of `guards.ts`.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { guards } from './guards.ts'

const root = join(import.meta.dirname, '../..')

/** What a weakened file begins with. */
const prelude = 'const off = (name) => globalThis.minitillWithout?.has(name) === true\n'

/** The text of a file with its guards made switchable. @throws when a guard is not there once */
export function weakened(file: string, text: string): string {
  const here = guards.filter((guard) => guard.file === file)
  const changed = here.reduce((before, { attack, guard, weak }) => {
    if (before.split(guard).length !== 2) {
      throw new Error(`${file}: the guard of ${attack} does not stand there once: ${guard}`)
    }
    return before.replace(guard, () => weak)
  }, text)
  return here.length === 0 ? text : prelude + changed
}

/** Guards that are no longer where they were. */
export function movedGuards(): string[] {
  return [...new Set(guards.map(({ file }) => file))].flatMap((file) => {
    try {
      weakened(file, readFileSync(join(root, file), 'utf8'))
      return []
    } catch (error) {
      return [String(error)]
    }
  })
}

export const weaken = {
  name: 'minitill-weaken',
  enforce: 'pre' as const,
  transform(code: string, id: string): string | null {
    const file = id.split('?', 1)[0]?.slice(root.length + 1) ?? ''
    return guards.some((guard) => guard.file === file) ? weakened(file, code) : null
  },
}
