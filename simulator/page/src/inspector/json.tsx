// Texts of messages: JSON laid out and coloured, or just as the bytes were.
import type { ReactNode } from 'react'

/** Beyond this a text is shown without colours. */
const MOST_COLOURED = 30_000
const TOKEN = /("(?:\\.|[^"\\])*")(\s*:)?|\b(?:true|false|null)\b|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g

/** JSON with two blanks for each level; any other text as it is. */
export function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2)
  } catch {
    return text
  }
}

function coloured(text: string): ReactNode[] {
  const parts: ReactNode[] = []
  let end = 0
  for (const match of text.matchAll(TOKEN)) {
    const [whole, string, colon] = match
    if (match.index > end) parts.push(text.slice(end, match.index))
    const kind = string === undefined ? 'number' : colon === undefined ? 'string' : 'key'
    parts.push(
      <span key={match.index} className={`json-${kind}`}>
        {string ?? whole}
      </span>,
    )
    if (colon !== undefined) parts.push(colon)
    end = match.index + whole.length
  }
  parts.push(text.slice(end))
  return parts
}

export function Code({ text, raw = false }: { text: string; raw?: boolean }) {
  const shown = raw ? text : pretty(text)
  const plain = raw || shown.length > MOST_COLOURED || !/^\s*[[{]/.test(shown)
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a text that scrolls must be reachable by key
    <pre className={raw ? 'code code-raw' : 'code'} tabIndex={0}>
      {plain ? shown : coloured(shown)}
    </pre>
  )
}

/** A text with its line ends made visible, as a signature is over them too. */
export function SignedText({ text }: { text: string }) {
  const lines = text.split('\n')
  const ended = lines.at(-1) === ''
  const shown = ended ? lines.slice(0, -1) : lines
  return (
    <pre className="code code-signed" data-testid="signed-text">
      {shown.map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the lines of one text never move
        <span key={index} className="signed-line">
          {line}
          {(ended || index < shown.length - 1) && <i className="line-end">\n</i>}
          {'\n'}
        </span>
      ))}
    </pre>
  )
}
