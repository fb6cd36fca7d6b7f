import { afterMs, type Instant } from '@minitill/protocol/model'
import {
  afterLook,
  afterWindow,
  freshPass,
  type PromiseId,
  type PromiseResult,
  promiseIds,
  type Window,
} from '../domain/live-promise.ts'
import type { JobResult, Ports, Tx } from '../ports/index.ts'
import { openTask } from './apply-refund.ts'
import { commit } from './phase.ts'
import { recordEvent } from './record-event.ts'
import { verifyLedger } from './verify-ledger.ts'

const everyMs = 3_600_000
/** After a look that the database did not answer. */
const retryMs = 300_000
/** What one statement looks at: far below its time-out of 15 s, also where each row asks for six. */
const rowsPerWindow = 2_000
/** What one look of a promise looks at; a bigger shop's pass goes on an hour later. */
const rowsPerLook = 200_000
const sealsPerWindow = 100

type Looking = Pick<Ports, 'store' | 'points' | 'clock' | 'random' | 'log' | 'meter'>

/**
 * Checks each live promise on the data itself, in windows, so that neither time nor memory of a
 * statement grows with the shop. What is broken is shown to a person, told to the merchant's
 * systems, counted and logged; nothing is mended. A crash loses at most one look: the next one goes
 * on where the last kept one stopped.
 */
export async function checkPromises(
  ports: Looking,
  { once }: { readonly once: boolean },
): Promise<JobResult> {
  let waitMs = everyMs
  for (const id of promiseIds) {
    const before = await ports.store.read.promises.result(id)
    const result = await lookAtPromise(ports, id, before)
    if (result === null) waitMs = retryMs
    else await keepResult(ports, before, result)
  }
  return once ? 'done' : { again: afterMs(ports.clock.now(), waitMs) }
}

/** Enqueues one check for now, beside the hourly one; at most one waits. */
export async function askPromises(
  ports: Pick<Ports, 'store' | 'points' | 'clock' | 'random'>,
): Promise<void> {
  await commit(ports, 'check-promises/now', async (tx) => {
    const data = { key: 'now', once: 1 }
    const job = { queue: 'check-promises', id: ports.random.uuid(), data } as const
    await tx.jobs.enqueue({ ...job, runAt: ports.clock.now() })
  })
}

/** null when a statement failed: one promise that cannot be checked keeps no other from it. */
async function lookAtPromise(
  ports: Looking,
  id: PromiseId,
  before: PromiseResult | null,
): Promise<PromiseResult | null> {
  try {
    return await look(ports, id, before)
  } catch (error) {
    const why = error instanceof Error ? error.message : 'unknown'
    ports.log.error({ promise: id, why }, 'a promise about money could not be checked')
    return null
  }
}

async function look(
  ports: Looking,
  id: PromiseId,
  before: PromiseResult | null,
): Promise<PromiseResult> {
  const looks = looksOf(ports, id)
  const startMs = ports.clock.now()
  let pass = before?.pass ?? freshPass
  let rowsChecked = 0
  let ended = false
  while (!ended && rowsChecked < rowsPerLook) {
    const lookAtRows = looks[pass.check]
    if (lookAtRows === undefined) break
    const window = await lookAtRows(pass.after)
    rowsChecked += window.checked
    ;({ pass, ended } = afterWindow(pass, window, looks.length))
  }
  // A newer version may have fewer checks than the pass that an older one left behind.
  if (looks[pass.check] === undefined) ended = true
  const at = ports.clock.now()
  const seen = { id, pass, ended, rowsChecked, tookMs: Math.max(0, at - startMs) }
  return afterLook(before, seen, at)
}

/** One window of each check of a promise, after a row. */
function looksOf(ports: Looking, id: PromiseId): Array<(after: string) => Promise<Window>> {
  const { promises } = ports.store.read
  const ofRows = Array.from({ length: promises.checksOf(id) }, (_, index) => {
    return async (after: string) => await promises.look(id, index, after, rowsPerWindow)
  })
  return id === 'I-27' ? [async (after) => await lookAtSeals(ports, after), ...ofRows] : ofRows
}

/** The chain is hashed here, by the same code that sealed it. */
async function lookAtSeals(ports: Looking, after: string): Promise<Window> {
  const place = { after: Number(after), limit: sealsPerWindow }
  const { entries, found, last, complete } = await verifyLedger(ports, place)
  const inChain = found.filter(({ what }) => what !== 'inserted')
  return {
    checked: entries,
    last: complete || last === null ? null : String(last.seq),
    brokenCount: inChain.length,
    broken: inChain.map(({ seq, entryId, what }) => ({
      subject: entryId === null ? `seal:${seq}` : `seal:${seq} entry:${entryId}`,
      why: what,
    })),
  }
}

async function keepResult(
  ports: Looking,
  before: PromiseResult | null,
  result: PromiseResult,
): Promise<void> {
  const isKept = await commit(ports, 'check-promises/keep', async (tx) => {
    if (!(await tx.promises.keep(result, before?.checkedAtMs ?? null))) return false
    await tellBroken(tx, ports, result, before, ports.clock.now())
    return true
  })
  if (!isKept || result.brokenCount === 0) return
  const [first] = result.broken
  const { id, brokenCount } = result
  ports.meter.count('promise_broken_total', { promise: id })
  ports.log.error(
    { promise: id, broken: brokenCount, first: first?.subject, why: first?.why },
    'a promise about money is broken',
  )
}

/** Once when it breaks, and the task ends when a whole pass found it kept again. */
async function tellBroken(
  tx: Tx,
  ports: Looking,
  result: PromiseResult,
  before: PromiseResult | null,
  at: Instant,
): Promise<void> {
  const { id, brokenCount, broken, brokenSinceMs } = result
  if (brokenSinceMs === null) {
    if (before?.brokenSinceMs == null) return
    const about = { kinds: ['promise_broken'], field: 'promise', value: id } as const
    return await tx.tasks.resolveAbout(about, 'kept again', at)
  }
  if (brokenSinceMs === before?.brokenSinceMs) return
  const subject = `promise:${id}`
  const [first] = broken
  const told = { promise: id, broken: brokenCount, first: first?.subject ?? null }
  const task = {
    kind: 'promise_broken',
    subject: `${subject}:${brokenSinceMs}`,
    reason: 'promise_broken',
    detail: { ...told, why: first?.why ?? null },
  } as const
  await openTask(tx, ports, task, at)
  const payload = { ...told, breaches: broken }
  // A promise has no version: the time grows, and two looks at one time keep one result.
  const event = { type: 'promise.broken', subject, version: at, payload, createdAtMs: at } as const
  await recordEvent(tx, ports, event)
}
