// Faults, armed by probability, count or next-only; seeded and repeatable.
import type { Fault } from './fault-state.ts'
import { MENU } from './mischief/menu.ts'
import { type Arming, PRESETS } from './mischief/presets.ts'
import type { World } from './world.ts'

export { kindsOf, MENU, POINTS } from './mischief/menu.ts'
export { type Arming, PRESETS } from './mischief/presets.ts'

const DEFAULT_DELAY_MS: Readonly<Record<string, number>> = {
  answer_delayed: 12_000,
  delayed: 10 * 60_000,
  paid_before_answer: 500,
  query_lags: 2000,
}

function limitOf(arming: Arming): number | null {
  if (arming.next === true) return 1
  return arming.count ?? null
}

/** Arms one fault; its id comes back. */
export function arm(world: World, arming: Arming, id: string, preset: string | null): string {
  world.put('faults', id, {
    id,
    point: arming.point,
    kind: arming.kind,
    probability: arming.probability ?? 1,
    remaining: limitOf(arming),
    seed: arming.seed ?? null,
    preset,
    delayMs: arming.delayMs ?? DEFAULT_DELAY_MS[arming.kind] ?? 0,
    considered: 0,
    fired: 0,
  })
  return id
}

/** Arms all lines of a preset under one id: `f1`, `f1.2`, … */
export function armPreset(world: World, name: string, id: string, more: Partial<Arming>): string {
  const lines = PRESETS[name] ?? []
  for (const [index, line] of lines.entries()) {
    const own = index === 0 ? id : `${id}.${index + 1}`
    arm(world, { ...line, ...more, point: line.point, kind: line.kind }, own, name)
  }
  return id
}

function matches(fault: Fault, point: string): boolean {
  const family = fault.point.endsWith('.*') && point.startsWith(fault.point.slice(0, -1))
  return (fault.point === point || family) && (MENU[point]?.includes(fault.kind) ?? false)
}

/** A probed call's immediate retry is clean (R15), so a probe never fires twice running. */
function rests(world: World, fault: Fault): boolean {
  return (
    fault.kind === 'signtest' && world.get('counters', `probed:${fault.id}`) === fault.considered
  )
}

/** The fault that strikes now at this point, if one does. At most one strikes a message. */
export function strike(world: World, point: string): Fault | null {
  for (const fault of world.values('faults')) {
    if (fault.remaining === 0 || !matches(fault, point)) continue
    const nth = fault.considered
    const chance = world.chance(`fault:${fault.seed ?? fault.id}`, nth)
    const fires = !rests(world, fault) && chance.unit() < fault.probability
    const remaining = fault.remaining === null || !fires ? fault.remaining : fault.remaining - 1
    const fired = fault.fired + (fires ? 1 : 0)
    const after: Fault = { ...fault, considered: nth + 1, remaining, fired }
    world.put('faults', fault.id, after)
    if (!fires) continue
    if (fault.kind === 'signtest') world.put('counters', `probed:${fault.id}`, nth + 1)
    return after
  }
  return null
}
