// Plants one bug: the text of one module is changed as it is loaded. The product carries no switches
// for this, and a patch that no longer fits fails loudly.
import { registerHooks } from 'node:module'
import { bugs as bugsOfAll, filesOf, withBug } from '../../planted/index.ts'
import { bugs, type PlantedBug } from './bugs.ts'

/** The text with the bug in it. @throws Error unless each piece stands there exactly once */
export function applied(bug: PlantedBug, text: string): string {
  let changed = text
  for (const [find, put] of bug.patch) {
    const parts = changed.split(find)
    if (parts.length !== 2) {
      throw new Error(`planted bug ${bug.name} fits ${parts.length - 1} times in ${bug.file}`)
    }
    changed = parts.join(put)
  }
  return changed
}

interface Planting {
  readonly files: readonly string[]
  /** The text of one of them with the bug in it. */
  change(file: string, text: string): string
}

/** One of the simulation's own, or of those that every lane is asked about. */
function plantingOf(name: string): Planting {
  const own = bugs.find((one) => one.name === name)
  if (own !== undefined) return { files: [own.file], change: (_file, text) => applied(own, text) }
  const bug = bugsOfAll.find((one) => one.name === name)
  if (bug === undefined) throw new RangeError(`no bug is called ${name}`)
  return { files: filesOf(bug), change: (file, text) => withBug(bug, file, text) }
}

/** From here on the module has the bug. @throws RangeError for a name that is none */
export function plant(name: string): void {
  const { files, change } = plantingOf(name)
  registerHooks({
    load: (url, context, nextLoad) => {
      const result = nextLoad(url, context)
      const file = files.find((one) => url.endsWith(`/${one}`))
      if (file === undefined) return result
      const text =
        typeof result.source === 'string'
          ? result.source
          : Buffer.from(result.source as Uint8Array).toString('utf8')
      return { ...result, source: change(file, text) }
    },
  })
}
