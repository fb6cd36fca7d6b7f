// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the text of templates, not templates
import type { Bug } from '../bug.ts'

/** Prepay, evidence, late money and the asking rhythm. */
export const paymentBugs: readonly Bug[] = [
  {
    name: 'amount-not-compared',
    area: 'payment',
    promise: 'I-9',
    kind: 'gross',
    says: 'A success pays the order whatever amount WeChat names.',
    near: ['pay-parked', 'notifications'],
    edits: [
      {
        file: 'server/domain/decide-payment.ts',
        find: "  if (!sameAmount) return 'wrong_amount'\n",
        replace: "  if (!sameAmount && transaction.amount.total < 0) return 'wrong_amount'\n",
      },
    ],
  },
  {
    name: 'more-money-pays-too',
    area: 'payment',
    promise: 'I-9',
    kind: 'subtle',
    says: 'A success of more than was asked pays the order: >= instead of ===.',
    near: ['pay-parked', 'notifications'],
    edits: [
      {
        file: 'server/domain/decide-payment.ts',
        find: 'transaction.amount.total === payment.amountFen &&',
        replace: 'transaction.amount.total >= payment.amountFen &&',
      },
    ],
  },
  {
    name: 'payer-not-compared',
    area: 'payment',
    promise: 'I-9',
    kind: 'subtle',
    says: 'Who paid is not compared with who ordered.',
    near: ['pay-parked', 'notifications'],
    edits: [
      {
        file: 'server/domain/decide-payment.ts',
        find: '(payer === undefined || payer === payment.openid)',
        replace: '(payer === undefined || payer.length > 0)',
      },
    ],
  },
  {
    name: 'refunded-counts-as-unpaid',
    area: 'payment',
    promise: 'I-9',
    kind: 'subtle',
    says: 'A query that says REFUND is taken for no payment: only SUCCESS pays.',
    near: ['pay-in-time', 'pay-doubt', 'refund'],
    edits: [
      {
        file: 'server/domain/decide-payment.ts',
        find: '  if (!isPaid(transaction)) return withoutMoney(evidence.kind, transaction)\n',
        replace:
          "  if (!isPaid(transaction) || transaction.trade_state === 'REFUND') return withoutMoney(evidence.kind, transaction)\n",
      },
    ],
  },
  {
    name: 'paid-at-our-clock',
    area: 'payment',
    promise: 'I-11',
    kind: 'subtle',
    says: "The payment is booked at the time of the job, not at WeChat's success_time.",
    near: ['pay.test', 'notifications'],
    edits: [
      {
        file: 'server/domain/decide-payment.ts',
        find: 'const paidAtMs = transaction.success_time ?? at',
        replace: 'const paidAtMs = transaction.success_time === null ? at : at',
      },
    ],
  },
  {
    name: 'second-success-ignored',
    area: 'suspense',
    promise: 'I-14',
    kind: 'subtle',
    says: 'A second transaction for a paid order is taken for a copy of the first.',
    near: ['pay-parked', 'notifications'],
    edits: [
      {
        file: 'server/domain/payment-table.ts',
        find: "    paid: stay,\n    second: park('second_payment'),\n",
        replace: '    paid: stay,\n    second: stay,\n',
      },
    ],
  },
  {
    name: 'late-money-dropped',
    area: 'suspense',
    promise: 'I-15',
    kind: 'gross',
    says: 'Money for a closed payment changes nothing and tells nobody.',
    near: ['late-money', 'pay-parked'],
    edits: [
      {
        file: 'server/domain/payment-table.ts',
        find: "    paid: park('late_money'),\n",
        replace: '    paid: stay,\n',
      },
    ],
  },
  {
    name: 'late-money-pays',
    area: 'suspense',
    promise: 'I-12',
    kind: 'gross',
    says: 'A closed payment becomes paid when money comes late: no state guard.',
    near: ['late-money', 'pay-parked'],
    edits: [
      {
        file: 'server/domain/payment-table.ts',
        find: "    paid: park('late_money'),\n",
        replace: "    paid: to('paid'),\n",
      },
    ],
  },
  {
    name: 'stock-of-the-paid-goes-back',
    area: 'payment',
    promise: 'I-19',
    kind: 'gross',
    says: 'When an order is paid, what it held goes back to the shelf.',
    near: ['pay.test'],
    edits: [
      {
        file: 'server/domain/settle.ts',
        find: "        order: { status: 'paid', paidAtMs, stockHeld: false },\n",
        replace:
          "        order: { status: 'paid', paidAtMs, stockHeld: false },\n        giveBack: known.order.items,\n",
      },
    ],
  },
  {
    name: 'new-number-while-the-old-is-closing',
    area: 'payment',
    promise: 'I-16',
    kind: 'subtle',
    says: 'A new out_trade_no is taken as soon as the old one is closing, not when it is closed.',
    near: ['pay.test', 'pay-doubt', 'pay-keys'],
    edits: [
      {
        file: 'server/flows/start-payment.ts',
        find: '  if (!isOpen(payment)) {\n',
        replace: "  if (!isOpen(payment) || payment.status === 'closing') {\n",
      },
    ],
  },
  {
    name: 'cancelled-order-can-be-paid',
    area: 'payment',
    promise: 'I-12',
    kind: 'subtle',
    says: 'An order that is being cancelled is still handed to the cashier.',
    near: ['pay.test', 'pay-doubt'],
    edits: [
      {
        file: 'server/flows/start-payment.ts',
        find: "  if (order.status === 'closed' || isOver(order, at)) return { kind: 'order_closed' }\n",
        replace:
          "  if (order.status === 'closed' || (order.closeReason === null && isOver(order, at))) return { kind: 'order_closed' }\n",
      },
    ],
  },
  {
    name: 'ticket-handed-out-while-closing',
    area: 'payment',
    promise: 'I-16',
    kind: 'subtle',
    says: 'A prepay answer that comes while the payment is closing is stored and reopens it.',
    near: ['pay-doubt', 'pay.test'],
    edits: [
      {
        file: 'server/flows/ask-prepay.ts',
        find: "if (!current || !isOpen(current) || current.status === 'closing') return { kind: 'settled' }",
        replace: "if (!current || !isOpen(current)) return { kind: 'settled' }",
      },
    ],
  },
  {
    name: 'prepay-with-a-new-expiry',
    area: 'payment',
    promise: 'I-7',
    kind: 'subtle',
    says: 'A repeated prepay counts time_expire from now, so that its bytes differ from the first.',
    near: ['pay-doubt', 'pay.test'],
    edits: [
      {
        file: 'server/flows/ask-prepay.ts',
        find: 'async () => await ports.wechatPay.prepay({ mchid, outTradeNo, body }),',
        replace:
          'async () => await ports.wechatPay.prepay({ mchid, outTradeNo, body: body.replace(/"time_expire":"[^"]*"/, `"time_expire":"${new Date(ports.clock.now() + 28_800_000 + ports.policy.orderTtlMs).toISOString().slice(0, 19)}+08:00"`) }),',
      },
    ],
  },
  {
    name: 'stale-ticket-reused',
    area: 'payment',
    promise: 'I-13',
    kind: 'subtle',
    says: 'A prepay_id is handed out for as long as the order lives, though it is dead after 2 h.',
    near: ['pay.test', 'pay-in-time'],
    edits: [
      {
        file: 'server/domain/rhythm.ts',
        find: 'prepaidAt !== null && at - prepaidAt < prepayIdUsableMs',
        replace: 'prepaidAt !== null && at - prepaidAt < 100 * prepayIdUsableMs',
      },
    ],
  },
  {
    name: 'no-asking-after-the-hand-out',
    area: 'payment',
    promise: 'I-13',
    kind: 'gross',
    says: 'Nobody asks WeChat about a payment that was handed out: only notifications pay.',
    near: ['pay-in-time', 'pay-doubt'],
    edits: [
      {
        file: 'server/flows/start-payment.ts',
        find: '    await tx.jobs.enqueue({ ...job, data, party: payment.mchid })\n',
        replace:
          '    if (data.since < 0) await tx.jobs.enqueue({ ...job, data, party: payment.mchid })\n',
      },
    ],
  },
]
