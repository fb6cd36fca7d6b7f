// The bytes of a pushed message: plain, compatible or safe (§8.2, §8.3). Every attempt is the same.
import { openPush, pushSignature, sealPush } from './crypto/push.ts'
import { sameSecret } from './crypto/same.ts'
import type { OutgoingMessage } from './ports.ts'
import { bodyOf, ghostId } from './push-plan.ts'
import type { Push } from './push-state.ts'
import type { App } from './state.ts'
import type { World } from './world.ts'

const TIMEOUT_MS = 5000

/** Another base64 text of the same length, whose last block opens to nonsense. */
function damaged(encrypted: string): string {
  const bytes = Buffer.from(encrypted, 'base64')
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1
  return bytes.toString('base64')
}

function sealed(push: Push, app: App, kind: string | undefined): string {
  const appid = kind === 'other_appid' ? 'wxffffffffffffffff' : app.appid
  const encrypted = sealPush(push.content, app.messageAesKey ?? '', appid, push.random)
  return kind === 'damaged_ciphertext' ? damaged(encrypted) : encrypted
}

function withQuery(url: string, query: Readonly<Record<string, string>>): string {
  const target = new URL(url)
  for (const [name, value] of Object.entries(query)) target.searchParams.append(name, value)
  return target.href
}

/** Plain fields and the sealed ones side by side, as the compatible mode has them. */
function compatible(push: Push, encrypted: string): string {
  if (push.format === 'json') {
    return JSON.stringify({ ...JSON.parse(push.content), Encrypt: encrypted })
  }
  const end = push.content.lastIndexOf('</xml>')
  return `${push.content.slice(0, end)}<Encrypt><![CDATA[${encrypted}]]></Encrypt></xml>`
}

function bodyFor(world: World, push: Push, app: App, encrypted: string): string {
  if (app.messageMode === 'plain') return push.content
  if (app.messageMode === 'compatible') return compatible(push, encrypted)
  return bodyOf(push.format, { ToUserName: ghostId(world, app.appid), Encrypt: encrypted })
}

/** The message of this attempt; null when the mini program takes none any more. */
export function composePush(
  world: World,
  push: Push,
  kind: string | undefined,
): OutgoingMessage | null {
  const app = world.get('apps', push.appid)
  if (app === undefined || app.messageUrl === null || app.messageToken === null) return null
  if (app.messageMode !== 'plain' && app.messageAesKey === null) return null
  const token = kind === 'wrong_signature' ? 'another-token' : app.messageToken
  const { nonce } = push
  const old = kind === 'timestamp_old' ? 3600 : 0
  const timestamp = String(Number(push.timestamp) - old)
  const plain = app.messageMode === 'plain'
  const encrypted = plain ? '' : sealed(push, app, kind)
  const query = {
    signature: pushSignature(token, timestamp, nonce),
    timestamp,
    nonce,
    openid: push.from,
    ...(plain
      ? {}
      : {
          encrypt_type: 'aes',
          msg_signature: pushSignature(token, timestamp, nonce, encrypted),
        }),
  }
  const type = push.format === 'json' ? 'application/json' : 'text/xml'
  return {
    url: withQuery(app.messageUrl, query),
    headers: { 'content-type': type, accept: '*/*', 'user-agent': 'Mozilla/4.0' },
    body: Buffer.from(bodyFor(world, push, app, encrypted), 'utf8'),
    timeoutMs: TIMEOUT_MS,
  }
}

/** The GET with which WeChat makes sure that the address is the mini program's own (§8.1). */
export function composeVerification(
  world: World,
  app: App & { readonly messageUrl: string },
): { readonly message: OutgoingMessage; readonly echostr: string } {
  const draw = world.draw('push-verification')
  const timestamp = String(Math.floor(world.nowMs() / 1000))
  const nonce = draw.digits(10).replace(/^0/, '1')
  const echostr = draw.digits(19).replace(/^0/, '1')
  const signature = pushSignature(app.messageToken ?? '', timestamp, nonce)
  const query = { signature, timestamp, nonce, echostr }
  const headers = { accept: '*/*', 'user-agent': 'Mozilla/4.0' }
  const url = withQuery(app.messageUrl, query)
  const message: OutgoingMessage = {
    ...{ method: 'GET', url, headers },
    ...{ body: new Uint8Array(0), timeoutMs: TIMEOUT_MS },
  }
  return { message, echostr }
}

/** What is wrong with a reply, for people; null when WeChat understands it (§8.4). */
export interface ReplyTrouble {
  readonly code: string
  readonly en: string
  readonly zh: string
}

const STRANGE: ReplyTrouble = {
  code: 'push_reply_unknown',
  en: 'The reply is neither empty nor "success", and no JSON or XML reply either.',
  zh: '回复既不是空串或 success，也不是 JSON 或 XML 格式的回复。',
}
const UNSEALED: ReplyTrouble = {
  code: 'push_reply_unsealed',
  en: 'In safe mode a reply other than "success" must be sealed.',
  zh: '安全模式下，除 success 外的回复必须加密。',
}
const UNSIGNED: ReplyTrouble = {
  code: 'push_reply_signature',
  en: "The sealed reply's MsgSignature does not fit Token, TimeStamp, Nonce and Encrypt.",
  zh: '加密回复的 MsgSignature 与 Token、TimeStamp、Nonce、Encrypt 不符。',
}
const UNOPENED: ReplyTrouble = {
  code: 'push_reply_sealing',
  en: 'The sealed reply can not be opened with the EncodingAESKey, or ends with another appid.',
  zh: '加密回复无法用 EncodingAESKey 解开，或结尾的 appid 不符。',
}

/** The fields of a flat JSON or XML reply; null when it is neither. */
function fieldsOf(reply: string): Readonly<Record<string, unknown>> | null {
  if (reply.startsWith('<xml>') && reply.endsWith('</xml>')) {
    const inner = reply.slice(5, -6)
    const parts = inner.matchAll(/<(\w+)>(?:<!\[CDATA\[([\s\S]*?)\]\]>|([^<]*))<\/\1>/g)
    return Object.fromEntries([...parts].map(([, name, sealed, bare]) => [name, sealed ?? bare]))
  }
  try {
    const value: unknown = JSON.parse(reply)
    return typeof value === 'object' && value !== null ? { ...value } : null
  } catch {
    return null
  }
}

function sealedTrouble(app: App, fields: Readonly<Record<string, unknown>>): ReplyTrouble | null {
  const { Encrypt, MsgSignature, TimeStamp, Nonce } = fields
  const { messageToken, messageAesKey } = app
  if (typeof Encrypt !== 'string' || messageToken === null || messageAesKey === null) {
    return UNSEALED
  }
  const right = pushSignature(messageToken, String(TimeStamp), String(Nonce), Encrypt)
  if (!sameSecret(String(MsgSignature), right)) return UNSIGNED
  try {
    return openPush(Encrypt, messageAesKey).appid === app.appid ? null : UNOPENED
  } catch {
    return UNOPENED
  }
}

/** Checks what the mini program's server replied to a push. */
export function replyTrouble(app: App, push: Push, body: string): ReplyTrouble | null {
  const reply = body.trim()
  if (reply === '' || reply === 'success') return null
  const fields = fieldsOf(reply)
  if (fields === null) return STRANGE
  if (push.event.startsWith('xpay_') && 'ErrCode' in fields) {
    return Number(fields['ErrCode']) === 0 ? null : STRANGE
  }
  return app.messageMode === 'plain' ? null : sealedTrouble(app, fields)
}
