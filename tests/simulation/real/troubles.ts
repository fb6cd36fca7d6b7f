// Errors of a real PostgreSQL that say something about our locks: counted, and a deadlock told with
// the statements of both who waited for each other.
import { ofText } from '../engine/statements.ts'

interface Work {
  who: string
  statements: string[]
}

const shortened = (sql: string) => sql.replace(/\s+/g, ' ').trim().slice(0, 300)
const begins = /^(begin|start transaction)/i
const deadlockCode = '40P01'
/** An update of money that is fenced by the version of the row as it was read, after its lock. */
const fenced = ofText(
  (sql) => /^update "(payment|customer_order|refund)" .*"version" = \$\d+$/.exec(sql)?.[1] ?? null,
)

export class Troubles {
  /** How often each error code came that is not told to the application as such. */
  readonly codes = new Map<string, number>()
  /** Each deadlock that PostgreSQL found. */
  readonly deadlocks: string[] = []
  /** Told what must not happen where each row is locked before it is read, in the one order. */
  onBroken: (promise: string, story: string) => void = () => {}
  readonly #works = new Map<number, Work>()

  /** What the backend of this process id is about to do; since its transaction began. */
  sends(pid: number, who: string, sql: string): void {
    const work = this.#works.get(pid) ?? { who, statements: [] }
    if (begins.test(sql) || work.statements.length > 60) work.statements = []
    work.who = who
    work.statements.push(shortened(sql))
    this.#works.set(pid, work)
  }

  met(error: unknown, who: string): void {
    const { code, detail, message } = error as {
      code?: unknown
      detail?: unknown
      message?: unknown
    }
    const name = typeof code === 'string' ? code : String(message).slice(0, 60)
    this.codes.set(name, (this.codes.get(name) ?? 0) + 1)
    if (code !== deadlockCode) return
    const told = String(detail)
    const pids = [...new Set([...told.matchAll(/Process (\d+)/g)].map(([, pid]) => Number(pid)))]
    const stories = pids.map((pid) => {
      const work = this.#works.get(pid)
      return `${pid} ${work?.who ?? 'unknown'}:\n  ${work?.statements.join('\n  ') ?? ''}`
    })
    const story = `${who}: ${told}\n${stories.join('\n')}`
    this.deadlocks.push(story)
    this.onBroken('lock-order', story)
  }

  /** The fence of last resort kept somebody out who should have waited at the lock. */
  wrote(sql: string, rowCount: number | null, who: string): void {
    if (rowCount !== 0) return
    const table = fenced(sql)
    if (table !== null)
      this.onBroken('I-37', `${who} read a ${table} without its lock, and lost it`)
  }
}
