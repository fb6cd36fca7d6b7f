// A planted bug is text: what to find in one file and what to put there. The product carries no
// switch for it, and a patch that no longer fits is an error instead of a bug that is not there.

/** One replacement. `find` stands in the file exactly once. */
export interface Edit {
  /** Path below the repository's root, with forward slashes. */
  readonly file: string
  readonly find: string
  readonly replace: string
}

export interface Bug {
  /** Kebab case, unique, and used on the command line. */
  readonly name: string
  readonly area: Area
  /** The promise of docs/invariants.md that it breaks; A-n where only an attack names it. */
  readonly promise: string
  /** gross: any payment shows it. subtle: only a fault, a race or a rare moment does. */
  readonly kind: 'gross' | 'subtle'
  /** What somebody did wrong, in one sentence. */
  readonly says: string
  readonly edits: readonly Edit[]
  /** Parts of the names of journeys and attacks that are about it, which are run first. */
  readonly near: readonly string[]
}

export type Area =
  | 'login'
  | 'order'
  | 'payment'
  | 'notification'
  | 'close'
  | 'refund'
  | 'suspense'
  | 'ledger'
  | 'event'
  | 'job'
  | 'idempotency'

/** A patch does not fit: its text is gone from the file, or stands there more than once. */
export class StalePatch extends Error {}

/**
 * The text of `file` with the bug in it.
 * @throws StalePatch
 */
export function withBug(bug: Bug, file: string, text: string): string {
  return bug.edits
    .filter((edit) => edit.file === file)
    .reduce((before, { find, replace }) => {
      const count = before.split(find).length - 1
      if (count === 1) return before.replace(find, () => replace)
      throw new StalePatch(`${bug.name}: found ${count} times in ${file}: ${find}`)
    }, text)
}

/** The files that a bug changes, each once. */
export function filesOf(bug: Bug): readonly string[] {
  return [...new Set(bug.edits.map(({ file }) => file))]
}
