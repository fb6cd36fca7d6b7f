import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ModelError } from './model-error.ts'
import { parsePushXml } from './push-xml.ts'

test('elements, text, CDATA and entities are read; repeated names are a list', () => {
  const source = `<xml>
    <ToUserName><![CDATA[gh_1]]></ToUserName>
    <CreateTime>1600000000</CreateTime>
    <Note>a &lt; b &amp;&#20013;<![CDATA[ & c]]></Note>
    <List><Id>1</Id><Id>2</Id></List><Empty></Empty>
  </xml>`
  expect(parsePushXml(source)).toEqual({
    ToUserName: 'gh_1',
    CreateTime: '1600000000',
    Note: 'a < b &中 & c',
    List: { Id: ['1', '2'] },
    Empty: '',
  })
})

test('nothing is included, unfolded or hidden: every other construct is refused', () => {
  for (const source of [
    '<!DOCTYPE x [<!ENTITY e SYSTEM "http://127.0.0.1:1/">]><xml><a>&e;</a></xml>',
    '<xml><!DOCTYPE x><a>1</a></xml>',
    '<xml><a>&e;</a></xml>',
    '<?xml version="1.0"?><xml><a>1</a></xml>',
    '<xml><?x y?><a>1</a></xml>',
    '<xml><!-- c --><a>1</a></xml>',
    '<xml><a b="c">1</a></xml>',
    '<xml><a/></xml>',
    '<xml><a>1</b></xml>',
    '<xml><a>1</a>',
    '<xml><a>1</a></xml><xml/>',
    '<xml>text<a>1</a></xml>',
    '<xml><a><![CDATA[1</a></xml>',
    '<xml><a>&#0;</a></xml>',
    '<xml><a>&#55296;</a></xml>',
    '<root><a>1</a></root>',
    '',
  ]) {
    expect(() => parsePushXml(source), source).toThrow(ModelError)
  }
})

test('depth and count are bounded', () => {
  const nested = (depth: number) => `<xml>${'<a>'.repeat(depth)}1${'</a>'.repeat(depth)}</xml>`
  expect(parsePushXml(nested(5))).toBeDefined()
  expect(() => parsePushXml(nested(6))).toThrow(ModelError)
  expect(() => parsePushXml(`<xml>${'<a>1</a>'.repeat(2001)}</xml>`)).toThrow(ModelError)
})

test('a name of an object’s own machinery is a name like another', () => {
  const read = parsePushXml(
    '<xml><__proto__><x>1</x></__proto__><constructor>2</constructor></xml>',
  )
  expect(Object.getPrototypeOf(read)).toBeNull()
  expect(read['constructor']).toBe('2')
  expect(({} as Record<string, unknown>)['x']).toBeUndefined()
})

test('any text is read or refused in words, and any flat message comes back as it was', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (text) => {
      try {
        parsePushXml(`<xml>${text}</xml>`)
      } catch (error) {
        expect(error).toBeInstanceOf(ModelError)
      }
    }),
  )
  const word = fc.stringMatching(/^[A-Za-z]{1,12}$/)
  const value = fc.string({ maxLength: 40 }).filter((one) => !one.includes(']]>'))
  fc.assert(
    fc.property(fc.dictionary(word, value, { minKeys: 1 }), (fields) => {
      const inner = Object.entries(fields).map(([k, v]) => `<${k}><![CDATA[${v}]]></${k}>`)
      expect({ ...parsePushXml(`<xml>${inner.join('')}</xml>`) }).toEqual({ ...fields })
    }),
  )
})
