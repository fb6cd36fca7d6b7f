import type { Bug } from '../bug.ts'

/** Expiry, closing, and what goes back to the shelf. */
export const closingBugs: readonly Bug[] = [
  {
    name: 'expiry-off-by-one',
    area: 'close',
    promise: 'I-16',
    kind: 'subtle',
    says: 'At the very millisecond of its expiry an order is not over: > instead of >=.',
    near: ['pay.test', 'pay-in-time'],
    edits: [
      {
        file: 'server/domain/decide-payment.ts',
        find: 'at >= order.expiresAtMs',
        replace: 'at > order.expiresAtMs',
      },
    ],
  },
  {
    name: 'notpay-closes',
    area: 'close',
    promise: 'I-16',
    kind: 'subtle',
    says: 'NOTPAY while closing counts as closed, although WeChat may still take money.',
    near: ['pay-doubt', 'pay.test', 'late-money'],
    edits: [
      {
        file: 'server/domain/payment-table.ts',
        find: 'closing: { ...open, unpaid: { closeAgain: true },',
        replace: "closing: { ...open, unpaid: to('closed'),",
      },
    ],
  },
  {
    name: 'close-here-first',
    area: 'close',
    promise: 'I-16',
    kind: 'gross',
    says: 'The order is closed here before WeChat was asked to close it.',
    near: ['pay-doubt', 'pay.test'],
    edits: [
      {
        file: 'server/flows/close-order.ts',
        find: "if (payment.prepayAskedAtMs === null || payment.status === 'closed') {",
        replace: "if (payment.prepayAskedAtMs !== undefined || payment.status === 'closed') {",
      },
    ],
  },
  {
    name: 'silence-closes',
    area: 'close',
    promise: 'I-10',
    kind: 'gross',
    says: 'A close without an answer counts as closed.',
    near: ['pay-doubt'],
    edits: [
      {
        file: 'server/flows/close-order.ts',
        find: "  if (answer?.kind === 'closed') {",
        replace: "  if (answer === null || answer.kind === 'closed') {",
      },
    ],
  },
  {
    name: 'unsigned-missing-believed',
    area: 'close',
    promise: 'I-10',
    kind: 'subtle',
    says: 'An unsigned 4xx that says "no such order" is believed when an order is closed.',
    near: ['pay-doubt', 'answers'],
    edits: [
      {
        file: 'server/flows/close-order.ts',
        find: '  if (saysMissing && answer.authentic) return await makeItExist(ports, payment)\n',
        replace:
          '  if (saysMissing) {\n' +
          '    const evidence = { kind: "close" } as const\n' +
          '    await commit(ports, "close-order/closed", async (tx) => await applyEvidence(tx, ports, payment.id, evidence, ports.clock.now()))\n' +
          "    return 'closed'\n" +
          '  }\n',
      },
    ],
  },
  {
    name: 'missing-means-closed',
    area: 'close',
    promise: 'I-16',
    kind: 'subtle',
    says: 'A signed "no such order" closes the order, although its prepay may still be on the way.',
    near: ['pay-doubt'],
    edits: [
      {
        file: 'server/flows/close-order.ts',
        find: '  if (saysMissing && answer.authentic) return await makeItExist(ports, payment)\n',
        replace:
          '  if (saysMissing && answer.authentic) {\n' +
          '    const evidence = { kind: "close" } as const\n' +
          '    await commit(ports, "close-order/closed", async (tx) => await applyEvidence(tx, ports, payment.id, evidence, ports.clock.now()))\n' +
          "    return 'closed'\n" +
          '  }\n',
      },
    ],
  },
  {
    name: 'stock-released-while-another-number-is-open',
    area: 'close',
    promise: 'I-19',
    kind: 'subtle',
    says: 'CLOSED of any number ends the order, although nobody cancelled and it may still be paid.',
    near: ['pay.test', 'pay-doubt'],
    edits: [
      {
        file: 'server/domain/decide-payment.ts',
        find: "return { kind: 'closed', orderToo: isOver(known.order, at) }",
        replace:
          "return { kind: 'closed', orderToo: known.order.status === 'unpaid' || isOver(known.order, at) }",
      },
    ],
  },
  {
    name: 'stock-released-twice',
    area: 'close',
    promise: 'I-19',
    kind: 'gross',
    says: 'Every piece of a closed order goes back to the shelf two times.',
    near: ['pay.test'],
    edits: [
      {
        file: 'server/flows/apply-evidence.ts',
        find: '  for (const { productId, quantity } of shelf) await tx.products.giveBack(productId, quantity)\n',
        replace:
          '  for (const { productId, quantity } of [...shelf, ...shelf]) await tx.products.giveBack(productId, quantity)\n',
      },
    ],
  },
  {
    name: 'asking-stops-at-silence',
    area: 'job',
    promise: 'I-13',
    kind: 'subtle',
    says: 'When WeChat is silent once, the chain of questions ends.',
    near: ['pay-in-time', 'pay-doubt'],
    edits: [
      {
        file: 'server/flows/ask-wechat.ts',
        find: "  if (asked.kind === 'told' && !isOpen(asked.payment)) return 'done'\n",
        replace: "  if (asked.kind !== 'told' || !isOpen(asked.payment)) return 'done'\n",
      },
    ],
  },
  {
    name: 'close-in-doubt-gives-up',
    area: 'job',
    promise: 'I-38',
    kind: 'subtle',
    says: 'A closing job that meets doubt ends instead of coming again.',
    near: ['pay-doubt', 'pay-in-time'],
    edits: [
      {
        file: 'server/flows/close-order.ts',
        find: "  return again === null ? { park: 'close_unconfirmed' } : { again }\n",
        replace: "  return again === null ? { park: 'close_unconfirmed' } : 'done'\n",
      },
    ],
  },
]
