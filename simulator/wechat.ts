// One whole WeChat: a world with its courier, its journal and, if it is the durable one, its disk.
import { instant, rfc3339Beijing } from '@minitill/protocol/model'
import { lockFolder } from './adapters/folder-lock.ts'
import { Agenda } from './agenda.ts'
import { signedLater } from './api/pay-answer.ts'
import type { WireRequest } from './api/wire.ts'
import { bodyText } from './api/wire.ts'
import { CHORES } from './chores.ts'
import { Clock } from './clock.ts'
import { Courier } from './courier.ts'
import { KeyRing } from './crypto/keys.ts'
import { Disk, readWorld } from './disk.ts'
import { handle, type Outcome } from './endpoint.ts'
import { Journal } from './journal.ts'
import type { Ports } from './ports.ts'
import { Pusher } from './push.ts'
import { keepSeed, plantSeed, type Seed } from './seed.ts'
import type { Change } from './state.ts'
import { putTemplate } from './subscribe.ts'
import type { Template } from './subscribe-state.ts'
import { World } from './world.ts'
import type { ReadWorld } from './world-document.ts'

export interface WechatOptions {
  readonly ports: Ports
  readonly seed: Seed
  /** The folder of a durable world; null keeps it in memory. */
  readonly folder: string | null
  /** null for the default world. */
  readonly name: string | null
}

export class Wechat {
  readonly world: World
  readonly keys = new KeyRing()
  readonly journal = new Journal()
  readonly courier: Courier
  readonly pusher: Pusher
  readonly agenda: Agenda
  readonly clock: Clock
  readonly #seed: Seed
  readonly #ports: Ports
  readonly #watchers = new Set<(changes: readonly Change[]) => void>()
  readonly startedAtMs: number
  #disk: Disk | null = null
  #release: () => Promise<void> = async () => undefined

  private constructor(world: World, options: WechatOptions) {
    this.world = world
    this.#seed = options.seed
    this.#ports = options.ports
    this.startedAtMs = options.ports.realNowMs()
    const commit = () => this.commit()
    const { world: own, keys, journal } = this
    const home = { world: own, keys, journal, ports: options.ports, commit }
    this.courier = new Courier({ ...home, worldName: options.name })
    this.pusher = new Pusher({ ...home, worldName: options.name })
    this.agenda = new Agenda({ world, ports: options.ports, commit, chores: CHORES })
    const sources = [this.courier, this.agenda, this.pusher]
    this.clock = new Clock({ world, sources, ports: options.ports, commit })
  }

  /** Takes a kept world up again, or begins a new one. Error when the folder is in use. */
  static async open(options: WechatOptions): Promise<Wechat> {
    const { folder } = options
    const release = folder === null ? async () => undefined : await lockFolder(folder)
    try {
      const world = new World(options.ports.realNowMs)
      world.restore(folder === null ? [] : await readWorld(folder))
      if (world.get('meta', 'world') === undefined) plantSeed(world, options.seed, 0, 0)
      const wechat = new Wechat(world, options)
      wechat.#release = release
      if (folder !== null) {
        world.takeChanges()
        wechat.#disk = await Disk.open(folder, world.dump())
      }
      for (const one of [wechat.courier, wechat.agenda, wechat.pusher]) one.schedule()
      return wechat
    } catch (error) {
      await release()
      throw error
    }
  }

  /** Everything changed so far is on the disk when this resolves. */
  async commit(): Promise<void> {
    const changes = this.world.takeChanges()
    // The courier may start only what is kept: a notification must not tell what a crash undoes.
    if (this.#disk !== null) await this.#disk.append(changes)
    for (const one of [this.courier, this.agenda, this.pusher]) one.noticed(changes)
    if (changes.length > 0) for (const watcher of this.#watchers) watcher(changes)
  }

  /** Calls back after every commit that changed something. */
  watch(watcher: (changes: readonly Change[]) => void): () => void {
    this.#watchers.add(watcher)
    return () => {
      this.#watchers.delete(watcher)
    }
  }

  /** Answers one request of a merchant's server; its change is kept before this resolves. */
  async answer(request: WireRequest): Promise<Outcome> {
    const made = handle(this.world, this.keys, request)
    const [reply] = await Promise.all([signedLater(made.reply, this.keys), this.commit()])
    const outcome = { ...made, reply }
    this.#note(request, outcome)
    return outcome
  }

  #note(request: WireRequest, outcome: Outcome): void {
    const { trace, reply } = outcome
    const lost = outcome.transport === 'drop' || outcome.transport === 'reset'
    this.journal.note({
      kind: 'request',
      at: rfc3339Beijing(instant(this.world.nowMs())),
      method: request.method,
      url: request.url,
      headers: request.headers,
      body: bodyText(request.body),
      answer: {
        status: lost ? null : reply.status,
        headers: reply.headers,
        body: bodyText(reply.body),
      },
      verification: {
        ok: trace.ok,
        ...(trace.failedStep === null ? {} : { failed_step: trace.failedStep }),
        ...(trace.diagnosis === null ? {} : { diagnosis: trace.diagnosis }),
      },
      ...(outcome.fault === null ? {} : { fault: outcome.fault }),
    })
  }

  /**
   * Empties all but the seeded entities and the clock, whose offset only ever grows. The counts of
   * draws stay too, so that nobody new gets the openid of somebody whom a server still remembers.
   */
  async reset(): Promise<void> {
    const { offsetMs, clockStep } = this.world.meta
    const templates = this.#seededTemplates()
    for (const [table, key] of this.world.dump()) {
      if (table !== 'counters') this.world.remove(table, key)
    }
    plantSeed(this.world, this.#seed, offsetMs, clockStep)
    this.#plant(templates)
    this.journal.clear()
    await this.commit()
  }

  /**
   * Takes another world's place in one step, once deliveries under way have ended. This simulator's
   * seeded app, merchant and templates stay beside it, so that a server that knows them goes on.
   * The clock takes the world's time; while somebody follows it, it can only go forward.
   */
  become(other: ReadWorld): Promise<'taken' | 'kept'> {
    return this.clock.alone(async () => {
      await Promise.all([this.courier.settled(), this.pusher.settled()])
      const { world } = this
      const { offsetMs, clockStep } = world.meta
      const wantedMs = other.nowMs - (world.nowMs() - offsetMs)
      const clock = wantedMs >= offsetMs || this.clock.followers === 0 ? 'taken' : 'kept'
      const templates = this.#seededTemplates()
      for (const [table, key] of world.dump()) world.remove(table, key)
      for (const [table, key, value] of other.entities) world.put(table, key, value as never)
      const { meta } = world
      const step = Math.max(clockStep, meta.clockStep) + 1
      const offset = clock === 'taken' ? wantedMs : offsetMs
      world.put('meta', 'world', { ...meta, offsetMs: offset, clockStep: step })
      keepSeed(world, this.#seed, other.credentials)
      this.#plant(templates)
      this.journal.clear()
      await this.commit()
      return clock
    })
  }

  #seededTemplates(): Template[] {
    return this.world.values('templates').filter((one) => one.seeded === true)
  }

  #plant(templates: readonly Template[]): void {
    for (const one of templates) {
      if (this.world.get('apps', one.appid) !== undefined) putTemplate(this.world, one)
    }
  }

  get ports(): Ports {
    return this.#ports
  }

  get seed(): Seed {
    return this.#seed
  }

  async stop(): Promise<void> {
    this.clock.stop()
    this.agenda.stop()
    await this.courier.stop()
    await this.pusher.stop()
    await this.commit()
    await this.#disk?.close()
    await this.#release()
  }
}
