// Where in the author's own files an exception came from: the compiled modules carry source maps.
const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const FRAME = /mini-program\/([^\s()]+?)\.js:(\d+):(\d+)/

interface SourceMap {
  sources: string[]
  mappings: string
}

/** `pages/a/a.ts:12:5` for the first frame of a stack that is the mini program's; "" without one. */
export function placeOf(stack: string, modules: Record<string, string>): string {
  const [, module = '', line = '0', column = '0'] = FRAME.exec(stack) ?? []
  const map = mapOf(modules[module] ?? '')
  if (map === null) return module === '' ? '' : `${module}.js:${line}:${column}`
  const found = original(map.mappings, Number(line) - 1, Number(column) - 1)
  return `${map.sources[0] ?? module}:${found.line + 1}:${found.column + 1}`
}

function mapOf(code: string): SourceMap | null {
  const encoded = /sourceMappingURL=data:application\/json;base64,([\w+/=]+)\s*$/.exec(code)?.[1]
  if (encoded === undefined) return null
  try {
    const bytes = Uint8Array.from(atob(encoded), (letter) => letter.charCodeAt(0))
    const map: SourceMap = JSON.parse(new TextDecoder().decode(bytes))
    return map
  } catch {
    return null
  }
}

/** The place in the source of a place in the code, both counted from 0. */
function original(
  mappings: string,
  line: number,
  column: number,
): { line: number; column: number } {
  // The numbers of a segment are differences: column here, source, line there, column there.
  let [there, besides] = [0, 0]
  let best = { line: 0, column: 0 }
  for (const [nth, segments] of mappings
    .split(';')
    .slice(0, line + 1)
    .entries()) {
    let here = 0
    for (const segment of segments === '' ? [] : segments.split(',')) {
      const [ahead = 0, , down = 0, along = 0] = numbersOf(segment)
      here += ahead
      there += down
      besides += along
      if (nth < line || here <= column) best = { line: there, column: besides }
    }
  }
  return best
}

/** Base64 VLQ: five bits a letter, the sixth says that more follow, the first bit is the sign. */
function numbersOf(segment: string): number[] {
  const numbers: number[] = []
  let [value, shift] = [0, 0]
  for (const letter of segment) {
    const digit = DIGITS.indexOf(letter)
    value += (digit & 31) << shift
    shift += 5
    if ((digit & 32) !== 0) continue
    numbers.push((value & 1) === 1 ? -(value >> 1) : value >> 1)
    value = 0
    shift = 0
  }
  return numbers
}
