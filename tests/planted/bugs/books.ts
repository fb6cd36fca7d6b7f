// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the text of templates, not templates
import type { Bug } from '../bug.ts'

/** Ledger, suspense, fences and locks. */
export const bookBugs: readonly Bug[] = [
  {
    name: 'suspense-without-amount',
    area: 'ledger',
    promise: 'I-28',
    kind: 'subtle',
    says: 'Two statements about one transaction that differ in their amount are one entry.',
    near: ['pay-parked', 'notifications'],
    edits: [
      {
        file: 'server/domain/ledger.ts',
        find: 'transition: `suspense:${why}:${amountFen}`,',
        replace: 'transition: `suspense:${why}`,',
      },
    ],
  },
  {
    name: 'task-without-amount',
    area: 'suspense',
    promise: 'I-15',
    kind: 'subtle',
    says: 'The task of parked money is keyed by its transaction alone.',
    near: ['pay-parked', 'notifications'],
    edits: [
      {
        file: 'server/domain/decide-payment.ts',
        find: 'subject: money === null ? about : `${about}:${money.amount.currency}:${total}`,',
        replace: 'subject: about,',
      },
    ],
  },
  {
    name: 'sale-booked-to-suspense',
    area: 'ledger',
    promise: 'I-26',
    kind: 'gross',
    says: 'A paid order is booked from the wrong account.',
    near: ['pay.test'],
    edits: [
      {
        file: 'server/domain/decide-payment.ts',
        find: "movement('wechat_receivable', 'sales', payment.amountFen)",
        replace: "movement('wechat_receivable', 'suspense', payment.amountFen)",
      },
    ],
  },
  {
    name: 'revived-counts-twice',
    area: 'ledger',
    promise: 'I-28',
    kind: 'subtle',
    says: 'Reviving an order books its money as received once more instead of taking it from suspense.',
    near: ['late-money'],
    edits: [
      {
        file: 'server/flows/end-suspense.ts',
        find: "    transition: 'paid',\n    mchid: payment.mchid,\n    happenedAtMs: at,\n    postings: movement('suspense', 'sales', payment.amountFen),\n",
        replace:
          "    transition: 'paid',\n    mchid: payment.mchid,\n    happenedAtMs: at,\n    postings: movement('wechat_receivable', 'sales', payment.amountFen),\n",
      },
    ],
  },
  {
    name: 'revived-without-stock',
    area: 'suspense',
    promise: 'I-19',
    kind: 'subtle',
    says: 'A revived order takes nothing from the shelf.',
    near: ['late-money'],
    edits: [
      {
        file: 'server/flows/end-suspense.ts',
        find: '  for (const { productId, quantity } of items) await tx.products.take(productId, quantity)\n',
        replace: '',
      },
    ],
  },
  {
    name: 'suspense-refunded-twice',
    area: 'suspense',
    promise: 'I-20',
    kind: 'subtle',
    says: 'Money in suspense of which a part went back may be kept all the same.',
    near: ['late-money', 'refund'],
    edits: [
      {
        file: 'server/flows/end-suspense.ts',
        find: "  if (receipt?.origin !== 'suspense' || receipt.reservedFen > 0) return null\n",
        replace: "  if (receipt?.origin !== 'suspense') return null\n",
      },
    ],
  },
  {
    name: 'kept-and-refunded',
    area: 'suspense',
    promise: 'I-20',
    kind: 'subtle',
    says: 'Money that a person kept can be given back afterwards.',
    near: ['late-money', 'refund'],
    edits: [
      {
        file: 'server/flows/end-suspense.ts',
        find: "  return entries.some(({ transition }) => transition === 'kept') ? null : receipt\n",
        replace: '  return entries.length < 0 ? null : receipt\n',
      },
      {
        file: 'server/flows/end-suspense.ts',
        find: "  if (task?.status !== 'open') return null\n  return {\n",
        replace: '  if (!task) return null\n  return {\n',
      },
    ],
  },
  {
    name: 'payment-version-not-checked',
    area: 'ledger',
    promise: 'I-37',
    kind: 'subtle',
    says: 'The update of a payment does not look whether its row changed meanwhile.',
    near: ['pay-doubt'],
    edits: [
      {
        file: 'server/store/payments.ts',
        find: "        .where('version', '=', p.version)\n",
        replace: '',
      },
    ],
  },
  {
    name: 'order-version-not-checked',
    area: 'ledger',
    promise: 'I-37',
    kind: 'subtle',
    says: 'The update of an order does not look whether its row changed meanwhile.',
    near: ['pay-doubt'],
    edits: [
      {
        file: 'server/store/orders.ts',
        find: "        .where('version', '=', order.version)\n",
        replace: '',
      },
    ],
  },
  {
    name: 'refund-version-not-checked',
    area: 'ledger',
    promise: 'I-37',
    kind: 'subtle',
    says: 'The update of a refund does not look whether its row changed meanwhile.',
    near: ['refund'],
    edits: [
      {
        file: 'server/store/refunds.ts',
        find: "        .where('version', '=', r.version)\n",
        replace: '',
      },
    ],
  },
  {
    name: 'payment-not-locked',
    area: 'payment',
    promise: 'I-37',
    kind: 'subtle',
    says: 'A payment is read without its row lock.',
    near: ['notifications', 'orders', 'pay-doubt'],
    edits: [
      {
        file: 'server/store/payments.ts',
        find: 'const found = await query.forUpdate().executeTakeFirst()',
        replace: 'const found = await query.executeTakeFirst()',
      },
    ],
  },
  {
    name: 'neither-locked-nor-fenced',
    area: 'payment',
    promise: 'I-37',
    kind: 'gross',
    says: 'A payment is neither locked when it is read nor fenced when it is written.',
    near: ['notifications', 'orders', 'pay-doubt'],
    edits: [
      {
        file: 'server/store/payments.ts',
        find: 'const found = await query.forUpdate().executeTakeFirst()',
        replace: 'const found = await query.executeTakeFirst()',
      },
      {
        file: 'server/store/payments.ts',
        find: "        .where('version', '=', p.version)\n",
        replace: '',
      },
    ],
  },
  {
    name: 'order-locked-before-payment',
    area: 'payment',
    promise: 'I-37',
    kind: 'subtle',
    says: 'One flow locks the order first and the payment after it: two flows wait for each other.',
    near: ['orders', 'pay-doubt', 'pay.test'],
    edits: [
      {
        file: 'server/flows/load-order.ts',
        find: '  const payment = await tx.payments.lock(before.id)\n  const order = await tx.orders.lock(orderId)\n',
        replace:
          '  const order = await tx.orders.lock(orderId)\n  const payment = await tx.payments.lock(before.id)\n',
      },
    ],
  },
]
