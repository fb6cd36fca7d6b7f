// What the inspector reads off a message: its order, its failure, its filter, its steps, its curl.
import { spawnSync } from 'node:child_process'
import { expect, it } from 'vitest'
import { curlOf, isMasked } from './src/inspector/curl.ts'
import { differenceOf } from './src/inspector/difference.ts'
import { EVERYTHING, matches, pathsOf } from './src/inspector/filter.ts'
import { exchangeOf, isFailed, operationOf, orderOf, patternOf } from './src/inspector/messages.ts'
import { signedTextOf, stepsOf } from './src/inspector/trace.ts'
import { fenOf, yuan } from './src/read.ts'
import { durationText, momentText, tenTomorrow } from './src/times.ts'

const AUTHORIZATION =
  'WECHATPAY2-SHA256-RSA2048 mchid="1999",nonce_str="n1",timestamp="1700000000",' +
  'serial_no="AB",signature="c2ln"'

const ENTRY = {
  seq: 7,
  at: '2026-11-23T10:00:00+08:00',
  kind: 'request',
  method: 'POST',
  url: '/v3/pay/transactions/jsapi',
  headers: { authorization: AUTHORIZATION, host: '127.0.0.1:4001', 'content-length': '20' },
  body: '{"out_trade_no":"MT1"}',
  answer: { status: 200, headers: {}, body: '{"prepay_id":"wx1"}' },
  verification: { ok: true },
}
const made = (more: object = {}) => exchangeOf({ ...ENTRY, ...more })

it('the order is found in the path, inside what is sealed, and in bodies', () => {
  expect(orderOf(made())).toBe('MT1')
  expect(orderOf(made({ url: '/v3/pay/transactions/out-trade-no/MT2/close' }))).toBe('MT2')
  expect(orderOf(made({ plaintext: '{"out_trade_no" : "MT3"}' }))).toBe('MT3')
  expect(orderOf(made({ body: '' }))).toBe('')
})

it('failed is refused, broken, unanswered, and an errcode under a 200', () => {
  const answered = (status: number | null, body = '') => made({ answer: { status, body } })
  expect(isFailed(made())).toBe(false)
  expect(isFailed(answered(404))).toBe(true)
  expect(isFailed(answered(null))).toBe(true)
  expect(isFailed(made({ verification: { ok: false } }))).toBe(true)
  expect(isFailed(answered(200, '{"errcode":40029,"errmsg":"invalid code"}'))).toBe(true)
  expect(isFailed(answered(200, '{"errcode":0,"errmsg":"ok"}'))).toBe(false)
})

it('paths of one interface are one, whatever their numbers', () => {
  expect(patternOf('/v3/pay/transactions/out-trade-no/MT1?mchid=1')).toBe(
    '/v3/pay/transactions/out-trade-no/…',
  )
  expect(patternOf('http://127.0.0.1:4000/wechat/pay/notify/1999')).toBe('/wechat/pay/notify/…')
  const certificates = made({ url: '/v3/certificates' })
  expect(pathsOf([made(), certificates, certificates])).toEqual([
    '/v3/certificates',
    '/v3/pay/transactions/jsapi',
  ])
})

it('every condition of the filter must hold, and every word of the search', () => {
  const shown = (filter: object, more: object = {}) =>
    matches(made(more), { ...EVERYTHING, ...filter })
  expect(shown({})).toBe(true)
  expect(shown({ kind: 'push' })).toBe(false)
  expect(shown({ status: '4xx' })).toBe(false)
  expect(shown({ status: 'none' }, { answer: { status: null } })).toBe(true)
  expect(shown({ failedOnly: true })).toBe(false)
  expect(shown({ path: '/v3/certificates' })).toBe(false)
  expect(shown({ search: ' mt1  PREPAY ' })).toBe(true)
  expect(shown({ search: 'mt1 elsewhere' })).toBe(false)
})

it('operations have names in both languages; a stranger has none', () => {
  expect(operationOf(made())).toEqual({ zh: 'JSAPI 下单', en: 'Place order (JSAPI)' })
  expect(
    operationOf(made({ kind: 'notification', body: '{"event_type":"REFUND.SUCCESS"}' }))?.en,
  ).toBe('Refund notification')
  expect(operationOf(made({ url: '/v3/unheard-of' }))).toBeNull()
})

it('the steps before the failed one passed, those after it were not reached', () => {
  const verification = { ok: false, failed_step: 'serial' }
  const states = stepsOf(made({ verification })).map(({ state }) => state)
  expect(states.join(' ')).toBe('passed passed passed passed failed skipped skipped')
  expect(stepsOf(made()).every(({ state }) => state === 'passed')).toBe(true)
  expect(stepsOf(made({ url: '/sns/jscode2session?js_code=1' }))).toEqual([])
})

