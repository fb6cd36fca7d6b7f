// Pushed messages: what there was, once more, and any other by hand.
import { instant, rfc3339Beijing } from '@minitill/protocol/model'
import { z } from 'zod'
import type { Json } from '../api/wire.ts'
import { openidOf } from '../phone/login.ts'
import { planPushCopy, pushMessage } from '../push-plan.ts'
import type { Push } from '../push-state.ts'
import type { Wechat } from '../wechat.ts'
import { bad, type ControlAnswer, good, parsed } from './answer.ts'
import { whoOf } from './people.ts'

const MOST_SHOWN = 1000
const LONGEST_MESSAGE = 65_536
/** As an XML element may be called. */
const name = z.string().regex(/^[A-Za-z_]\w{0,63}$/, 'must be letters, digits or "_"')

const json: z.ZodType<Json> = z.lazy(() =>
  z.union([z.string(), z.number(), z.boolean(), z.null(), z.array(json), z.record(name, json)]),
)

const pushInput = z.strictObject({
  appid: z.string().max(64).optional(),
  person: z.string().max(64).optional(),
  /** true: the platform speaks, not the person. */
  system: z.boolean().optional(),
  message: z.record(name, json).refine((value) => 'MsgType' in value, 'must have MsgType'),
})

function time(atMs: number | null): string | null {
  return atMs === null ? null : rfc3339Beijing(instant(atMs))
}

function view(push: Push) {
  const { id, appid, from, event, content, state, attempts, lastResult } = push
  const times = { created_at: time(push.createdAtMs), next_at: time(push.nextAtMs) }
  return { id, appid, from, event, content, state, attempts, ...times, last_result: lastResult }
}

/** GET /_sim/pushes: newest first. */
export function pushesView({ world }: Wechat): ControlAnswer {
  return good({ data: world.values('pushes').slice(-MOST_SHOWN).reverse().map(view) })
}

/** POST /_sim/pushes: any message or event, from a person or the platform. */
export function pushByHand(wechat: Wechat, input: unknown): ControlAnswer {
  const given = parsed(pushInput, input)
  if (!given.ok) return given.answer
  const { world } = wechat
  const named = whoOf(world, given.value)
  if (!named.ok) return named.answer
  const { message, system } = given.value
  if (JSON.stringify(message).length > LONGEST_MESSAGE) {
    return bad('message', `must be at most ${LONGEST_MESSAGE} characters`)
  }
  const { appid, person } = named.who
  const from = system === true ? null : openidOf(world, appid, person)
  const id = pushMessage(world, appid, from, message)
  if (id === null) {
    return bad('appid', 'has no message_url and message_token; POST /_sim/apps sets them')
  }
  return good({ id }, 202)
}

/** POST /_sim/pushes/{id}/replay: the same message once more, byte for byte. */
export function replayPush(wechat: Wechat, id: string): ControlAnswer {
  const known = wechat.world.get('pushes', id)
  if (known === undefined) return bad('id', 'no such push; GET /_sim/pushes lists them', 404)
  return good({ id: planPushCopy(wechat.world, known, 0) }, 202)
}
