// A world on disk: one append-only file of changed entities, a line a step, fsynced before the
// answer leaves. Steps that end together share one write and one fsync.
import { type FileHandle, mkdir, open, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import type { Change } from './state.ts'
import { TABLE_NAMES } from './state.ts'

const FILE = 'world.jsonl'
const ENTITIES_A_LINE = 200

interface Waiting {
  readonly line: string
  readonly done: () => void
  readonly failed: (error: Error) => void
}

function lineOf(changes: readonly Change[]): string {
  return `${JSON.stringify(changes)}\n`
}

function parsed(line: string): readonly Change[] | null {
  try {
    const value: unknown = JSON.parse(line)
    return isChanges(value) ? value : null
  } catch {
    return null
  }
}

function isChanges(value: unknown): value is readonly Change[] {
  return (
    Array.isArray(value) &&
    value.every(
      (one) =>
        Array.isArray(one) &&
        one.length === 3 &&
        (TABLE_NAMES as readonly string[]).includes(one[0]) &&
        typeof one[1] === 'string',
    )
  )
}

/** The steps of a file's text. A torn last line was never acknowledged and is left out. */
export function stepsOf(text: string): readonly Change[] {
  const lines = text.split('\n')
  const last = lines.pop()
  const changes: Change[] = []
  for (const [index, line] of lines.entries()) {
    const step = parsed(line)
    if (step === null) throw new Error(`line ${index + 1} of ${FILE} is damaged`)
    for (const change of step) changes.push(change)
  }
  void last
  return changes
}

/** Reads what a folder keeps: nothing for a new one. Error when the file is damaged inside. */
export async function readWorld(folder: string): Promise<readonly Change[]> {
  try {
    return stepsOf(await readFile(join(folder, FILE), 'utf8'))
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  }
}

export class Disk {
  readonly #file: FileHandle
  #waiting: Waiting[] = []
  #writing: Promise<void> | null = null

  private constructor(file: FileHandle) {
    this.#file = file
  }

  /** Writes everything anew (the compaction of the last run) and opens the file for more. */
  static async open(folder: string, everything: readonly Change[]): Promise<Disk> {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    const path = join(folder, FILE)
    const fresh = await open(`${path}.new`, 'w', 0o600)
    for (let from = 0; from < everything.length; from += ENTITIES_A_LINE) {
      await fresh.write(lineOf(everything.slice(from, from + ENTITIES_A_LINE)))
    }
    await fresh.sync()
    await fresh.close()
    await rename(`${path}.new`, path)
    const directory = await open(folder, 'r')
    await directory.sync().catch(() => undefined)
    await directory.close()
    return new Disk(await open(path, 'a', 0o600))
  }

  /** Resolves when these changes are on the disk; rejects when they could not be written. */
  append(changes: readonly Change[]): Promise<void> {
    if (changes.length === 0) return this.#writing ?? Promise.resolve()
    return new Promise((done, failed) => {
      this.#waiting.push({ line: lineOf(changes), done, failed })
      this.#writing ??= this.#writeAll()
    })
  }

  async #writeAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      const group = this.#waiting
      this.#waiting = []
      try {
        await this.#file.write(group.map(({ line }) => line).join(''))
        await this.#file.datasync()
        for (const { done } of group) done()
      } catch (error) {
        const reason = error instanceof Error ? error : new Error('write failed')
        for (const { failed } of group) failed(reason)
      }
    }
    this.#writing = null
  }

  async close(): Promise<void> {
    await this.#writing
    await this.#file.close()
  }
}
