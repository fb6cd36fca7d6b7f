// Which messages of the journal are shown.
import { type Exchange, isFailed, patternOf } from './messages.ts'

export interface Filter {
  kind: 'all' | 'request' | 'notification' | 'push'
  /** A path as patternOf() gives it; "" for all. */
  path: string
  status: 'all' | '2xx' | '3xx' | '4xx' | '5xx' | 'none'
  failedOnly: boolean
  /** Order number, or any other text of the message. */
  search: string
}

export const EVERYTHING: Filter = {
  kind: 'all',
  path: '',
  status: 'all',
  failedOnly: false,
  search: '',
}

function hasStatus(status: number, wanted: Filter['status']): boolean {
  if (wanted === 'all') return true
  if (wanted === 'none') return status === 0
  return `${String(status)[0]}xx` === wanted
}

function says(exchange: Exchange, search: string): boolean {
  const { url, body, plaintext, answerBody, headers, fault } = exchange
  const texts = [url, plaintext, body, answerBody, headers['authorization'] ?? '', fault ?? '']
  return texts.some((text) => text.toLowerCase().includes(search))
}

/** Every condition must hold; words of the search too, in any order. */
export function matches(exchange: Exchange, filter: Filter): boolean {
  if (filter.kind !== 'all' && exchange.kind !== filter.kind) return false
  if (!hasStatus(exchange.status, filter.status)) return false
  if (filter.failedOnly && !isFailed(exchange)) return false
  if (filter.path !== '' && patternOf(exchange.url) !== filter.path) return false
  const words = filter.search
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '')
  return words.every((word) => says(exchange, word))
}

/** The paths that occur, for the filter's menu; the most frequent first. */
export function pathsOf(exchanges: readonly Exchange[]): string[] {
  const counts = new Map<string, number>()
  for (const { url } of exchanges) {
    const path = patternOf(url)
    counts.set(path, (counts.get(path) ?? 0) + 1)
  }
  return [...counts].sort(([, a], [, b]) => b - a).map(([path]) => path)
}
