/** What the compiler has to say about a mini program: shown on the phone with file and line. */
export interface Problem {
  severity: 'error' | 'warning'
  /** Path below the mini program's root, with forward slashes. */
  file: string
  /** Counted from 1; 0 when the whole file is meant. */
  line: number
  column: number
  message: string
  /** The same in Chinese, where it is ours to say. */
  zh?: string
}

/** Collects problems in the order in which they are met, and no more than a screen can use. */
export class Problems {
  readonly list: Problem[] = []
  readonly #limit: number

  constructor(limit = 100) {
    this.#limit = limit
  }

  add(problem: Problem): void {
    if (this.list.length < this.#limit) this.list.push(problem)
  }

  error(file: string, message: string, line = 0, column = 0, zh = message): void {
    this.add({ severity: 'error', file, line, column, message, zh })
  }

  warning(file: string, message: string, line = 0, column = 0, zh = message): void {
    this.add({ severity: 'warning', file, line, column, message, zh })
  }
}

/** The refusal of a folder that is no mini program at all; its text is fit to be shown. */
export class ProjectError extends Error {
  override readonly name = 'ProjectError'
}

/** Turns an offset in a text into a line and a column, both counted from 1. */
export function placeOf(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset)
  const line = before.split('\n').length
  return { line, column: offset - before.lastIndexOf('\n') }
}
