// What PostgreSQL itself says of the crowd: connections, statements at work, and who waits for whom.
import pg from 'pg'
import { clientConfig } from '../../../server/store/database.ts'

const everyMs = 40
const sql = `
  SELECT count(*)::int AS open, (count(*) FILTER (WHERE state = 'active'))::int AS active,
    array_agg(pid || ' ' || query_start) FILTER (WHERE wait_event_type = 'Lock') AS waiting
  FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
    AND application_name = 'minitill' AND backend_type = 'client backend'`

export interface Crowd {
  readonly open: number
  readonly active: number
  readonly lockWaits: number
}

export class Watch {
  readonly #client: pg.Client
  #timer: NodeJS.Timeout | null = null
  #looking: Promise<void> = Promise.resolve()
  #open = 0
  #active = 0
  /** Statements that were seen waiting for a lock; those that waited between two looks are not. */
  readonly #waits = new Set<string>()

  private constructor(client: pg.Client) {
    this.#client = client
  }

  static async begin(url: string): Promise<Watch> {
    const client = new pg.Client({ ...clientConfig({ url }), application_name: 'watch' })
    client.on('error', () => {})
    await client.connect()
    const watch = new Watch(client)
    watch.#again()
    return watch
  }

  get crowd(): Crowd {
    return { open: this.#open, active: this.#active, lockWaits: this.#waits.size }
  }

  async end(): Promise<void> {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    await this.#looking
    await this.#client.end()
  }

  #again(): void {
    this.#timer = setTimeout(() => {
      this.#looking = this.#look()
    }, everyMs)
  }

  async #look(): Promise<void> {
    const { rows } = await this.#client.query<{
      open: number
      active: number
      waiting: string[] | null
    }>(sql)
    const [row] = rows
    this.#open = Math.max(this.#open, row?.open ?? 0)
    this.#active = Math.max(this.#active, row?.active ?? 0)
    for (const wait of row?.waiting ?? []) this.#waits.add(wait)
    if (this.#timer !== null) this.#again()
  }
}
