import type { Diagnosis } from './api/wire.ts'
import { difference } from './explain/difference.ts'

const MOST_ENTRIES = 5000
const LONGEST_TEXT = 65_536
const MOST_FOLLOWERS = 32

export interface JournalMessage {
  readonly kind: 'request' | 'notification' | 'push'
  readonly at: string
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly plaintext?: string
  readonly answer: {
    readonly status: number | null
    readonly headers: Readonly<Record<string, string>>
    readonly body: string
  }
  readonly verification: {
    readonly ok: boolean
    readonly failed_step?: string
    readonly diagnosis?: Diagnosis
  }
  /** The fault that struck this message, if one did. */
  readonly fault?: string
  /** Which notification this is an attempt of; POST /_sim/notifications/{id}/replay takes it. */
  readonly notification?: string
}

export interface JournalEntry extends JournalMessage {
  readonly seq: number
}

const SECRET_QUERY = /((?:^|[?&\n])(?:secret|access_token|appsecret)=)([^&#\n]{0,6})[^&#\n]*/g
const SECRET_JSON =
  /("(?:secret|session_key|access_token|apiv3_key|private_key)"\s*:\s*")([^"]{0,6})[^"]*"/g

/** Takes secrets out of a text: the first letters stay, so that two can be told apart. */
export function masked(text: string): string {
  const cut = text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}…` : text
  return cut.replaceAll(SECRET_QUERY, '$1$2…').replaceAll(SECRET_JSON, '$1$2…"')
}

function maskedHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([key, value]) =>
      /^(cookie|set-cookie|proxy-authorization)$/i.test(key) ? [key, '…'] : [key, masked(value)],
    ),
  )
}

/** A diagnosis without secrets, its two texts compared as they are shown. */
export function shown(diagnosis: Diagnosis): Diagnosis {
  const [expected, received] = [masked(diagnosis.expected), masked(diagnosis.received)]
  const compared = { ...diagnosis, expected, received }
  if (expected === '' || received === '' || expected === received) return compared
  return { ...compared, difference: difference(expected, received) }
}

/** The last messages in both directions, oldest first, without secrets. Memory only. */
export class Journal {
  #entries: JournalEntry[] = []
  #seq = 0
  readonly #followers = new Set<(happened: 'noted' | 'cleared') => void>()

  /** The sequence number of the newest message; 0 before the first. */
  get latest(): number {
    return this.#seq
  }

  /** Calls back after every message and when all are forgotten; null when too many follow. */
  follow(listener: (happened: 'noted' | 'cleared') => void): (() => void) | null {
    if (this.#followers.size >= MOST_FOLLOWERS) return null
    this.#followers.add(listener)
    return () => {
      this.#followers.delete(listener)
    }
  }

  #tell(happened: 'noted' | 'cleared'): void {
    for (const listener of this.#followers) listener(happened)
  }

  note(message: JournalMessage): void {
    this.#seq += 1
    const { diagnosis, ...verification } = message.verification
    const why =
      diagnosis === undefined
        ? {}
        : {
            diagnosis: shown(diagnosis),
          }
    this.#entries.push({
      ...message,
      seq: this.#seq,
      url: masked(message.url),
      headers: maskedHeaders(message.headers),
      body: masked(message.body),
      answer: {
        ...message.answer,
        headers: maskedHeaders(message.answer.headers),
        body: masked(message.answer.body),
      },
      verification: { ...verification, ...why },
    })
    // Trimmed in batches, so that a full journal does not copy itself with every message.
    if (this.#entries.length > MOST_ENTRIES * 1.1)
      this.#entries = this.#entries.slice(-MOST_ENTRIES)
    this.#tell('noted')
  }

  /** Entries after a sequence number; `next` is where to go on. */
  read(after: number, limit: number): { data: readonly JournalEntry[]; next: number } {
    // The numbers are without gaps, so that the place is found without a search.
    const from = Math.max(0, after + 1 - (this.#entries[0]?.seq ?? 1))
    const page = this.#entries.slice(from, from + limit)
    return { data: page, next: page.at(-1)?.seq ?? Math.max(after, 0) }
  }

  clear(): void {
    this.#entries = []
    this.#tell('cleared')
  }
}
