// Each test makes the mistake as a caller would and reads the journal.
import { createHash } from 'node:crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Box, openBox } from '../testing/box.ts'
import {
  diagnosisOf,
  getBy,
  linesOf,
  ORDER_BODY,
  type Sent,
  sentBy,
  signed,
} from '../testing/caller.ts'

let box: Box

beforeAll(async () => {
  box = await openBox()
})

const json = (): Record<string, unknown> => JSON.parse(ORDER_BODY)
const hex = (text: string) => createHash('sha256').update(text).digest('hex')

/** Signs one text and sends another; the code of the diagnosis. */
async function codeOf(sent: Sent, text: string): Promise<string | undefined> {
  const why = await diagnosisOf(box, sent, signed(text, box.seed.credentials.private_key))
  // What is shown as received is the very text that was signed.
  if (why !== null && why.code !== 'text_unknown') expect(why.received).toBe(text)
  if (why !== null) expect(why.expected).toBe(linesOf(sent))
  return why?.code
}

const FRAMES: readonly (readonly [string, (text: string, sent: Sent) => string])[] = [
  ['missing_last_newline', (text) => text.slice(0, -1)],
  ['extra_last_newline', (text) => `${text}\n`],
  ['leading_newline', (text) => `\n${text}`],
  ['crlf', (text) => text.replaceAll('\n', '\r\n')],
  ['newline_literal', (text) => text.replaceAll('\n', '\\n')],
  ['newlines_missing', (text) => text.replaceAll('\n', '')],
  ['joined_by_ampersand', (text) => text.trimEnd().split('\n').join('&')],
  ['body_line_missing', (text) => `${text.split('\n').slice(0, 4).join('\n')}\n`],
  ['answer_text', (_, sent) => `${sent.timestamp}\n${sent.nonce}\n${sent.body}\n`],
  [
    'cashier_text',
    (_, sent) => {
      const { appid } = box.seed.credentials
      return `${appid}\n${sent.timestamp}\n${sent.nonce}\n${sent.body}\n`
    },
  ],
  ['hashed_first', (text) => hex(text)],
  [
    'lines_reordered',
    (_, { method, url, nonce, timestamp, body }) =>
      `${method}\n${url}\n${nonce}\n${timestamp}\n${body}\n`,
  ],
]

describe('mistakes in how the lines are put together', () => {
  it.each(FRAMES)('%s is found', async (code, make) => {
    const sent = sentBy(box)
    expect(await codeOf(sent, make(linesOf(sent), sent))).toBe(code)
  })

  it('missing_last_newline is found for a GET too, whose last line is empty', async () => {
    const sent = getBy(box)
    expect(await codeOf(sent, linesOf(sent).slice(0, -1))).toBe('missing_last_newline')
    expect(await codeOf(sent, linesOf(sent).trimEnd())).toBe('missing_last_newline')
  })
})

const escaped = (text: string) =>
  text.replace(/[^ -~]/g, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`)

/** code, what is signed as the body, what is sent as the body. */
const BODIES: readonly (readonly [string, string, string])[] = [
  ['body_omitted', '', ORDER_BODY],
  ['body_trimmed', ORDER_BODY, `${ORDER_BODY}\n`],
  ['body_reserialised', ORDER_BODY, JSON.stringify(json(), null, 2)],
  ['body_pretty', JSON.stringify(json(), null, 2), ORDER_BODY],
  ['body_pretty', JSON.stringify(json(), null, 4), ORDER_BODY],
  ['body_spaces', '{"a": 1, "b": [1, 2]}', '{"a":1,"b":[1,2]}'],
  ['body_keys_sorted', '{"a":{"x":1,"y":2},"b":1}', '{"b":1,"a":{"y":2,"x":1}}'],
  ['body_unicode_escaped', escaped(ORDER_BODY), ORDER_BODY],
  ['body_unicode_escaped', '{"a": "\\u8336", "b": 1}', '{"a":"茶","b":1}'],
  ['body_reserialised', ORDER_BODY, escaped(ORDER_BODY)],
  ['body_slashes_escaped', ORDER_BODY.replaceAll('/', '\\/'), ORDER_BODY],
  [
    'body_html_escaped',
    ORDER_BODY.replaceAll('<', '\\u003c').replaceAll('>', '\\u003e').replaceAll('&', '\\u0026'),
    ORDER_BODY,
  ],
  ['body_stringified_twice', JSON.stringify(ORDER_BODY), ORDER_BODY],
  ['body_object_object', String({}), ORDER_BODY],
  ['body_form', 'a=1&b=2', '{"a":1,"b":2}'],
  ['body_hashed', hex(ORDER_BODY), ORDER_BODY],
  ['body_bom', `\ufeff${ORDER_BODY}`, ORDER_BODY],
  ['body_charset', '{"a":"??"}', '{"a":"点心"}'],
]

describe('mistakes in what is taken for the body', () => {
  it.each(BODIES)('%s is found', async (code, body, sentBody) => {
    const sent = sentBy(box, { body: sentBody })
    expect(await codeOf(sent, linesOf({ ...sent, body }))).toBe(code)
  })

  it.each([
    ['body_empty_object', '{}'],
    ['body_empty_object', '[]'],
    ['body_null', 'null'],
    ['body_null', 'undefined'],
    ['get_with_body', '{"mchid":"1900000001","b":"2"}'],
    ['get_with_body', 'mchid=1900000001&b=2'],
  ])('%s of a GET is found (%s)', async (code, body) => {
    const sent = getBy(box)
    expect(await codeOf(sent, linesOf({ ...sent, body }))).toBe(code)
  })
})

const ORDER_PATH = '/v3/pay/transactions/out-trade-no/A1'

/** code, what is signed as the URL, what is sent. */
const URLS: readonly (readonly [string, string, string])[] = [
  ['query_dropped', ORDER_PATH, `${ORDER_PATH}?mchid=1`],
  ['query_reordered', `${ORDER_PATH}?b=2&mchid=1`, `${ORDER_PATH}?mchid=1&b=2`],
  ['query_reordered', `${ORDER_PATH}?b=2&c=3&mchid=1`, `${ORDER_PATH}?mchid=1&b=2&c=3`],
  ['url_decoded', `${ORDER_PATH}?mchid=小满`, `${ORDER_PATH}?mchid=%E5%B0%8F%E6%BB%A1`],
  ['url_encoded', `${ORDER_PATH}?mchid=a%3Ab`, `${ORDER_PATH}?mchid=a:b`],
  ['url_hex_case', `${ORDER_PATH}?mchid=a%3Ab`, `${ORDER_PATH}?mchid=a%3ab`],
  ['url_plus_space', `${ORDER_PATH}?mchid=a+b`, `${ORDER_PATH}?mchid=a%20b`],
  ['url_plus_space', `${ORDER_PATH}?mchid=a%20b`, `${ORDER_PATH}?mchid=a+b`],
  ['host_included', `https://api.mch.weixin.qq.com${ORDER_PATH}?mchid=1`, `${ORDER_PATH}?mchid=1`],
  ['host_included', `http://wechat.example:8443${ORDER_PATH}`, ORDER_PATH],
  ['trailing_slash', `${ORDER_PATH}/?mchid=1`, `${ORDER_PATH}?mchid=1`],
  ['path_without_v3', ORDER_PATH.slice(3), ORDER_PATH],
  ['path_without_slash', ORDER_PATH.slice(1), ORDER_PATH],
  ['path_double_slash', `/${ORDER_PATH}`, ORDER_PATH],
  ['path_template', '/v3/pay/transactions/out-trade-no/{out_trade_no}', ORDER_PATH],
]

