import type { Answer, Points, Store, Tx } from '../ports/index.ts'
import type { CallPhase, TransactionPhase } from './phases.ts'

export { StaleVersion } from '../ports/stale-version.ts'

/**
 * Runs one transaction: the only place that opens one. No outside call may happen in `body`.
 * A crash before the commit leaves nothing, one after it leaves all.
 */
export async function commit<T>(
  ports: { readonly store: Store; readonly points: Points },
  name: TransactionPhase,
  body: (tx: Tx) => Promise<T>,
): Promise<T> {
  const result = await ports.store.transaction(async (tx) => {
    const value = await body(tx)
    await ports.points.reach(`${name}/before-commit`)
    return value
  })
  await ports.points.reach(`${name}/after-commit`)
  return result
}

/**
 * Makes one outside call, outside every transaction. The adapter reaches `name/sent-no-answer`
 * itself, because only it knows when the bytes are out.
 */
export async function call<T>(
  ports: { readonly points: Points },
  name: CallPhase,
  ask: () => Promise<Answer<T>>,
): Promise<Answer<T>> {
  await ports.points.reach(`${name}/before-send`)
  const result = await ask()
  await ports.points.reach(`${name}/answered-not-stored`)
  return result
}
