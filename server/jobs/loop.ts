import { afterMs, type Instant } from '@minitill/protocol/model'
import type {
  Claim,
  Clock,
  JobHandlers,
  JobResult,
  JobSource,
  Log,
  Meter,
  Queue,
} from '../ports/index.ts'
import { standingQueues } from '../ports/jobs.ts'

/** How work is taken. The numbers bound what one instance does to the database and to WeChat. */
const loopLimits = {
  /** A look when nobody gave a hint: other instances enqueue too, and later jobs fall due. */
  lookEveryMs: 500,
  /** At most so many jobs of one queue for one party at the same time in this instance. */
  perParty: 8,
  /** And so many of all parties: three may hang while a fourth is served. */
  perQueue: 32,
  reapEveryMs: 10_000,
  /** 1, 2, 4 … s, at most 5 min apart; then a person looks at it. */
  firstRetryMs: 1_000,
  lastRetryMs: 300_000,
  attempts: 12,
  /** Standing work that was given up comes again: nobody else would send it. */
  standingAgainMs: 3_600_000,
} as const

export interface JobLoopParts {
  readonly source: JobSource
  readonly handlers: JobHandlers
  readonly clock: Clock
  readonly log: Log
  readonly meter: Meter
}

export interface JobLoop {
  /** A hint that a job is due: look now. */
  wake(): void
  /** Takes no more work and waits until what is in hand is done. */
  stop(): Promise<void>
  /** When the loop last came round; /readyz doubts one that stands still. */
  lastLookAtMs(): number
}

/** Our own worker: claim → handler → finish, again, retry or park. One a process. */
export function startJobLoop(parts: JobLoopParts): JobLoop {
  const state = new LoopState(parts)
  const ended = state.run()
  return {
    wake: () => state.wake(),
    stop: async () => {
      state.stop()
      await ended
    },
    lastLookAtMs: () => state.lastLookAtMs,
  }
}

/**
 * Who holds how much of one queue in this instance. A party whose calls hang fills its own share
 * and no more, so that the work of the others does not wait behind it.
 */
class Share {
  readonly #held = new Map<string | null, number>()

