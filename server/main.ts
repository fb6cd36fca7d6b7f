import { existsSync, realpathSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { readCatalogue } from './adapters/catalogue/file.ts'
import { derivedId, hinting, type JobStore, openJobs } from './adapters/jobs/index.ts'
import { noPoints } from './adapters/points/index.ts'
import { systemRandom } from './adapters/random/index.ts'
import type { Settings } from './config.ts'
import { importCatalogue } from './flows/import-catalogue.ts'
import { buildHttp } from './http/server.ts'
import { type InstanceClock, openClock } from './instance/clock.ts'
import { Closers } from './instance/closers.ts'
import { type OpenedDatabase, openInstanceDatabase } from './instance/database.ts'
import { LateLoop } from './instance/late-loop.ts'
import { operatorsOf } from './instance/operators.ts'
import { parkedJobs } from './instance/parked-jobs.ts'
import { openPorts } from './instance/ports.ts'
import { reasonsOf, serve } from './instance/process.ts'
import { readiness } from './instance/readiness.ts'
import { jobHandlers } from './jobs/handlers.ts'
import { startJobLoop } from './jobs/loop.ts'
import { openLog } from './observe/log.ts'
import { openMetrics } from './observe/metrics.ts'
import type { Job, Log, Points, Ports, StandingQueue } from './ports/index.ts'
import { standingQueues } from './ports/jobs.ts'
import { openStore } from './store/index.ts'

export const version = '0.1.0'

export interface RunningServer {
  readonly url: string
  readonly port: number
  /** Takes no more requests and jobs, ends those in hand, closes everything in reverse. */
  stop(): Promise<void>
}

/**
 * The composition root: settings → adapters → flows → listen; shutdown in reverse.
 * @throws an Error with one clear sentence when a port, the database or a folder refuses
 */
export async function startServer(
  given: Settings,
  log: Log = openLog('silent'),
  points: Points = noPoints,
): Promise<RunningServer> {
  const settings = await withPort(given)
  const closers = new Closers()
  try {
    return await start(settings, { log, points }, closers)
  } catch (error) {
    await closers.closeAll()
    throw error
  }
}

async function start(
  settings: Settings,
  { log, points }: { readonly log: Log; readonly points: Points },
  closers: Closers,
): Promise<RunningServer> {
  const random = systemRandom()
  const timed = await openClock(settings, `server-${random.uuid()}`)
  const { clock } = timed
  closers.add(() => clock.close())
  const opened = await openInstanceDatabase(settings, { log, atMs: clock.now() })
  closers.add(() => opened.close())
  const jobs = await openJobs({
    db: opened.db,
    pool: opened.pool,
    owner: opened.owner,
    clock,
    log,
    showParked: parkedJobs(clock, random),
    production: settings.env === 'production',
  })
  closers.add(() => jobs.close())
  const metrics = openMetrics()
  closers.add(async () => metrics.close())
  const loop = new LateLoop()
  const hinted = hinting(
    openStore(opened.db, (tx) => jobs.in(tx)),
    (dueAtMs) => loop.wakeAt(dueAtMs, clock.now()),
  )
  const { meter } = metrics
  const parts = { db: opened.db, store: hinted, clock, log, meter, points, version }
  const { ports, close } = openPorts(settings, parts)
  closers.add(close)
  metrics.showPromises(() => ports.store.read.promises.results())
  await importCatalogue(ports, await readCatalogue(settings.catalogueFile))
  await beginStandingWork(ports, jobs)
  const handlers = jobHandlers(ports, jobs)
  // First the job store's clock, then the loop: a job is not to be claimed on the wrong day.
  await timed.follow(jobs, () => loop.wake())
  loop.started(startJobLoop({ source: jobs.source, handlers, clock, log, meter }))
  closers.add(() => loop.stop())
  const app = await buildHttp(ports, httpParts(settings, opened, timed, loop, metrics.http, ports))
  closers.add(() => app.close())
  return await listen(app, settings, closers)
}

function httpParts(
  settings: Settings,
  opened: OpenedDatabase,
  timed: InstanceClock,
  loop: LateLoop,
  metrics: ReturnType<typeof openMetrics>['http'],
  ports: Ports,
) {
  const { sessions } = ports
  const { adminKey, approverKey } = settings
  const operators = operatorsOf([adminKey, approverKey].filter((key) => key !== null))
  return {
    trustProxy: settings.trustProxy,
    operatorOfKey: operators.ofKey,
    operatorIds: operators.ids,
    readiness: () => readiness({ db: opened.db, sessions, clock: timed.clock, loop }),
    metrics,
    publicUrl: settings.publicUrl,
    consoleDir: builtConsole(),
    version,
  }
}

function builtConsole(): string | null {
  const folder = join(import.meta.dirname, '..', 'console', 'dist')
  return existsSync(join(folder, 'index.html')) ? folder : null
}

/** Work that sends itself again; its queues keep one of each, however many processes begin it. */
export async function beginStandingWork(ports: Ports, jobs: JobStore): Promise<void> {
  const runAt = ports.clock.now()
  const { mchids, appids } = ports.parties
  const one = [{}]
  const about: Readonly<Record<StandingQueue, readonly Job['data'][]>> = {
    'ask-managed': appids.map((key) => ({ key })),
    'refresh-platform-keys': mchids.map((mchid) => ({ mchid })),
    ...{ 'watch-shipping': one, 'check-promises': one, 'daily-bills': one },
    ...{ 'seal-ledger': one, sweep: one },
  }
  const work = standingQueues.flatMap((queue) =>
    about[queue].map((data) => {
      const id = derivedId([queue, ...Object.values(data), runAt].join(':'))
      return { queue, id, data, runAt }
    }),
  )
  await jobs.begin(work)
}

async function listen(
  app: FastifyInstance,
  settings: Settings,
  closers: Closers,
): Promise<RunningServer> {
  const { host, port } = settings
  await app.listen({ host, port })
  const shown = host.includes(':') ? `[${host}]` : host
  return { url: `http://${shown}:${port}`, port, stop: () => closers.closeAll() }
}

/** Port 0 means any free one, but notify_url names the port before anybody listens. */
async function withPort(settings: Settings): Promise<Settings> {
  if (settings.port !== 0) return settings
  const port = await new Promise<number>((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, settings.host, () => {
      const address = probe.address()
      const free = typeof address === 'object' && address !== null ? address.port : 0
      probe.close(() => resolve(free))
    })
  })
  const publicUrl = settings.publicUrl.replace(/:0$/, `:${port}`)
  return { ...settings, port, publicUrl }
}

// Run as a program (npm start, minitill serve) and not imported by a test.
const [, program] = process.argv
if (program !== undefined && realpathSync(program) === import.meta.filename) {
  serve(startServer, process.env).catch((error: unknown) => {
    for (const reason of reasonsOf(error)) process.stderr.write(`${reason}\n`)
    process.exit(1)
  })
}
