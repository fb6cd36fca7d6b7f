import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Segment } from '../api/wire.ts'
import { shown } from '../journal.ts'
import { difference } from './difference.ts'

function side(segments: readonly Segment[], other: Segment['kind']): string {
  return segments
    .filter(({ kind }) => kind !== other)
    .map(({ text }) => text)
    .join('')
}

it('both texts can be read back from the difference', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '\n', '茶', '🍵'), maxLength: 60 })
  fc.assert(
    fc.property(text, text, (expected, received) => {
      const segments = difference(expected, received)
      expect(side(segments, 'received')).toBe(expected)
      expect(side(segments, 'expected')).toBe(received)
    }),
  )
})

it('only what differs is marked', () => {
  expect(difference('{"a":1,"b":2}\n', '{"a": 1,"b": 2}')).toEqual([
    { kind: 'same', text: '{"a":' },
    { kind: 'received', text: ' ' },
    { kind: 'same', text: '1,"b":' },
    { kind: 'received', text: ' ' },
    { kind: 'same', text: '2}' },
    { kind: 'expected', text: '\n' },
  ])
})

it('long texts are folded and bounded', () => {
  const [a, b] = ['x'.repeat(60_000), 'y'.repeat(60_000)]
  expect(JSON.stringify(difference(a, b)).length).toBeLessThan(2000)
  expect(JSON.stringify(difference(`${a}1${a}`, `${a}2${a}`)).length).toBeLessThan(2000)
})

it('a secret that the journal masks is masked in the difference too', () => {
  const text = (end: string) => `POST\n/a?access_token=SECRETSECRETSECRET\n1\nn\n{}${end}`
  const plain = { code: 'missing_last_newline', en: '', zh: '' }
  const why = shown({ ...plain, expected: text('\n'), received: text('') })
  expect(why.difference?.at(-1)).toEqual({ kind: 'expected', text: '\n' })
  expect(JSON.stringify(why)).not.toContain('SECRETSECRET')
})
