// How many orders of evidence the exhaustive test of I-11 walks; `--keep` writes the result file.
import { after, endOf, stateOf } from '../server/domain/testing/books.ts'
import { allHistories } from '../server/domain/testing/histories.ts'
import { walkAll } from '../server/domain/testing/walk.ts'
import { keep } from './results.ts'

const walked = allHistories.map(({ start, pieces, at }) =>
  walkAll({
    start,
    pieces,
    most: 6,
    copies: 2,
    step: (books, piece) => after(books, piece, at),
    key: stateOf,
    end: endOf,
  }),
)

keep('permutations', {
  histories: walked.length,
  sequences: Number(walked.reduce((sum, { sequences }) => sum + sequences, 0n)),
  decisions: walked.reduce((sum, { decisions }) => sum + decisions, 0),
  differing: walked.reduce((sum, { differing }) => sum + differing.length, 0),
  how:
    'every order of up to 6 pieces of evidence with up to 2 copies more, from every state; orders of ' +
    'the same pieces that led to the same books go on together and are counted each',
})
