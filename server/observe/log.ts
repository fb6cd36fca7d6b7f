import { type DestinationStream, pino } from 'pino'
import type { Log, LogFields } from '../ports/index.ts'

/** Keys that never reach a line, whatever they hold. */
const hiddenKey = /secret|token|key|password|authorization|openid|phone|paysign|url$/i

/** Values that look like a secret: PEM, our tokens and keys, query strings with credentials. */
const hiddenValue =
  /-----BEGIN|\b(mt|sk)_[A-Za-z0-9_-]{16,}|(secret|access_token|js_code|appid)=|Bearer /i

/** One JSON object a line; CR, LF and escapes of a value cannot break out of its string. */
export function openLog(level: 'silent' | 'info', destination?: DestinationStream): Log {
  const options = { level, base: null, messageKey: 'message' }
  const logger = destination === undefined ? pino(options) : pino(options, destination)
  return {
    info: (fields, message) => logger.info(redact(fields), message),
    warn: (fields, message) => logger.warn(redact(fields), message),
    error: (fields, message) => logger.error(redact(fields), message),
  }
}

/** The fields with everything secret replaced, and no value longer than a line should be. */
export function redact(fields: LogFields): LogFields {
  const entries = Object.entries(fields).map(([key, value]) => {
    if (hiddenKey.test(key)) return [key, '[secret]'] as const
    if (typeof value !== 'string') return [key, value] as const
    return [key, hiddenValue.test(value) ? '[secret]' : value.slice(0, 500)] as const
  })
  return Object.fromEntries(entries)
}
