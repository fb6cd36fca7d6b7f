import type { Bug } from '../bug.ts'

/** Refunds that we did not start, and what goes with every refund. */
export const otherRefundBugs: readonly Bug[] = [
  {
    name: 'external-refund-not-counted',
    area: 'refund',
    promise: 'I-25',
    kind: 'subtle',
    says: 'A refund that others made is booked without a look at what of ours no longer fits.',
    near: ['refund-stuck', 'refund-notices'],
    edits: [
      {
        file: 'server/flows/book-external.ts',
        find: '  for (const one of ours.toReversed()) {\n    if (room >= amountFen) break\n',
        replace:
          '  for (const one of ours.toReversed()) {\n    if (room >= amountFen || room >= 0) break\n',
      },
    ],
  },
  {
    name: 'external-refund-ignored',
    area: 'refund',
    promise: 'I-25',
    kind: 'gross',
    says: 'A refund that we did not start is counted as foreign.',
    near: ['refund-stuck', 'refund-notices'],
    edits: [
      {
        file: 'server/flows/book-external.ts',
        find: '  if (!receipt) {\n',
        replace: "  if (evidence.kind === 'notification') return 'foreign'\n  if (!receipt) {\n",
      },
    ],
  },
  {
    name: 'oldest-gives-way',
    area: 'refund',
    promise: 'I-25',
    kind: 'subtle',
    says: 'When an external refund leaves too little, the oldest of ours is closed and not the newest.',
    near: ['refund-stuck'],
    edits: [
      {
        file: 'server/flows/book-external.ts',
        find: '  for (const one of ours.toReversed()) {\n',
        replace: '  for (const one of ours) {\n',
      },
    ],
  },
  {
    name: 'refunds-without-a-gap',
    area: 'refund',
    promise: 'I-21',
    kind: 'subtle',
    says: 'Refund requests of one order are not a minute apart.',
    near: ['refund'],
    edits: [
      {
        file: 'server/store/refunds.ts',
        find: "        .where('next_send_at_ms', '<=', at)\n",
        replace: '',
      },
    ],
  },
  {
    name: 'slow-refund-not-shown',
    area: 'refund',
    promise: 'I-38',
    kind: 'subtle',
    says: 'A refund that takes more than three days is shown to nobody.',
    near: ['refund-stuck'],
    edits: [
      {
        file: 'server/domain/refund-rhythm.ts',
        find: 'export const slowAfterMs = 3 * day',
        replace: 'export const slowAfterMs = 90 * day',
      },
    ],
  },
  {
    name: 'pieces-return-with-each-refund',
    area: 'refund',
    promise: 'I-19',
    kind: 'subtle',
    says: 'Two refunds of one order may both give its pieces back.',
    near: ['refund'],
    edits: [
      {
        file: 'server/domain/freeze-refund.ts',
        find: "  return asked.restock && isTaken ? 'restocked_already' : null\n",
        replace:
          "  return asked.restock && isTaken && earlier.length > 9 ? 'restocked_already' : null\n",
      },
    ],
  },
]
