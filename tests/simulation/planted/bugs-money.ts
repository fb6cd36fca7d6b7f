// biome-ignore-all lint/suspicious/noTemplateCurlyInString: pieces of source text
import type { PlantedBug } from './bugs.ts'

/** Orders and payments. */
export const moneyBugs: readonly PlantedBug[] = [
  {
    name: 'answer before store',
    file: 'server/flows/accept-notification.ts',
    patch: [
      [
        "  await commit(\n    ports,\n    'accept-notification/inbox',",
        "  void commit(\n    ports,\n    'accept-notification/inbox',",
      ],
    ],
  },
  {
    name: 'no amount check',
    file: 'server/domain/decide-payment.ts',
    patch: [["  if (!sameAmount) return 'wrong_amount'\n", '']],
  },
  {
    name: 'no party check',
    file: 'server/domain/sort-notice.ts',
    patch: [
      ["    return ours ? 'apply' : 'wrong_party'\n", "    return ours ? 'apply' : 'keep'\n"],
    ],
  },
  {
    name: 'no state guard',
    file: 'server/domain/payment-table.ts',
    patch: [
      [
        '  paid: {\n    ...wrong,\n    paid: stay,',
        "  paid: {\n    ...wrong,\n    paid: to('paid'),",
      ],
    ],
  },
  {
    name: 'no row lock and no version guard',
    file: 'server/store/payments.ts',
    patch: [
      [
        'query.forUpdate().executeTakeFirst()\n      return found',
        'query.executeTakeFirst()\n      return found',
      ],
      ["        .where('version', '=', p.version)\n", ''],
    ],
  },
  {
    name: 'close here first',
    file: 'server/flows/close-order.ts',
    patch: [
      [
        "  if (begun.kind !== 'ask') return begun.kind\n",
        "  if (begun.kind !== 'ask') return begun.kind\n  await commit(ports, 'close-order/closed', async (tx) => await applyEvidence(tx, ports, begun.payment.id, { kind: 'close' }, ports.clock.now()))\n",
      ],
    ],
  },
  {
    name: 'a close that was not answered counts as done',
    file: 'server/flows/close-order.ts',
    patch: [
      [
        "  if (answer?.kind === 'closed') {",
        "  if (answer === null || answer.kind === 'closed') {",
      ],
    ],
  },
  {
    name: 'a lost prepay answer means that WeChat knows nothing',
    file: 'server/flows/close-order.ts',
    patch: [['  if (payment.prepayAskedAtMs === null ||', '  if (payment.prepayId === null ||']],
  },
  {
    name: 'unpaid at WeChat counts as closed',
    file: 'server/domain/payment-table.ts',
    patch: [
      [
        "  unpaid: stay,\n  prepay_answered: to('prepaid'),",
        "  unpaid: to('closed'),\n  prepay_answered: to('prepaid'),",
      ],
    ],
  },
  {
    name: 'a prepay answer takes back closing',
    file: 'server/flows/ask-prepay.ts',
    patch: [[" || current.status === 'closing') return", ') return']],
  },
  {
    name: 'the request is made anew for each try',
    file: 'server/flows/ask-prepay.ts',
    patch: [
      [
        'ports.wechatPay.prepay({ mchid, outTradeNo, body })',
        'ports.wechatPay.prepay({ mchid, outTradeNo, body: body.replace(/"description":"/, `"description":"${ports.clock.now()} `) })',
      ],
    ],
  },
  {
    name: 'a fen less is asked for',
    file: 'server/domain/freeze-payment.ts',
    patch: [
      [
        'amount: { total: order.totalFen,',
        'amount: { total: Math.max(1, order.totalFen - 1) as never,',
      ],
    ],
  },
  {
    name: 'stock goes back twice',
    file: 'server/flows/apply-evidence.ts',
    patch: [
      [
        'await tx.products.giveBack(productId, quantity)\n  await writeRecords',
        'await tx.products.giveBack(productId, 2 * quantity)\n  await writeRecords',
      ],
    ],
  },
  {
    name: 'stock of a closed order stays away',
    file: 'server/domain/settle.ts',
    patch: [['giveBack: known.order.stockHeld ? known.order.items : [],', 'giveBack: [],']],
  },
  {
    name: 'the same key places two orders',
    file: 'server/store/idempotency.ts',
    patch: [['return claimed ? null : await find(scope, key)', 'return claimed ? null : null']],
  },
  {
    name: 'the entry of a payment is forgotten',
    file: 'server/flows/apply-evidence.ts',
    patch: [
      ['  if (entry) await tx.ledger.append(', '  if (entry && parking) await tx.ledger.append('],
    ],
  },
  {
    name: 'signatures of notifications are not checked',
    file: 'protocol/notify.ts',
    patch: [
      [
        '  if (!check.ok) return refuse(check.reason, check.detail)\n  const value',
        '  const value',
      ],
      ['typed(envelope, check.serial, plaintext)', "typed(envelope, 'none' as never, plaintext)"],
    ],
  },
  {
    name: 'old notifications may be replayed',
    file: 'protocol/sign/message.ts',
    patch: [["  if (ageMs >= WINDOW_MS) return refuse('too_old', FOUR[0])\n", '']],
  },
  {
    name: 'an unsigned "closed" is believed',
    file: 'server/adapters/wechat-pay/calls.ts',
    patch: [
      ['refusal(reply.status, reply.hint, false)', 'refusal(reply.status, reply.hint, true)'],
    ],
  },
]
