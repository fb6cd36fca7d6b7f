// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the text of templates, not templates
import type { Bug } from '../bug.ts'

/** Refunds: ours and those of others. */
export const refundBugs: readonly Bug[] = [
  {
    name: 'new-refund-number-on-retry',
    area: 'refund',
    promise: 'I-21',
    kind: 'gross',
    says: 'Each sending of a refund has a number of its own.',
    near: ['refund'],
    edits: [
      {
        file: 'server/flows/send-refund.ts',
        find: 'async () => await ports.wechatPay.refund({ mchid, outRefundNo, body: requestBody }),',
        replace:
          'async () => await ports.wechatPay.refund({ mchid, outRefundNo, body: requestBody.replace(outRefundNo, `${outRefundNo.slice(0, -1)}${turn.refund.sentCount % 10}`) }),',
      },
    ],
  },
  {
    name: 'refund-not-asked-after-doubt',
    area: 'refund',
    promise: 'I-21',
    kind: 'subtle',
    says: 'A refund in doubt is sent again without asking whether WeChat has it.',
    near: ['refund-doubt', 'refund'],
    edits: [
      {
        file: 'server/flows/send-refund.ts',
        find: '  if (refund.sentCount > 0) {\n',
        replace: '  if (refund.sentCount > 100) {\n',
      },
    ],
  },
  {
    name: 'timed-out-refund-is-closed',
    area: 'refund',
    promise: 'I-10',
    kind: 'gross',
    says: 'A refund request without an answer counts as failed and gives its amount back.',
    near: ['refund-doubt', 'refund'],
    edits: [
      {
        file: 'server/flows/send-refund.ts',
        find: "  const refusal = answer.got === 'answer' && answer.value.kind === 'refused' ? answer.value : null\n",
        replace:
          "  const refusal = answer.got === 'answer' && answer.value.kind === 'refused' ? answer.value : null\n  if (answer.got === 'silence') {\n    const failed = await commit(ports, 'send-refund/refused', async (tx) => await applyRefundEvidence(tx, ports, refund.id, { kind: 'given_up' }, ports.clock.now()))\n    if (failed) return { refund: failed.refund }\n  }\n",
      },
    ],
  },
  {
    name: 'unsigned-refusal-is-final',
    area: 'refund',
    promise: 'I-10',
    kind: 'subtle',
    says: 'A refusal of a refund is believed without a signature.',
    near: ['refund-doubt', 'refunds'],
    edits: [
      {
        file: 'server/flows/send-refund.ts',
        find: "  if (asked.kind !== 'missing' || !refusal?.authentic || !advice) return null\n",
        replace: "  if (asked.kind !== 'missing' || !refusal || !advice) return null\n",
      },
    ],
  },
  {
    name: 'unsigned-missing-refund-believed',
    area: 'refund',
    promise: 'I-10',
    kind: 'subtle',
    says: 'An unsigned "no such refund" is believed.',
    near: ['refund-doubt', 'refunds'],
    edits: [
      {
        file: 'server/flows/ask-refund.ts',
        find: "value.kind === 'refused' && !(value.authentic && isMissing(value))",
        replace: "value.kind === 'refused' && !isMissing(value)",
      },
    ],
  },
  {
    name: 'ceiling-of-each-refund-alone',
    area: 'refund',
    promise: 'I-20',
    kind: 'gross',
    says: 'A refund is compared with what was paid, not with what is left.',
    near: ['refunds', 'refund-done'],
    edits: [
      {
        file: 'server/domain/freeze-refund.ts',
        find: '  if (receipt.reservedFen + asked.amountFen > receipt.totalFen) return',
        replace: '  if (asked.amountFen > receipt.totalFen) return',
      },
    ],
  },
  {
    name: 'ceiling-off-by-one',
    area: 'refund',
    promise: 'I-20',
    kind: 'subtle',
    says: 'The last fen cannot be refunded: >= instead of >.',
    near: ['refunds', 'refund-done'],
    edits: [
      {
        file: 'server/domain/freeze-refund.ts',
        find: 'receipt.reservedFen + asked.amountFen > receipt.totalFen',
        replace: 'receipt.reservedFen + asked.amountFen >= receipt.totalFen',
      },
    ],
  },
  {
    name: 'processing-takes-back',
    area: 'refund',
    promise: 'I-23',
    kind: 'subtle',
    says: 'PROCESSING that comes late makes an abnormal refund one under way again.',
    near: ['refund-notices', 'refund-stuck'],
    edits: [
      {
        file: 'server/domain/refund-table.ts',
        find: '  abnormal: {\n    ...wasAccepted,\n    processing: stay,\n',
        replace: "  abnormal: {\n    ...wasAccepted,\n    processing: to('reapplied'),\n",
      },
    ],
  },
  {
    name: 'question-as-old-as-the-news',
    area: 'refund',
    promise: 'I-23',
    kind: 'subtle',
    says: 'An answer to a question that was asked before the last change counts as news.',
    near: ['refund-stuck', 'refund-doubt'],
    edits: [
      {
        file: 'server/domain/decide-refund.ts',
        find: "evidence.kind === 'query' && evidence.askedAtMs > refund.statusAtMs",
        replace: "evidence.kind === 'query' && evidence.askedAtMs > 0",
      },
    ],
  },
  {
    name: 'refund-amount-not-compared',
    area: 'refund',
    promise: 'I-22',
    kind: 'gross',
    says: 'A refund succeeds by a statement about another amount.',
    near: ['refund-notices', 'refunds'],
    edits: [
      {
        file: 'server/domain/decide-refund.ts',
        find: '    facts.amount.refund === refund.amountFen &&\n',
        replace: '',
      },
    ],
  },
  {
    name: 'refund-transaction-not-compared',
    area: 'refund',
    promise: 'I-22',
    kind: 'subtle',
    says: 'A refund succeeds by a statement about another transaction.',
    near: ['refund-notices', 'refunds'],
    edits: [
      {
        file: 'server/domain/decide-refund.ts',
        find: '    facts.transaction_id === receipt.transactionId &&\n',
        replace: '',
      },
    ],
  },
  {
    name: 'refunded-total-is-the-last-one',
    area: 'refund',
    promise: 'I-22',
    kind: 'gross',
    says: 'The order tells the last refund instead of the sum of all.',
    near: ['refund-done'],
    edits: [
      {
        file: 'server/domain/settle-refund.ts',
        find: 'ofSale ? addFen(order.refundedTotalFen, refund.amountFen) : null',
        replace: 'ofSale ? addFen(refund.amountFen) : null',
      },
    ],
  },
  {
    name: 'abnormal-frees-the-amount',
    area: 'refund',
    promise: 'I-23',
    kind: 'subtle',
    says: 'A person may give an abnormal refund up, although WeChat has the money on its way.',
    near: ['refund-stuck'],
    edits: [
      {
        file: 'server/flows/resolve-refund.ts',
        find: "  if (status !== 'frozen' && status !== 'refused') return { kind: 'not_now' }\n",
        replace: "  if (status === 'succeeded') return { kind: 'not_now' }\n",
      },
      {
        file: 'server/flows/resolve-refund.ts',
        find: "    if (asked.kind === 'missing') {\n",
        replace: "    if (asked.kind !== 'silence') {\n",
      },
      {
        file: 'server/domain/refund-table.ts',
        find: '  abnormal: {\n    ...wasAccepted,\n',
        replace: "  abnormal: {\n    ...wasAccepted,\n    given_up: to('closed'),\n",
      },
    ],
  },
  {
    name: 'given-up-at-once',
    area: 'refund',
    promise: 'I-23',
    kind: 'subtle',
    says: 'A refund is given up while its request may still be on the way: no quiet minute.',
    near: ['refund-stuck', 'refund-doubt'],
    edits: [
      {
        file: 'server/domain/refund-rhythm.ts',
        find: 'export const quietMs = minute',
        replace: 'export const quietMs = 0 * minute',
      },
    ],
  },
]
