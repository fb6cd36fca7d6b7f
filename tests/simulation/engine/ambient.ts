// Time, chance and timers of the process, taken away while a simulation runs. Import this before
// anything else: some modules keep a reference to what they find when they are loaded.
import crypto from 'node:crypto'
import { syncBuiltinESMExports } from 'node:module'
import timers from 'node:timers'
import timersLater from 'node:timers/promises'

/** Whoever reached for the real world inside a run; the run fails with it. */
export class AmbientUse extends Error {
  constructor(what: string) {
    super(`${what} was used inside a simulation: take it from a port`)
    this.name = 'AmbientUse'
  }
}

const real = {
  Date,
  now: Date.now,
  sign: crypto.sign,
  setImmediate: globalThis.setImmediate,
}

/** The simulated time while a run is on; null outside. */
let nowMs: (() => number) | null = null
/** Whether chance and timers are taken away too, or time alone. */
let isGuarded = false
/** PGlite reads time and chance inside its statements, and sets a timer that must not fire. */
let insideDatabase = false
/** pg-boss names itself by a random id when it is made, and uses it for nothing here. */
let lent = false
let used: AmbientUse | null = null

const readClock = (): number => (nowMs === null ? real.now.call(real.Date) : nowMs())

// `new Date(2026, 10, 28)` and Date.UTC stay as they are: they read no clock.
globalThis.Date = new Proxy(real.Date, {
  construct: (target, given, self) =>
    given.length === 0
      ? Reflect.construct(target, [readClock()], self)
      : Reflect.construct(target, given, self),
  get: (target, name) => (name === 'now' ? readClock : Reflect.get(target, name)),
})

type Anything = (...given: never[]) => unknown

function guarded<F extends Anything>(name: string, original: F, inDatabase?: Anything): F {
  const guard = (...given: never[]): unknown => {
    if (nowMs === null) return original(...given)
    if (insideDatabase) return (inDatabase ?? original)(...given)
    if (!isGuarded) return original(...given)
    if (lent && name === 'randomUUID') return '00000000-0000-4000-8000-000000000000'
    // pg-boss looks after its own migrations in the background: made already, and not a run's matter.
    if (name === 'setImmediate' && /pg-boss/.test(new Error().stack ?? '')) return 0
    used ??= new AmbientUse(name)
    throw used
  }
  return Object.assign(guard, original) as unknown as F
}

const inert = () => 0

/** On a thread of the pool the end of a signature would be the machine's to choose. */
function signAtOnce(...given: unknown[]): unknown {
  const done = given.at(-1)
  if (typeof done !== 'function') return Reflect.apply(real.sign, crypto, given)
  const signature: unknown = Reflect.apply(real.sign, crypto, given.slice(0, -1))
  queueMicrotask(() => done(null, signature))
  return undefined
}

function install(): void {
  Math.random = guarded('Math.random', Math.random)
  for (const name of ['setTimeout', 'setInterval', 'setImmediate'] as const) {
    const guard = guarded(name, globalThis[name] as Anything, inert)
    Reflect.set(globalThis, name, guard)
    Reflect.set(timers, name, guard)
    Reflect.set(timersLater, name, guarded(`${name} (promise)`, timersLater[name] as Anything))
  }
  for (const name of ['randomBytes', 'randomUUID', 'randomInt', 'randomFillSync'] as const) {
    Reflect.set(crypto, name, guarded(name, crypto[name] as Anything))
  }
  crypto.sign = signAtOnce as typeof crypto.sign
  AbortSignal.timeout = ((ms: number) =>
    !isGuarded ? realTimeout.call(AbortSignal, ms) : new AbortController().signal) as never
  syncBuiltinESMExports()
}

const realTimeout = AbortSignal.timeout
install()

/** From here on `now` is the time, and nothing else of the process may be reached for. */
export function enter(now: () => number): void {
  used = null
  nowMs = now
  isGuarded = true
}

/** From here on `now` is what a Date says; sockets keep their chance and their timers. */
export function enterClock(now: () => number): void {
  used = null
  nowMs = now
}

export function leave(): void {
  nowMs = null
  isGuarded = false
}

/** What was reached for, even where somebody caught the error. */
export function ambientUse(): AmbientUse | null {
  return used
}

/** One statement: the database may read the (simulated) clock and its own chance. */
export function inDatabase<T>(act: () => T): T {
  insideDatabase = true
  try {
    return act()
  } finally {
    insideDatabase = false
  }
}

/** Lends chance to a library's constructor: one that is not chance at all. */
export function lendChance<T>(act: () => T): T {
  lent = true
  try {
    return act()
  } finally {
    lent = false
  }
}

/** One turn of the event loop: all promises that could go on have gone on. */
export function turn(): Promise<void> {
  return new Promise((resolve) => {
    real.setImmediate(resolve)
  })
}
