// One life of an instance, from boot to crash or stop: the composition that main.ts makes, without
// its sockets.
import { hinting, openJobs } from '../../../server/adapters/jobs/index.ts'
import { LateLoop } from '../../../server/instance/late-loop.ts'
import { parkedJobs } from '../../../server/instance/parked-jobs.ts'
import { jobHandlers } from '../../../server/jobs/handlers.ts'
import { startJobLoop } from '../../../server/jobs/loop.ts'
import { beginStandingWork } from '../../../server/main.ts'
import type { Log, LogFields, Points, Ports } from '../../../server/ports/index.ts'
import { openDatabase } from '../../../server/store/database.ts'
import { openStore } from '../../../server/store/index.ts'
import type { Run } from '../context.ts'
import { lendChance } from '../engine/ambient.ts'
import type { Life } from '../engine/scheduler.ts'
import type { MerchantApp } from '../world/merchant-app.ts'
import type { Network } from '../world/network.ts'
import type { SimulatedWechat } from '../world/wechat.ts'
import type { Lookout } from './lookout.ts'
import { portsOf, simulatedClock, simulatedRandom } from './ports.ts'

export interface Surroundings {
  readonly run: Run
  readonly wechat: SimulatedWechat
  readonly network: Network
  readonly app: MerchantApp
  readonly lookout: Lookout
}

export interface Instance {
  readonly life: Life
  readonly ports: Ports
  /** Takes no more work and ends what is in hand. */
  stop(): Promise<void>
}

/** Starts an instance; resolves when it serves. */
export async function boot(
  around: Surroundings,
  life: Life,
  points: Points,
  skewMs: () => number,
): Promise<Instance> {
  const { run, lookout, wechat, network, app } = around
  const pool = run.turnstile.pool(life, run.outside)
  const db = openDatabase(pool)
  const clock = simulatedClock(run, life, skewMs)
  const random = simulatedRandom(run, life)
  const log = watchfulLog(run, life)
  const showParked = parkedJobs(clock, random)
  const parts = { db, pool, clock, log, showParked, production: false }
  const opening = lendChance(() => openJobs(parts))
  const jobs = await opening
  const loop = new LateLoop()
  const store = hinting(
    openStore(db, (tx) => jobs.in(tx)),
    (dueAtMs) => loop.wakeAt(dueAtMs, clock.now()),
  )
  const outer = { run, life, db, store, clock, random, log, points, wechat, network, app }
  const ports = portsOf(outer)
  await beginStandingWork(ports, jobs)
  const handlers = jobHandlers(ports, jobs)
  const meter = ports.meter
  const looking = lookout.clock(life, clock)
  const source = lookout.source(jobs.source)
  loop.started(startJobLoop({ source, handlers, clock: looking, log, meter }))
  run.scheduler.note(`${life.name} serves`)
  return { life, ports, stop: () => loop.stop() }
}

/** What may go wrong with a job without being anybody's mistake. */
const excused =
  /^(StaleVersion|KeyBusy|StoreAway)|deadlock detected|(Connection|connection) terminated|terminating connection|^AmbientUse.*never/

/** Errors that the loop swallows are told here: a job may fail by bad luck, not by a mistake. */
function watchfulLog(run: Run, life: Life): Log {
  const told = (level: string) => (fields: LogFields, message: string) => {
    const why = String(fields['why'] ?? '')
    run.scheduler.note(`${life.name} ${level} ${message} ${why}`.trim())
    const isJob = message === 'a job failed' || message.startsWith('the job loop')
    if (isJob && !excused.test(why)) {
      run.violation('I-38', `${message}: ${String(fields['queue'] ?? '')} ${why}`)
    }
  }
  return { info: () => {}, warn: told('warns'), error: told('errs') }
}