it('the signed text ends every line, the body’s too', () => {
  expect(signedTextOf(made())).toBe(
    'POST\n/v3/pay/transactions/jsapi\n1700000000\nn1\n{"out_trade_no":"MT1"}\n',
  )
  const headers = { 'wechatpay-timestamp': '1', 'wechatpay-nonce': 'n' }
  expect(signedTextOf(made({ kind: 'notification', headers, body: '{}' }))).toBe('1\nn\n{}\n')
})

it('curl says to a shell exactly what was sent, quotes and line ends included', () => {
  const body = `{"text":"it's $HOME \`ls\` \\n\n"}`
  const text = curlOf(made({ body }), 'http://127.0.0.1:4001')
  const printed = spawnSync('sh', ['-c', `curl() { printf '%s\\0' "$@"; }\n${text}`])
  const words = printed.stdout.toString().split('\0')
  expect(words.slice(0, 4)).toEqual([
    ...['-i', '-X', 'POST'],
    'http://127.0.0.1:4001/v3/pay/transactions/jsapi',
  ])
  expect(words).toContain(`authorization: ${AUTHORIZATION}`)
  expect(words[words.indexOf('--data-raw') + 1]).toBe(body)
  expect(text).not.toContain('content-length')
  expect(text).not.toContain('host:')
  const far = made({ headers: { host: 'api.mch.weixin.qq.com' } })
  expect(curlOf(far, 'http://127.0.0.1:4001')).toContain("-H 'host: api.mch.weixin.qq.com'")
  expect(isMasked(made())).toBe(false)
  expect(isMasked(made({ url: '/sns/jscode2session?secret=abcdef…' }))).toBe(true)
})

it('amounts are read as people type them, and never by floating point', () => {
  const cases: readonly (readonly [string, number | null])[] = [
    ['12.34', 1234],
    ['0.1', 10],
    ['¥1,000.50', 100_050],
    ['90071992.74', 9_007_199_274],
    ['1.234', null],
    ['-1', null],
    ['1e3', null],
    ['', null],
  ]
  for (const [text, fen] of cases) expect([text, fenOf(text)]).toEqual([text, fen])
  expect(yuan(fenOf('0.07') ?? 0)).toBe('0.07')
})

it('times are Beijing’s, whatever the machine’s zone', () => {
  expect(momentText('2026-11-23T16:30:00Z')).toBe('2026-11-24 00:30:00')
  expect(tenTomorrow(Date.parse('2026-11-23T15:59:59Z'))).toBe('2026-11-24T02:00:00.000Z')
  expect(tenTomorrow(Date.parse('2026-11-23T16:00:00Z'))).toBe('2026-11-25T02:00:00.000Z')
  expect(durationText(86_397_500)).toBe('1 d')
  expect(durationText(93_780_000)).toBe('1 d 2 h 3 min')
  expect(durationText(42_000)).toBe('42 s')
})

it('the difference of two texts is what one has and the other lacks, letter by letter', () => {
  const own = (one: string, other: string) =>
    differenceOf(one, other).map((pieces) =>
      pieces.flatMap((piece) => (piece.own ? [piece.text] : [])).join('|'),
    )
  expect(own('a\nb\n', 'a\nb')).toEqual(['\n', ''])
  expect(own('{"a":1}', '{ "a": 1 }')).toEqual(['', ' | | '])
  expect(own('aa', 'aaa')).toEqual(['', 'a'])
  expect(own('元😀', '元😁')).toEqual(['😀', '😁'])
  expect(own('POST\n/v3/x?a=1&b=2\n', 'POST\n/v3/x?b=2&a=1\n').join('')).not.toContain('POST')
  expect(own('same', 'same')).toEqual(['', ''])
  expect(own('', 'all')).toEqual(['', 'all'])
})

it('the pieces make the whole text again, however different the texts are', () => {
  const random = (nth: number) => ((nth * 7919) % 104_729) % 4
  const texts = Array.from({ length: 40 }, (_one, nth) =>
    Array.from({ length: nth }, (_letter, at) => 'ab\n元'[random(nth * 43 + at)]).join(''),
  )
  const far = ['x'.repeat(3000), 'y'.repeat(3000)] as const
  for (const one of [...texts.slice(-12), far[0]]) {
    for (const other of [...texts.slice(0, 30), one === far[0] ? far[1] : '']) {
      const [mine, theirs] = differenceOf(one, other)
      const whole = (pieces: typeof mine) => pieces.map(({ text }) => text).join('')
      const shared = (pieces: typeof mine) => whole(pieces.filter(({ own }) => !own))
      expect([whole(mine), whole(theirs)]).toEqual([one, other])
      expect(shared(mine)).toBe(shared(theirs))
    }
  }
})
