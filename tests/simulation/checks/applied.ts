// What a message told has happened here, once it counts as applied (I-11).
import type { SyncPostgres } from '../engine/pglite.ts'
import type { Town } from '../world/person.ts'

const openSql = `
  SELECT out_trade_no FROM payment WHERE status IN ('frozen', 'prepaid', 'closing')`

const appliedSql = `
  SELECT id FROM inbox WHERE status = 'applied' AND original_type = 'transaction' ORDER BY id`

const toldSql = `
  SELECT id, notification_id AS name, plaintext::json->>'out_trade_no' AS about
  FROM inbox WHERE id = ANY($1)`

interface Told {
  readonly name: string
  readonly about: string
}

export class AppliedMessages {
  /** What each message told: its words never change, and are read once. */
  readonly #told = new Map<string, Told>()

  /** A message counts as applied, and what it tells did not happen here. */
  check({ run }: Town): void {
    const { postgres } = run
    const open = new Set(postgres.query(openSql).rows.map((row) => String(row['out_trade_no'])))
    if (open.size === 0) return
    const applied = postgres.query(appliedSql).rows.map(({ id }) => String(id))
    this.#read(
      postgres,
      applied.filter((id) => !this.#told.has(id)),
    )
    const unheard = applied
      .map((id) => this.#told.get(id))
      .find((told) => open.has(told?.about ?? ''))
    if (unheard) run.violation('I-11', `${unheard.name} counts as applied and paid nothing`)
  }

  #read(postgres: SyncPostgres, ids: readonly string[]): void {
    if (ids.length === 0) return
    for (const { id, name, about } of postgres.query(toldSql, [ids]).rows) {
      this.#told.set(String(id), { name: String(name), about: String(about) })
    }
  }
}
