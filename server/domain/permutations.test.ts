import { expect, test } from 'vitest'
import { after, endOf, stateOf } from './testing/books.ts'
import { allHistories, type History } from './testing/histories.ts'
import { walkAll } from './testing/walk.ts'

const walkOf = ({ start, pieces, at }: History, copies = 2) =>
  walkAll({
    start,
    pieces,
    most: 6,
    copies,
    step: (books, piece) => after(books, piece, at),
    key: stateOf,
    end: endOf,
  })

test.each(allHistories.map((history): [string, History] => [history.name, history]))(
  'I-11 %s: all orders of up to six pieces with up to two copies more end in the same books',
  (_, history) => {
    const { differing, sequences, decisions } = walkOf(history)
    expect(differing).toEqual([])
    expect(decisions).toBeGreaterThan(10)
    expect(sequences).toBeGreaterThan(10_000n)
  },
)

test('the sequences that are counted are all there are', () => {
  const letters = { start: '', most: 6, key: (text: string) => text, end: () => 'one' }
  const step = (text: string, piece: string) => text + piece
  const three = walkAll({ ...letters, pieces: ['a', 'b', 'c'], copies: 1, step })
  // a; aa; ab; and with one copy more: aab in three orders; abc; abca in twelve, each for each piece.
  expect(three.sequences).toBe(BigInt(3 + 3 + 6 + 6 * 3 + 6 + 3 * 12))
  const six = walkAll({ ...letters, pieces: [...'abcdef'], copies: 2, step: () => '' })
  const ofAllSix = 720 + (6 * 5040) / 2 + (6 * 40_320) / 6 + (15 * 40_320) / 4
  expect(Number(six.sequences)).toBeGreaterThan(ofAllSix)
})

test('an order that matters is found, with the ends that it leads to', () => {
  const last = walkAll({
    start: 'none',
    pieces: ['paid', 'closed'],
    most: 2,
    copies: 0,
    step: (_state: string, piece: string) => piece,
    key: (state) => state,
    end: (state) => state,
  })
  expect(last.differing).toEqual([{ counts: '1,1', ends: ['closed', 'paid'] }])
})

test('pieces that cannot be true together do differ, and so are in no history', () => {
  const [paid] = allHistories.filter(({ name }) => name === 'paid while prepaid')
  const [closed] = allHistories.filter(({ name }) => name === 'closed unpaid while prepaid')
  if (paid === undefined || closed === undefined) throw new Error('no such history')
  const both = { ...paid, pieces: [...paid.pieces.slice(0, 1), ...closed.pieces.slice(1, 2)] }
  expect(walkOf(both, 0).differing).toHaveLength(1)
})
