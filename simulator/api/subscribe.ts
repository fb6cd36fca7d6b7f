// subscribeMessage.send and the template list (发送订阅消息, 获取模板列表; §9.2).
import { personOf } from '../phone/login.ts'
import { pushListEvent } from '../push-plan.ts'
import type { App } from '../state.ts'
import { deliver, refusalOf, spend, subscriptionOf, templateOf } from '../subscribe.ts'
import { valueFits } from '../subscribe-rules.ts'
import type { Message, Template } from '../subscribe-state.ts'
import type { World } from '../world.ts'
import { type MiniAnswer, miniError } from './mini-answer.ts'
import { MINI_OK, type MiniFields, objectOf } from './mini-post.ts'
import { overQuota, SEND_PATH } from './quota.ts'
import { isApp, tokenHolder } from './token.ts'
import type { Context, Json } from './wire.ts'

const STATES = ['developer', 'trial', 'formal'] as const
const LANGUAGES = ['zh_CN', 'en_US', 'zh_HK', 'zh_TW']
const LONGEST_PAGE = 1024

type Read = { readonly fields: Message['fields'] } | { readonly wrong: string }

/** The value of every field of the template, or which one is wrong. */
function readData(template: Template, data: MiniFields): Read {
  const fields: { label: string; value: string }[] = []
  for (const field of template.fields) {
    const value: Json | undefined = objectOf(data[field.key])?.['value']
    const text = typeof value === 'number' ? String(value) : value
    if (typeof text !== 'string' || !valueFits(field, text)) return { wrong: field.key }
    fields.push({ label: field.label, value: text })
  }
  return { fields }
}

/** Two sends to one person at a time: the second is refused; a backend must take turns. */
function isBusy(world: World, appid: string, person: string): boolean {
  const takesMs = world.switches.subscribe_send_ms
  if (takesMs === 0) return false
  const key = `sending:${appid}:${person}`
  const before = world.get('counters', key)
  const now = world.nowMs()
  if (before !== undefined && now < before + takesMs) return true
  world.put('counters', key, now)
  return false
}

interface Sending {
  readonly app: App
  readonly person: string
  readonly openid: string
  readonly template: Template
  readonly data: MiniFields
  readonly page: string | null
  readonly state: Message['miniprogramState']
  readonly lang: string
}

function stateOf(value: Json | undefined): Message['miniprogramState'] | undefined {
  return value === undefined ? 'formal' : STATES.find((one) => one === value)
}

/** The call as it is meant, or the errcode of its refusal. */
function readSend(world: World, app: App, body: MiniFields): Sending | number {
  const { touser: openid, template_id: id, page, lang = 'zh_CN' } = body
  const data = objectOf(body['data'])
  const state = stateOf(body['miniprogram_state'])
  if (typeof openid !== 'string' || typeof id !== 'string' || data === undefined) return 47001
  if (state === undefined || typeof lang !== 'string' || !LANGUAGES.includes(lang)) return 47001
  if (page !== undefined && typeof page !== 'string') return 47001
  const person = personOf(world, app.appid, openid)
  if (person === undefined) return 40003
  const template = templateOf(world, app.appid, id)
  if (template === undefined) return 40037
  if (page !== undefined && (page.length > LONGEST_PAGE || /^\w+:/.test(page))) return 41030
  const target = page === undefined || page === '' ? null : page
  return { app, person, openid, template, data, page: target, state, lang }
}

function send(world: World, sending: Sending, fields: Message['fields']): string {
  const { app, person, openid, template, page, state, lang } = sending
  spend(world, app.appid, person, template.id)
  const id = deliver(world, {
    appid: app.appid,
    person,
    kind: 'subscribe',
    templateId: template.id,
    title: template.title,
    fields,
    page,
    miniprogramState: state,
    lang,
  })
  const told = { TemplateId: template.id, MsgID: id, ErrorCode: '0', ErrorStatus: 'success' }
  pushListEvent(world, app.appid, openid, 'subscribe_msg_sent_event', [told])
  return id
}

/** POST /cgi-bin/message/subscribe/send. */
export function subscribeSend({ world }: Context, app: App, body: MiniFields): MiniAnswer {
  const sending = readSend(world, app, body)
  if (typeof sending === 'number') return miniError(world, sending)
  const { person, template, data } = sending
  if (isBusy(world, app.appid, person)) return miniError(world, 43108)
  const refusal = refusalOf(subscriptionOf(world, app.appid, person, template.id))
  if (refusal !== null) return miniError(world, refusal)
  const read = readData(template, data)
  if ('wrong' in read) {
    return miniError(world, 47003, `argument invalid! data.${read.wrong}.value invalid`)
  }
  const over = overQuota(world, app.appid, SEND_PATH)
  if (over !== null) return miniError(world, over)
  const id = send(world, sending, read.fields)
  return world.switches.subscribe_msgid ? { ...MINI_OK, msgid: Number(id.slice(0, 15)) } : MINI_OK
}

function templateView(template: Template): MiniAnswer {
  const { id, title, kind, fields } = template
  const enums = fields.filter(({ values }) => values.length > 0)
  return {
    priTmplId: id,
    title,
    content: fields.map(({ key, label }) => `${label}:{{${key}.DATA}}\n`).join(''),
    example: fields.map(({ label, values }) => `${label}:${values[0] ?? '示例'}\n`).join(''),
    type: kind === 'one_time' ? 2 : 3,
    ...(enums.length === 0
      ? {}
      : {
          keywordEnumValueList: enums.map(({ key, values }) => {
            return { keywordCode: `${key}.DATA`, enumValueList: [...values] }
          }),
        }),
  }
}

/** GET /wxaapi/newtmpl/gettemplate: the templates of this mini program. */
export function templateList(context: Context): MiniAnswer {
  const app = tokenHolder(context)
  if (!isApp(app)) return app
  const own = context.world.values('templates').filter(({ appid }) => appid === app.appid)
  return { ...MINI_OK, data: own.map(templateView) }
}
