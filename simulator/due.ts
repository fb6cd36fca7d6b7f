// What happens by itself on simulated time, as the clock walks through it.

/** Something of which parts fall due: deliveries, receipts, settlements. */
export interface DueSource {
  /** The earliest instant at which something falls due that nobody works at; null for none. */
  nextDueMs(): number | null
  /** Stops its own alarm, as the clock walks; resolves when what was under way has ended. */
  hold(): Promise<void>
  /** Does what falls due first: whether it was delivered, null when it is no delivery. */
  runNext(): Promise<boolean | null>
  /** Sets its own alarm again. */
  release(): void
}

/** Steps in one move of the clock: a fault that delays for ever must not stop time. */
const MOST_WALKED = 50_000

function earliest(sources: readonly DueSource[]): { source: DueSource; atMs: number } | null {
  let first: { source: DueSource; atMs: number } | null = null
  for (const source of sources) {
    const atMs = source.nextDueMs()
    if (atMs !== null && (first === null || atMs < first.atMs)) first = { source, atMs }
  }
  return first
}

/**
 * Does everything that falls due up to an instant, in order over all sources, calling `reach`
 * before each so that the clock can be moved there. Answers how many deliveries were made and how
 * many failed.
 */
export async function walkDue(
  sources: readonly DueSource[],
  untilMs: number,
  reach: (atMs: number) => Promise<void>,
): Promise<{ delivered: number; failed: number }> {
  const count = { delivered: 0, failed: 0 }
  try {
    await Promise.all(sources.map((source) => source.hold()))
    for (let step = 0; step < MOST_WALKED; step += 1) {
      const first = earliest(sources)
      if (first === null || first.atMs > untilMs) break
      await reach(first.atMs)
      const delivered = await first.source.runNext()
      if (delivered === true) count.delivered += 1
      if (delivered === false) count.failed += 1
    }
  } finally {
    for (const source of sources) source.release()
  }
  return count
}
