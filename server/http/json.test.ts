import { expect, test } from 'vitest'
import { Problem } from './errors.ts'
import { parseJson } from './json.ts'

const parse = (text: string) => parseJson(Buffer.from(text))

function refusedField(bytes: Uint8Array | string): string {
  try {
    parseJson(typeof bytes === 'string' ? Buffer.from(bytes) : bytes)
  } catch (error) {
    if (error instanceof Problem) return error.extra.errors?.[0]?.field ?? ''
  }
  return 'accepted'
}

test('ordinary JSON is read as JSON.parse reads it', () => {
  const texts = ['{"a":[1,-2.5,true,null,"x\\u00e9\\n茶🍵"],"b":{}}', ' [ ] ', '"s"', '0', 'null']
  for (const text of texts) expect(parse(text)).toEqual(JSON.parse(text))
  expect(parse('')).toBeUndefined()
})

test('a key that reaches a prototype is refused, and Object.prototype is untouched', () => {
  expect(refusedField('{"__proto__":{"polluted":1}}')).toBe('__proto__')
  expect(refusedField('{"a":{"constructor":{"prototype":{"x":1}}}}')).toBe('a.constructor')
  expect(refusedField('{"\\u005f_proto__":1}')).toBe('__proto__')
  expect(Object.keys(Object.prototype)).toEqual([])
})

test('a key that stands twice in one object is refused by its path', () => {
  expect(refusedField('{"items":[{"quantity":1,"quantity":9}]}')).toBe('items[0].quantity')
  expect(refusedField('{"a":1,"\\u0061":2}')).toBe('a')
})

test('more than twenty levels are refused without reading on', () => {
  expect(refusedField(`${'['.repeat(20)}${']'.repeat(20)}`)).toBe('accepted')
  expect(refusedField(`${'['.repeat(21)}${']'.repeat(21)}`)).not.toBe('accepted')
  expect(refusedField('['.repeat(10_000))).not.toBe('accepted')
})

test('numbers that cannot be held as written are refused', () => {
  for (const digits of ['1e400', '1e3', '-0', '9007199254740993', '-0.0', '+1', '.5', 'NaN']) {
    expect(['quantity', 'body']).toContain(refusedField(`{"quantity":${digits}}`))
  }
  expect(parse('9007199254740991')).toBe(Number.MAX_SAFE_INTEGER)
})

test('bytes that are not UTF-8, a byte order mark, and broken texts are refused', () => {
  expect(refusedField(Uint8Array.of(0x22, 0xff, 0x22))).toBe('body')
  expect(refusedField(Uint8Array.of(0xef, 0xbb, 0xbf, 0x7b, 0x7d))).toBe('body')
  for (const text of [
    '{',
    '{"a":1,}',
    '[1 2]',
    '{}x',
    "{'a':1}",
    '"\u0001"',
    '"\\x"',
    '\u00a0{}',
  ]) {
    expect(refusedField(text)).not.toBe('accepted')
  }
  expect(refusedField('{"a":01}')).not.toBe('accepted')
  expect(refusedField('{"a":"\\ud800"}')).toBe('a')
  expect(refusedField('{"a":"\\u0000"}')).toBe('a')
})

test('a body of the largest permitted size is parsed quickly, also when it is one long string', () => {
  expect(parse(`"${'\\n'.repeat(30_000)}"`)).toBe('\n'.repeat(30_000))
})