describe('mistakes in the URL', () => {
  it.each(URLS)('%s is found', async (code, url, sentUrl) => {
    const sent = getBy(box, { url: sentUrl })
    expect(await codeOf(sent, linesOf({ ...sent, url }))).toBe(code)
  })

  it('query_added is found', async () => {
    const sent = getBy(box, { url: ORDER_PATH })
    const url = `${ORDER_PATH}?mchid=${sent.mchid}`
    expect(await codeOf(sent, linesOf({ ...sent, url }))).toBe('query_added')
  })
})

const OTHERS: readonly (readonly [string, (sent: Sent) => Partial<Sent>])[] = [
  ['method_lower_case', () => ({ method: 'post' })],
  ['method_wrong', () => ({ method: 'GET' })],
  ['timestamp_milliseconds', ({ timestamp }) => ({ timestamp: `${timestamp}000` })],
  ['timestamp_milliseconds', ({ timestamp }) => ({ timestamp: `${timestamp}738` })],
  ['timestamp_differs', ({ timestamp }) => ({ timestamp: String(Number(timestamp) - 1) })],
  ['timestamp_zone', ({ timestamp }) => ({ timestamp: String(Number(timestamp) + 28_800) })],
  ['nonce_case', ({ nonce }) => ({ nonce: nonce.toUpperCase() })],
  ['nonce_dashes', () => ({ nonce: '593bec0c-930b-f1af-eb40-b4a08c8fb242' })],
  ['nonce_empty', () => ({ nonce: '' })],
  ['text_unknown', () => ({ nonce: 'made-a-second-time' })],
]

describe('mistakes in the other lines', () => {
  it.each(OTHERS)('%s is found', async (code, change) => {
    const sent = sentBy(box)
    expect(await codeOf(sent, linesOf({ ...sent, ...change(sent) }))).toBe(code)
  })
})

describe('two mistakes at once', () => {
  it.each<[string, string, (sent: Sent) => string]>([
    [
      'body_spaces',
      'missing_last_newline',
      (s) => linesOf({ ...s, body: '{"a": 1, "b": 2}' }).slice(0, -1),
    ],
    [
      'body_spaces',
      'host_included',
      (s) =>
        linesOf({
          ...s,
          body: '{"a": 1, "b": 2}',
          url: `https://api.mch.weixin.qq.com${s.url}`,
        }),
    ],
    [
      'body_spaces',
      'crlf',
      (s) => linesOf({ ...s, body: '{"a": 1, "b": 2}' }).replaceAll('\n', '\r\n'),
    ],
    [
      'body_spaces',
      'method_lower_case',
      (s) => linesOf({ ...s, body: '{"a": 1, "b": 2}', method: 'post' }),
    ],
  ])('%s with %s', async (one, other, make) => {
    const sent = sentBy(box, { body: '{"a":1,"b":2}' })
    const text = make(sent)
    const why = await diagnosisOf(box, sent, signed(text, box.seed.credentials.private_key))
    expect(why?.hints?.map(({ code }) => code)).toEqual([one, other])
    expect(why?.received).toBe(text)
  })
})
