// Why an Authorization header, its time or its serial_no was refused (wechat-pay.md §1.1).
import type { Diagnosis } from '../api/wire.ts'
import type { Merchant } from '../state.ts'
import { diagnosed } from './diagnosed.ts'
import { attempt } from './parts.ts'
import type { Code } from './words.ts'

const SCHEME = 'WECHATPAY2-SHA256-RSA2048'
const FIELDS = ['mchid', 'nonce_str', 'timestamp', 'serial_no', 'signature']
const SHAPE = `${SCHEME} mchid="…",nonce_str="…",signature="…",timestamp="…",serial_no="…"`
const MOST_SHOWN = 512
const NEAR_S = 300
const HOUR_S = 3600

function schemeMistake(value: string): Code | null {
  if (value.trim() === '') return 'authorization_missing'
  if (/^(?:bearer|basic)\b/i.test(value)) return 'scheme_bearer'
  if (/^\s*(?:mchid|nonce_str|timestamp|serial_no|signature)\s*=/.test(value)) {
    return 'scheme_missing'
  }
  if (value.startsWith(`${SCHEME} `)) return null
  if (/^\s*WECHATPAY2-SHA256-RSA2048\s+/.test(value)) return 'scheme_spaces'
  return /^\s*wechat/i.test(value) ? 'scheme_misspelt' : 'authorization_malformed'
}

function counted(pairs: string, name: string): number {
  return pairs.match(new RegExp(`(?:^|[,;\\s])${name}\\s*=`, 'g'))?.length ?? 0
}

function quoting(pairs: string): Code | null {
  if (/=\s*'/.test(pairs)) return 'fields_single_quoted'
  if (/"\s*;|"\s+[a-z_]+\s*=/.test(pairs)) return 'fields_separator'
  if (/[a-z]\s+=|=\s+"/.test(pairs)) return 'fields_spaced'
  return /=[^"\s=,]/.test(pairs.replaceAll(/"[^"]*"/g, '""')) ? 'fields_unquoted' : null
}

function pairsMistake(value: string): readonly [Code, string] {
  const pairs = value.slice(SCHEME.length + 1)
  if (/^\s/.test(pairs)) return ['scheme_spaces', '']
  if (pairs.startsWith('{')) return ['fields_json', '']
  if (/signature\s*=\s*"[^"]*[\r\n]/.test(pairs)) return ['base64_line_breaks', '']
  const missing = FIELDS.find((name) => counted(pairs, name) === 0)
  if (missing !== undefined) return ['field_missing', missing]
  const repeated = FIELDS.find((name) => counted(pairs, name) > 1)
  if (repeated !== undefined) return ['field_repeated', repeated]
  const empty = FIELDS.find((name) => pairs.includes(`${name}=""`))
  if (empty !== undefined) return ['field_empty', empty]
  return [quoting(pairs) ?? 'authorization_malformed', '']
}

/** A header that could not be read. */
export function explainHeader(value: string): Diagnosis {
  const scheme = schemeMistake(value)
  const [code, about] = scheme === null ? pairsMistake(value) : [scheme, '']
  return diagnosed([code], SHAPE, value.slice(0, MOST_SHOWN), about)
}

/** A timestamp that is out of the window of five minutes. */
export function explainTime(timestamp: string, nowS: number): Diagnosis {
  const code = timeMistake(timestamp, nowS)
  const hours = Math.round((Number(timestamp) - nowS) / HOUR_S)
  const about = code === 'timestamp_hours_off' ? `${hours > 0 ? '+' : ''}${hours} h` : ''
  return diagnosed([code], String(nowS), timestamp.slice(0, MOST_SHOWN), about)
}

function timeMistake(timestamp: string, nowS: number): Code {
  if (!/^\d+$/.test(timestamp)) return 'timestamp_no_number'
  if (/^\d{13}$/.test(timestamp)) return 'timestamp_milliseconds'
  const apart = Number(timestamp) - nowS
  const hours = Math.round(apart / HOUR_S)
  const near = Math.abs(apart - hours * HOUR_S) <= NEAR_S
  return near && hours !== 0 && Math.abs(hours) <= 14 ? 'timestamp_hours_off' : 'timestamp_off'
}

function decimal(serialNo: string): string {
  return attempt(() => BigInt(serialNo).toString(16).toUpperCase()) ?? ''
}

/** Ways in which people write a serial that is known. */
function spelling(serialNo: string, known: (serial: string) => boolean): Code | null {
  const upper = serialNo.trim().toUpperCase()
  const ways: readonly (readonly [Code, string])[] = [
    ['serial_colons', upper.replaceAll(/[:\s-]/g, '')],
    ['serial_0x', upper.replace(/^0X/, '')],
    ['serial_zeros', upper.replace(/^0+/, '')],
    ['serial_decimal', /^\d{30,60}$/.test(upper) ? decimal(upper) : ''],
  ]
  return ways.find(([, serial]) => serial !== '' && known(serial))?.[0] ?? null
}

/** A serial_no that names no usable certificate of this merchant. */
export function explainSerial(
  merchant: Merchant,
  others: readonly Merchant[],
  serialNo: string,
): Diagnosis {
  const own = merchant.certificates.map((one) => one.serialNo)
  const expected = own.join(', ')
  const code = serialMistake(merchant, others, serialNo, own)
  return diagnosed([code], expected, serialNo.slice(0, MOST_SHOWN))
}

function serialMistake(
  merchant: Merchant,
  others: readonly Merchant[],
  serialNo: string,
  own: readonly string[],
): Code {
  const all = [merchant, ...others]
  if (all.some(({ publicKey }) => publicKey.id === serialNo)) return 'public_key_serial'
  const upper = serialNo.toUpperCase()
  const platform = all.flatMap(({ platformCertificates }) => platformCertificates)
  if (platform.some((one) => one.serialNo === upper)) return 'platform_serial'
  const foreign = others.flatMap(({ certificates }) => certificates)
  if (foreign.some((one) => one.serialNo === upper)) return 'serial_of_another_merchant'
  return spelling(serialNo, (serial) => own.includes(serial)) ?? 'merchant_serial'
}
