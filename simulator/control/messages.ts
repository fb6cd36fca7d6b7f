// What landed on the persons' phones.
import { instant, rfc3339Beijing } from '@minitill/protocol/model'
import { z } from 'zod'
import type { Message } from '../subscribe-state.ts'
import type { Wechat } from '../wechat.ts'
import { type ControlAnswer, good, parsed } from './answer.ts'

const MOST_SHOWN = 500

const messagesQuery = z.strictObject({
  appid: z.string().max(64).optional(),
  person: z.string().max(64).optional(),
})

function view(message: Message) {
  return {
    id: message.id,
    at: rfc3339Beijing(instant(message.atMs)),
    appid: message.appid,
    person: message.person,
    kind: message.kind,
    template_id: message.templateId,
    title: message.title,
    fields: message.fields,
    page: message.page,
    miniprogram_state: message.miniprogramState,
    lang: message.lang,
  }
}

/** GET /_sim/messages?appid=&person=: the cards in the chat list, newest first. */
export function messagesView({ world }: Wechat, query: unknown): ControlAnswer {
  const read = parsed(messagesQuery, query)
  if (!read.ok) return read.answer
  const { appid, person } = read.value
  const data = world
    .values('messages')
    .filter((one) => appid === undefined || one.appid === appid)
    .filter((one) => person === undefined || one.person === person)
    .slice(-MOST_SHOWN)
    .reverse()
  return good({ data: data.map(view) })
}
