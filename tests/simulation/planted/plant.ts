// Plants one bug: the text of one module is changed as it is loaded. The product carries no switches
// for this, and a patch that no longer fits fails loudly.
import { registerHooks } from 'node:module'
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

/** From here on the module has the bug. @throws RangeError for a name that is none */
export function plant(name: string): void {
  const bug = bugs.find((one) => one.name === name)
  if (bug === undefined) throw new RangeError(`no bug is called ${name}`)
  registerHooks({
    load: (url, context, nextLoad) => {
      const result = nextLoad(url, context)
      if (!url.endsWith(`/${bug.file}`)) return result
      const text =
        typeof result.source === 'string'
          ? result.source
          : Buffer.from(result.source as Uint8Array).toString('utf8')
      return { ...result, source: applied(bug, text) }
    },
  })
}
