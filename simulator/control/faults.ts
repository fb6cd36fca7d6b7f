import { storyOf } from '../mischief/stories.ts'
import { type Arming, arm, armPreset, kindsOf, MENU, POINTS, PRESETS } from '../mischief.ts'
import type { Wechat } from '../wechat.ts'
import type { World } from '../world.ts'
import { bad, type ControlAnswer, good, parsed } from './answer.ts'
import { faultInput, presetInput } from './input.ts'
import { armedFaults } from './state.ts'

const MOST_FAULTS = 200

interface Dose {
  readonly probability?: number | undefined
  readonly count?: number | undefined
  readonly next?: true | undefined
  readonly seed?: string | undefined
}

function doses(given: Dose): number {
  return [given.probability, given.count, given.next].filter((one) => one !== undefined).length
}

function given(dose: Dose): Partial<Arming> {
  return Object.fromEntries(Object.entries(dose).filter(([, value]) => value !== undefined))
}

function freshId(world: World): string {
  return `f${world.draw('fault-ids').hex(8)}`
}

function preset(world: World, input: unknown): ControlAnswer {
  const read = parsed(presetInput, input)
  if (!read.ok) return read.answer
  const { preset: name, ...dose } = read.value
  if (!Object.hasOwn(PRESETS, name)) {
    return bad('preset', `must be one of: ${Object.keys(PRESETS).join(', ')}`)
  }
  if (doses(dose) > 1) return bad('probability', 'give one of probability, count and next')
  const id = armPreset(world, name, freshId(world), given(dose))
  return good({ id, preset: name }, 201)
}

/** POST /_sim/faults. */
export function armFault(wechat: Wechat, input: unknown): ControlAnswer {
  const { world } = wechat
  if (world.count('faults') >= MOST_FAULTS) forgetSpent(world)
  if (world.count('faults') >= MOST_FAULTS) {
    return bad('faults', `at most ${MOST_FAULTS}; DELETE /_sim/faults disarms all`)
  }
  if (typeof input === 'object' && input !== null && 'preset' in input) return preset(world, input)
  const read = parsed(faultInput, input)
  if (!read.ok) return read.answer
  const { point, kind, delay_ms: delayMs, ...dose } = read.value
  if (!POINTS.includes(point)) return bad('point', `must be one of: ${POINTS.join(', ')}`)
  if (!kindsOf(point).includes(kind)) {
    return bad('kind', `${point} has these kinds: ${kindsOf(point).join(', ')}`)
  }
  if (doses(dose) !== 1) return bad('probability', 'give one of probability, count and next')
  const arming = { point, kind, delayMs, ...given(dose) }
  const id = arm(world, arming, freshId(world), null)
  return good({ id, point, kind }, 201)
}

function forgetSpent(world: World): void {
  for (const { id, remaining } of world.values('faults')) {
    if (remaining === 0) world.remove('faults', id)
  }
}

/** GET /_sim/faults. */
export function faultMenu(wechat: Wechat): ControlAnswer {
  return good({
    armed: armedFaults(wechat.world),
    presets: Object.keys(PRESETS),
    stories: Object.keys(PRESETS).map(storyOf),
    points: POINTS,
    kinds: MENU,
  })
}

/** DELETE /_sim/faults and /_sim/faults/{id}: a preset's lines go together. */
export function disarm(wechat: Wechat, id: string | null): ControlAnswer {
  const { world } = wechat
  const gone = world
    .values('faults')
    .filter((fault) => id === null || fault.id === id || fault.id.startsWith(`${id}.`))
  if (id !== null && gone.length === 0) return bad('id', 'no such fault is armed', 404)
  for (const fault of gone) world.remove('faults', fault.id)
  return good(null, 204)
}
