import { loadMessageAesKey, openPush, verifyPush } from '@minitill/protocol'
import { type Appid, ModelError, parsePushXml } from '@minitill/protocol/model'
import type { Clock, Pushes, PushRefusal, PushResult, RawPush } from '../../ports/index.ts'

/** Token and EncodingAESKey of an app; null where they are not configured. */
export interface PushSecrets {
  readonly token: string | null
  readonly aesKey: string | null
}

/** WeChat tries thrice within seconds; whoever comes much later copied a message. */
const windowMs = 10 * 60_000

/** Message push of all our apps, each with its own secrets. */
export function openPushes(
  secretsOf: (appid: Appid) => PushSecrets,
  clock: Pick<Clock, 'now'>,
): Pushes {
  return {
    isGenuine: (appid, query) => {
      const { token } = secretsOf(appid)
      return token !== null && isFresh(query, clock) && isSigned(token, query)
    },
    open: (appid, push) => {
      const { token, aesKey } = secretsOf(appid)
      if (token === null) return refused('not_configured')
      if (!isFresh(push.query, clock)) return refused('stale')
      if (push.query['encrypt_type'] !== 'aes') {
        // A mini program in safe mode pushes nothing in plain text.
        if (aesKey !== null) return refused('not_opened')
        return isSigned(token, push.query) ? read(textOf(push.body)) : refused('signature_wrong')
      }
      if (aesKey === null) return refused('not_configured')
      return openSealed({ token, aesKey: loadMessageAesKey(aesKey), appid }, push)
    },
  }
}

const refused = (reason: PushRefusal): PushResult => ({ ok: false, reason })

function isFresh({ timestamp = '' }: RawPush['query'], clock: Pick<Clock, 'now'>): boolean {
  if (!/^[0-9]{1,12}$/.test(timestamp)) return false
  return Math.abs(Number(timestamp) * 1000 - clock.now()) <= windowMs
}

function isSigned(token: string, query: RawPush['query']): boolean {
  const { timestamp = '', nonce = '', signature = '' } = query
  return verifyPush(token, { timestamp, nonce, signature })
}

function openSealed(keys: Parameters<typeof openPush>[0], push: RawPush): PushResult {
  const outer = read(textOf(push.body))
  const encrypt = outer.ok ? outer.content['Encrypt'] : null
  if (typeof encrypt !== 'string') return refused('malformed')
  const { timestamp = '', nonce = '', msg_signature = '' } = push.query
  const opened = openPush(keys, { timestamp, nonce, msg_signature }, encrypt)
  return opened.ok ? read(opened.message) : refused(opened.reason)
}

function textOf(body: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body)
  } catch {
    return ''
  }
}

/** JSON or XML, whichever the account is set to; the content tells which it is. */
function read(text: string): PushResult {
  const content = fieldsOf(text.trim())
  if (content === null) return refused('malformed')
  const { MsgType, Event } = content
  const isEvent = typeof MsgType === 'string' && MsgType.toLowerCase() === 'event'
  const event = isEvent ? Event : MsgType
  // The outer of a sealed message has no type of its own.
  return { ok: true, event: typeof event === 'string' ? event.slice(0, 64) : '', content, text }
}

function fieldsOf(text: string): Readonly<Record<string, unknown>> | null {
  try {
    if (text.startsWith('<')) return parsePushXml(text)
    const value: unknown = JSON.parse(text)
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
    return isObject ? (value as Record<string, unknown>) : null
  } catch (error) {
    if (error instanceof ModelError || error instanceof SyntaxError) return null
    throw error
  }
}
