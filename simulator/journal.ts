import type { Diagnosis } from './api/wire.ts'

const MOST_ENTRIES = 5000
const LONGEST_TEXT = 65_536

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
}

export interface JournalEntry extends JournalMessage {
  readonly seq: number
}

const SECRET_QUERY = /([?&](?:secret|access_token|appsecret)=)([^&#]{0,6})[^&#]*/g
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

/** The last messages in both directions, oldest first, without secrets. Memory only. */
export class Journal {
  #entries: JournalEntry[] = []
  #seq = 0

  note(message: JournalMessage): void {
    this.#seq += 1
    const { diagnosis, ...verification } = message.verification
    const why =
      diagnosis === undefined
        ? {}
        : {
            diagnosis: {
              ...diagnosis,
              expected: masked(diagnosis.expected),
              received: masked(diagnosis.received),
            },
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
  }

  /** Entries after a sequence number; `next` is where to go on. */
  read(after: number, limit: number): { data: readonly JournalEntry[]; next: number } {
    const page = this.#entries.filter(({ seq }) => seq > after).slice(0, limit)
    return { data: page, next: page.at(-1)?.seq ?? Math.max(after, 0) }
  }

  clear(): void {
    this.#entries = []
  }
}
