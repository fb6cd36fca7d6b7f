import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { parseCatalogue } from '../../domain/catalogue.ts'
import type { Product } from '../../domain/product.ts'

const mostBytes = 8 * 1024 * 1024

/** MINITILL_CATALOGUE cannot be taken; the message has every problem, one a line. */
export class CatalogueError extends Error {
  constructor(path: string, problems: readonly string[]) {
    super(problems.map((problem) => `MINITILL_CATALOGUE ${path}: ${problem}`).join('\n'))
    this.name = 'CatalogueError'
  }
}

/** Reads a catalogue file; null for none. @throws CatalogueError with every problem at once */
export async function readCatalogue(path: string | null): Promise<readonly Product[]> {
  if (path === null) return []
  const full = resolve(path)
  const text = await readFile(full, 'utf8').catch(() => null)
  if (text === null) throw new CatalogueError(full, ['the file cannot be read'])
  if (text.length > mostBytes) throw new CatalogueError(full, ['the file is larger than 8 MiB'])
  const check = parseCatalogue(parsed(full, text))
  if (!check.ok) throw new CatalogueError(full, check.problems)
  return check.products
}

function parsed(path: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new CatalogueError(path, ['the file is not valid JSON'])
  }
}
