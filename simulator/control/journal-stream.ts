// GET /_sim/journal/stream: the journal as it is written, as server-sent events. The journal itself
// is the only buffer: a reader that is slow gets the next message when its socket takes more.
import type { ServerResponse } from 'node:http'
import type { Change } from '../state.ts'
import type { Wechat } from '../wechat.ts'

/** How much of the past a new reader gets; GET /_sim/journal has the rest. */
const MOST_PAST = 500
const PAGE = 50
/** Changes of the world are told together, after this long. */
const GATHER_MS = 100

/** Whoever knows when the phone's mini program changed on the disk. */
export interface ProgramNews {
  /** Changes with every change of a file. */
  version(): string
  follow(listener: (version: string) => void): () => void
}

/**
 * Streams to `out` until it closes: `hello` first, then every message after `after` with its seq as
 * event id (so that EventSource resumes by itself), `reset` when all were forgotten, `world` with
 * the tables that changed, `program` when a file of the mini program did.
 */
export function streamJournal(
  wechat: Wechat,
  after: number,
  out: ServerResponse,
  program: ProgramNews | null,
): void {
  out.writeHead(200, {
    'content-type': 'text/event-stream',
    'cache-control': 'no-store',
    connection: 'keep-alive',
  })
  const stream = new JournalStream(wechat, out)
  const leave = wechat.journal.follow((happened) => stream.heard(happened))
  if (leave === null) {
    out.end('event: refused\ndata: {"detail":"too many readers of the journal"}\n\n')
    return
  }
  const leaveWorld = wechat.watch((changes) => stream.changed(changes))
  const leaveProgram = program?.follow((version) => stream.tell('program', { version }))
  out.on('close', () => {
    leave()
    leaveWorld()
    leaveProgram?.()
    stream.end()
  })
  stream.begin(after, program?.version() ?? '')
}

class JournalStream {
  readonly #wechat: Wechat
  readonly #out: ServerResponse
  readonly #tables = new Set<string>()
  #sent = 0
  #blocked = false
  #ended = false
  #cancel: (() => void) | null = null

  constructor(wechat: Wechat, out: ServerResponse) {
    this.#wechat = wechat
    this.#out = out
  }

  begin(after: number, version: string): void {
    const { journal, startedAtMs } = this.#wechat
    // A number from before a restart says nothing here.
    const known = after > journal.latest ? 0 : after
    this.#sent = Math.max(known, journal.latest - MOST_PAST)
    this.tell('hello', { seq: journal.latest, since: startedAtMs, program: version })
    if (known !== after) this.tell('reset', {})
    this.#pump()
  }

  heard(happened: 'noted' | 'cleared'): void {
    if (happened === 'cleared') this.tell('reset', {})
    else this.#pump()
  }

  changed(changes: readonly Change[]): void {
    for (const [table] of changes) if (table !== 'counters') this.#tables.add(table)
    if (this.#tables.size === 0 || this.#cancel !== null) return
    this.#cancel = this.#wechat.ports.after(GATHER_MS, () => {
      this.#cancel = null
      const tables = [...this.#tables]
      this.#tables.clear()
      this.tell('world', { tables })
    })
  }

  /** One short event; a reader whose socket is full looks again when it has room. */
  tell(event: string, data: object): void {
    this.#write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`)
  }

  end(): void {
    this.#ended = true
    this.#cancel?.()
  }

  #pump(): void {
    while (!this.#blocked && !this.#ended) {
      const { data } = this.#wechat.journal.read(this.#sent, PAGE)
      if (data.length === 0) return
      for (const entry of data) {
        if (this.#blocked) break
        this.#sent = entry.seq
        this.#write(`id: ${entry.seq}\ndata: ${JSON.stringify(entry)}\n\n`)
      }
    }
  }

  #write(text: string): void {
    if (this.#ended || this.#out.write(text) || this.#blocked) return
    this.#blocked = true
    this.#out.once('drain', () => {
      this.#blocked = false
      this.#pump()
    })
  }
}
