// Templates of a mini program, and what the persons allow it to send.
import { z } from 'zod'
import { openidOf } from '../phone/login.ts'
import { pushListEvent } from '../push-plan.ts'
import {
  type Choice,
  decide,
  putSubscription,
  putTemplate,
  subscriptionOf,
  templateOf,
} from '../subscribe.ts'
import { FIELD_KEY } from '../subscribe-rules.ts'
import type { Template } from '../subscribe-state.ts'
import type { Wechat } from '../wechat.ts'
import { bad, type ControlAnswer, good, parsed } from './answer.ts'
import { type Who, whoOf } from './people.ts'

const MOST_TEMPLATES = 50
const MOST_AT_ONCE = 5
const id = z.string().min(1).max(64)
const choice = z.enum(['accept', 'reject', 'ban'])

const who = { appid: id.optional(), person: id.optional() }

const templateInput = z.strictObject({
  appid: id.optional(),
  template_id: z
    .string()
    .regex(/^[\w-]{1,64}$/, 'must be letters, digits, "-" or "_"')
    .optional(),
  title: z.string().min(1).max(32),
  kind: z.enum(['one_time', 'long_term']).optional(),
  seeded: z.boolean().optional(),
  fields: z
    .array(
      z.strictObject({
        key: z.string().regex(FIELD_KEY, 'must be a kind and a number, such as thing1'),
        label: z.string().min(1).max(32).optional(),
        values: z.array(z.string().min(1).max(20)).max(50).optional(),
      }),
    )
    .min(1)
    .max(10),
})

const subscriptionInput = z.union([
  z.strictObject({
    ...who,
    template_id: id,
    result: choice,
    place: z.enum(['dialog', 'settings']).optional(),
  }),
  z.strictObject({ ...who, results: z.record(id, choice) }),
])

function templateView({ id: template_id, appid, title, kind, fields }: Template) {
  return { template_id, appid, title, kind, fields }
}

/** GET /_sim/templates?appid=&person=: with what the person decided about each. */
export function templatesView({ world }: Wechat, query: unknown): ControlAnswer {
  const read = parsed(z.strictObject(who), query)
  if (!read.ok) return read.answer
  const named = whoOf(world, read.value)
  if (!named.ok) return named.answer
  const { appid, person } = named.who
  const own = world.values('templates').filter((one) => one.appid === appid)
  const data = own.map((template) => {
    return {
      ...templateView(template),
      subscription: subscriptionOf(world, appid, person, template.id),
    }
  })
  return good({ data })
}

/** POST /_sim/templates: registers a template of a mini program, or changes one. */
export function registerTemplate(wechat: Wechat, input: unknown): ControlAnswer {
  const given = parsed(templateInput, input)
  if (!given.ok) return given.answer
  const { world } = wechat
  const named = whoOf(world, { appid: given.value.appid })
  if (!named.ok) return named.answer
  const { appid } = named.who
  const { title, kind = 'one_time', seeded = false, fields } = given.value
  const wanted = given.value.template_id ?? world.draw(`template:${appid}`).base64url(43)
  const own = world.values('templates').filter((one) => one.appid === appid)
  if (own.length >= MOST_TEMPLATES && templateOf(world, appid, wanted) === undefined) {
    return bad('appid', `at most ${MOST_TEMPLATES} templates each`)
  }
  const template: Template = {
    id: wanted,
    appid,
    title,
    kind,
    fields: fields.map(({ key, label, values }) => {
      return { key, label: label ?? key, values: values ?? [] }
    }),
    seeded,
  }
  putTemplate(world, template)
  return good(templateView(template), 201)
}

type Chosen = readonly (readonly [template: Template, choice: Choice])[]

/** The templates that a request names, or which of them does not exist. */
function chosen(wechat: Wechat, { appid }: Who, results: Record<string, Choice>): Chosen | string {
  const found: (readonly [Template, Choice])[] = []
  for (const [templateId, result] of Object.entries(results)) {
    const template = templateOf(wechat.world, appid, templateId)
    if (template === undefined) return templateId
    found.push([template, result])
  }
  return found
}

function inDialog(wechat: Wechat, { appid, person }: Who, all: Chosen): void {
  const { world } = wechat
  for (const [template, result] of all) decide(world, appid, person, template, result)
  // A banned template is never shown, so that there is nothing to tell.
  const list = all
    .filter(([, result]) => result !== 'ban')
    .map(([template, result]) => {
      return { TemplateId: template.id, SubscribeStatusString: result, PopupScene: '0' }
    })
  if (list.length === 0) return
  pushListEvent(world, appid, openidOf(world, appid, person), 'subscribe_msg_popup_event', list)
}

/** In the mini program's settings: off until it is switched on again (§9.2, change event). */
function inSettings(wechat: Wechat, { appid, person }: Who, all: Chosen): void {
  const { world } = wechat
  for (const [template, result] of all) {
    const before = subscriptionOf(world, appid, person, template.id)
    const after = { ...before, off: result === 'reject', banned: result === 'ban' }
    putSubscription(world, appid, person, template.id, after)
    if (result !== 'reject') continue
    const told = { TemplateId: template.id, SubscribeStatusString: result }
    const openid = openidOf(world, appid, person)
    pushListEvent(world, appid, openid, 'subscribe_msg_change_event', [told])
  }
}

/** POST /_sim/subscriptions: what the person answers, in the dialog or later in the settings. */
export function subscribe(wechat: Wechat, input: unknown): ControlAnswer {
  const given = parsed(subscriptionInput, input)
  if (!given.ok) return given.answer
  const { value } = given
  const named = whoOf(wechat.world, value)
  if (!named.ok) return named.answer
  const results = 'results' in value ? value.results : { [value.template_id]: value.result }
  if (Object.keys(results).length > MOST_AT_ONCE) {
    return bad('results', `at most ${MOST_AT_ONCE} templates at once`)
  }
  const all = chosen(wechat, named.who, results)
  if (typeof all === 'string') {
    return bad('template_id', `${all} is not registered; POST /_sim/templates first`)
  }
  const settings = 'template_id' in value && value.place === 'settings'
  if (settings) inSettings(wechat, named.who, all)
  else inDialog(wechat, named.who, all)
  const { appid, person } = named.who
  const data = all.map(([template]) => {
    const { left, standing, off, banned } = subscriptionOf(wechat.world, appid, person, template.id)
    return { template_id: template.id, left, standing, off, banned }
  })
  return good({ appid, person, data })
}
