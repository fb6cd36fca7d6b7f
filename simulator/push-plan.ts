// Which messages WeChat pushes to a mini program's message_url, and when (消息推送, §8).
import type { Json } from './api/wire.ts'
import { makeRoom } from './courier-plan.ts'
import type { Push } from './push-state.ts'
import type { World } from './world.ts'

const FIRST_DELAY_MS = 100
/** An attempt ends after five seconds at the latest, and the next one follows (M58). */
const REPEAT_MS = 5000
const ATTEMPTS = 3
const VIRTUAL_PAYMENT_REPEATS = 15

type Fields = Readonly<Record<string, Json>>

/** The mini program's account, as ToUserName has it. */
export function ghostId(world: World, appid: string): string {
  return `gh_${world.chance(`ghost:${appid}`, 0).hex(12)}`
}

/** The account from which the platform itself speaks. */
function systemAccount(world: World): string {
  return `o${world.chance('system-account', 0).base64url(27)}`
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value)
}

function isFields(value: Json): value is Fields {
  return typeof value === 'object' && value !== null && !isList(value)
}

/** One element as XML: texts in CDATA, numbers bare, a list as the element repeated. */
function xmlOf(name: string, value: Json): string {
  if (isList(value)) return value.map((item) => xmlOf(name, item)).join('')
  if (isFields(value)) return `<${name}>${xmlFields(value)}</${name}>`
  if (typeof value !== 'string') return `<${name}>${String(value)}</${name}>`
  return `<${name}><![CDATA[${value.replaceAll(']]>', ']]]]><![CDATA[>')}]]></${name}>`
}

function xmlFields(fields: Fields): string {
  return Object.entries(fields)
    .map(([name, value]) => xmlOf(name, value))
    .join('')
}

/** Fields as the body of a message. */
export function bodyOf(format: 'json' | 'xml', fields: Fields): string {
  return format === 'json' ? JSON.stringify(fields) : `<xml>${xmlFields(fields)}</xml>`
}

/** Plans a message to the mini program; its id, or null when it has no message_url. */
export function pushMessage(
  world: World,
  appid: string,
  from: string | null,
  fields: Fields,
): string | null {
  const app = world.get('apps', appid)
  if (app === undefined || app.messageUrl === null || app.messageToken === null) return null
  makeRoom(world, 'pushes')
  const draw = world.draw('pushes')
  const nowMs = world.nowMs()
  const timestamp = String(Math.floor(nowMs / 1000))
  const sender = from ?? systemAccount(world)
  const head = { ToUserName: ghostId(world, appid), FromUserName: sender }
  const id = `p${draw.hex(16)}`
  world.put('pushes', id, {
    id,
    appid,
    from: sender,
    event: String(fields['Event'] ?? fields['MsgType'] ?? ''),
    content: bodyOf(app.messageFormat, { ...head, CreateTime: Number(timestamp), ...fields }),
    format: app.messageFormat,
    timestamp,
    nonce: draw.digits(9).replace(/^0/, '1'),
    random: draw.word(16),
    createdAtMs: nowMs,
    attempts: 0,
    nextAtMs: nowMs + FIRST_DELAY_MS,
    state: 'pending',
    lastResult: null,
    copyOf: null,
  })
  return id
}

/** Plans an event. `from` null: the platform itself speaks. */
export function pushEvent(
  world: World,
  appid: string,
  from: string | null,
  event: string,
  fields: Fields,
): string | null {
  return pushMessage(world, appid, from, { MsgType: 'event', Event: event, ...fields })
}

/**
 * Plans an event of subscribe messages. Its CreateTime is a text; in JSON a list of one element
 * may come as an object; in XML the list is wrapped once more (§9.2, M59).
 */
export function pushListEvent(
  world: World,
  appid: string,
  openid: string,
  event: string,
  list: readonly Fields[],
): string | null {
  const xml = world.get('apps', appid)?.messageFormat === 'xml'
  const wrap = event.replaceAll(/(?:^|_)([a-z])/g, (_all, letter: string) => letter.toUpperCase())
  const [first] = list
  const bare = list.length === 1 && world.switches.push_single_list === 'object'
  const shown: Json = bare && first !== undefined ? first : list
  const CreateTime = String(Math.floor(world.nowMs() / 1000))
  const told: Fields = xml ? { [wrap]: { List: list } } : { List: shown }
  return pushEvent(world, appid, openid, event, { CreateTime, ...told })
}

/** One more delivery of the same message, whatever was answered before. */
export function planPushCopy(world: World, original: Push, delayMs: number): string {
  makeRoom(world, 'pushes')
  const id = `${original.copyOf ?? original.id}#${world.draw('copies').hex(12)}`
  world.put('pushes', id, {
    ...original,
    id,
    copyOf: original.copyOf ?? original.id,
    attempts: 0,
    nextAtMs: world.nowMs() + delayMs,
    state: 'pending',
    lastResult: null,
  })
  return id
}

/** Milliseconds until the next attempt; null when that was the last one (M44, M58). */
function gapAfter(push: Push, attempts: number): number | null {
  if (push.copyOf !== null) return null
  if (!push.event.startsWith('xpay_')) return attempts < ATTEMPTS ? REPEAT_MS : null
  return attempts <= VIRTUAL_PAYMENT_REPEATS ? 1000 * 2 ** attempts : null
}

/** What follows from an attempt's end: delivered, the next time, or given up. */
export function afterPush(
  before: Push,
  acknowledged: boolean,
  result: string,
  nowMs: number,
): Push {
  const attempts = before.attempts + 1
  const lastResult = result.slice(0, 200)
  const told = { ...before, attempts, lastResult }
  if (acknowledged) return { ...told, nextAtMs: null, state: 'delivered' }
  const gap = gapAfter(before, attempts)
  if (gap === null) return { ...told, nextAtMs: null, state: 'given_up' }
  return { ...told, nextAtMs: nowMs + gap }
}
