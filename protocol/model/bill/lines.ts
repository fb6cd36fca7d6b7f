import { ModelError } from '../model-error.ts'

/** More than the longest honest row; a file without line ends is no bill. */
const mostLineBytes = 65_536
const lineFeed = 0x0a

/**
 * The lines of a UTF-8 file, in arrays as they come in, without their ends (LF or CRLF) and without
 * a byte order mark. Memory is bounded by the longest line allowed and one piece of the input.
 * @throws ModelError for a line that is too long, and for bytes that are no UTF-8
 */
export async function* linesOf(
  bytes: AsyncIterable<Uint8Array>,
): AsyncGenerator<readonly string[], void> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  let rest: Uint8Array = new Uint8Array(0)
  let isFirst = true
  const text = (line: Uint8Array): string => {
    if (line.length > mostLineBytes) throw new ModelError('bill', 'has a line that is too long')
    let read = decoded(decoder, line)
    if (isFirst && read.startsWith('\uFEFF')) read = read.slice(1)
    isFirst = false
    return read.endsWith('\r') ? read.slice(0, -1) : read
  }
  for await (const piece of bytes) {
    const all = rest.length === 0 ? piece : joined(rest, piece)
    const lines: string[] = []
    let from = 0
    for (let end = all.indexOf(lineFeed); end >= 0; end = all.indexOf(lineFeed, from)) {
      lines.push(text(all.subarray(from, end)))
      from = end + 1
    }
    rest = all.slice(from)
    if (rest.length > mostLineBytes) throw new ModelError('bill', 'has a line that is too long')
    if (lines.length > 0) yield lines
  }
  if (rest.length > 0) yield [text(rest)]
}

function decoded(decoder: { decode(bytes: Uint8Array): string }, line: Uint8Array): string {
  try {
    return decoder.decode(line)
  } catch {
    throw new ModelError('bill', 'must be UTF-8')
  }
}

function joined(one: Uint8Array, other: Uint8Array): Uint8Array {
  const both = new Uint8Array(one.length + other.length)
  both.set(one)
  both.set(other, one.length)
  return both
}

/**
 * The cells of a line. WeChat puts a backtick before every value and writes a comma in a text
 * as backslash and blank, so that a value ends where comma and backtick follow; a line that a
 * spreadsheet wrote anew is read with its quotes.
 */
export function cellsOf(line: string): readonly string[] {
  if (line.startsWith('`')) return line.slice(1).split(',`')
  return line.includes('"') ? quoted(line) : line.split(',').map(bare)
}

const bare = (cell: string): string => (cell.startsWith('`') ? cell.slice(1) : cell)

const QUOTED = /(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/gy

function quoted(line: string): readonly string[] {
  const cells: string[] = []
  let end = 0
  for (const match of line.matchAll(QUOTED)) {
    const [all, inQuotes, plain = ''] = match
    cells.push(bare(inQuotes === undefined ? plain : inQuotes.replaceAll('""', '"')))
    end = match.index + all.length
  }
  if (end !== line.length) throw new ModelError('bill', 'has a quoted cell that does not end')
  return cells
}