  add(party: string | null, count: number): void {
    const held = (this.#held.get(party) ?? 0) + count
    if (held === 0) this.#held.delete(party)
    else this.#held.set(party, held)
  }

  /** How many may be claimed now, whosever they are, and whose may not. */
  state(): { readonly room: number; readonly full: readonly string[] } {
    const { perParty, perQueue } = loopLimits
    const held = [...this.#held]
    const total = held.reduce((sum, [, count]) => sum + count, 0)
    const full = held.flatMap(([party, count]) =>
      party !== null && count >= perParty ? [party] : [],
    )
    // Whoever is not full may be all of the next claim.
    const counts = held.flatMap(([party, count]) =>
      party !== null && full.includes(party) ? [] : [count],
    )
    return { room: Math.min(perQueue - total, perParty - Math.max(0, ...counts)), full }
  }
}

class LoopState {
  readonly #parts: JobLoopParts
  readonly #shares = new Map<Queue, Share>()
  readonly #inHand = new Map<Claim, Promise<void>>()
  #stopped = false
  #woken = false
  #wakeUp: () => void = () => {}
  #reapedAtMs = 0
  lastLookAtMs = 0

  constructor(parts: JobLoopParts) {
    this.#parts = parts
  }

  wake(): void {
    this.#woken = true
    this.#wakeUp()
  }

  stop(): void {
    this.#stopped = true
    this.wake()
  }

  async run(): Promise<void> {
    while (!this.#stopped) {
      this.#woken = false
      await this.#look()
      if (!this.#woken) await this.#pause()
    }
    await Promise.allSettled(this.#inHand.values())
  }

  /** Takes what is due and what there is room for; a job that ends leaves room and wakes us. */
  async #look(): Promise<void> {
    const { clock, log, source, handlers } = this.#parts
    this.lastLookAtMs = clock.now()
    try {
      if (Math.abs(clock.now() - this.#reapedAtMs) >= loopLimits.reapEveryMs) {
        this.#reapedAtMs = clock.now()
        await source.reap([...this.#inHand.keys()])
      }
      for (const queue of Object.keys(handlers) as Queue[]) await this.#take(queue)
    } catch (error) {
      log.error({ why: reason(error) }, 'the job loop could not look for work')
    }
  }

  /** Takes what is due of one queue, at most as much as it may hold: others have their turn. */
  async #take(queue: Queue): Promise<void> {
    const share = this.#shareOf(queue)
    for (let taken = 0; taken < loopLimits.perQueue && !this.#stopped; ) {
      const { room, full } = share.state()
      if (room <= 0) return
      const claims = await this.#parts.source.claim(queue, room, full)
      for (const claim of claims) this.#begin(claim, share)
      if (claims.length < room) return
      taken += claims.length
    }
  }

  #shareOf(queue: Queue): Share {
    const share = this.#shares.get(queue) ?? new Share()
    this.#shares.set(queue, share)
    return share
  }

  /** Until the next look is due or a hint comes. */
  async #pause(): Promise<void> {
    const woken = new Promise<void>((wakeUp) => {
      this.#wakeUp = wakeUp
    })
    await Promise.race([this.#parts.clock.sleep(loopLimits.lookEveryMs), woken])
    this.#wakeUp = () => {}
  }

  #begin(claim: Claim, share: Share): void {
    share.add(claim.party, 1)
    const work = workOn(this.#parts, claim).then(() => {
      share.add(claim.party, -1)
      this.#inHand.delete(claim)
      this.wake()
    })
    this.#inHand.set(claim, work)
  }
}

/** One job, from claim to its end. A database that fails here leaves the lease to run out. */
async function workOn(parts: JobLoopParts, claim: Claim): Promise<void> {
  const { log, meter, source } = parts
  const about = { queue: claim.queue, job: claim.id, attempt: claim.attempt }
  try {
    const result = await handled(parts, claim)
    meter.count('job_total', { queue: claim.queue, result: wordFor(result) })
    if (result === 'done') await source.finish(claim)
    else if ('again' in result) await source.again(claim, result.again)
    else await source.park(claim, result.park, comesAgain(parts, claim))
  } catch (error) {
    log.warn({ ...about, why: reason(error) }, 'a job failed')
    meter.count('job_total', { queue: claim.queue, result: 'failed' })
    await giveBack(parts, claim, error)
  }
}

async function handled(parts: JobLoopParts, claim: Claim): Promise<JobResult> {
  if (claim.attempt > loopLimits.attempts) return { park: 'its worker vanished again and again' }
  return await parts.handlers[claim.queue](claim.data)
}

async function giveBack(parts: JobLoopParts, claim: Claim, error: unknown): Promise<void> {
  const { clock, log, source } = parts
  try {
    if (claim.attempt >= loopLimits.attempts) {
      const why = `failed ${claim.attempt} times: ${reason(error)}`
      await source.park(claim, why, comesAgain(parts, claim))
    } else {
      await source.retry(claim, afterMs(clock.now(), retryDelayMs(claim.attempt)))
    }
  } catch (again) {
    log.error({ queue: claim.queue, job: claim.id, why: reason(again) }, 'a job stays leased')
  }
}

/** When standing work that is given up now comes again; null for work that was wished for once. */
function comesAgain({ clock }: JobLoopParts, { queue, data }: Claim): Instant | null {
  const isStanding = standingQueues.some((one) => one === queue) && data['once'] !== 1
  return isStanding ? afterMs(clock.now(), loopLimits.standingAgainMs) : null
}

/** 1 s, 2 s, 4 s … 5 min after the given attempt. */
export function retryDelayMs(attempt: number): number {
  return Math.min(loopLimits.firstRetryMs * 2 ** (attempt - 1), loopLimits.lastRetryMs)
}

function wordFor(result: JobResult): string {
  if (result === 'done') return 'done'
  return 'again' in result ? 'again' : 'parked'
}

function reason(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}`.slice(0, 300) : 'unknown'
}
