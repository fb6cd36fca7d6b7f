// biome-ignore-all lint/suspicious/noTemplateCurlyInString: pieces of source text
import type { PlantedBug } from './bugs.ts'

/** Money that goes back. */
export const refundBugs: readonly PlantedBug[] = [
  {
    name: 'a new refund number for each try',
    file: 'server/flows/send-refund.ts',
    patch: [
      [
        'ports.wechatPay.refund({ mchid, outRefundNo, body: requestBody })',
        'ports.wechatPay.refund({ mchid, outRefundNo, body: requestBody.replace(outRefundNo, `${outRefundNo.slice(0, -1)}${turn.refund.sentCount % 10}`) })',
      ],
    ],
  },
  {
    name: 'a refund request that was not answered counts as refused for good',
    file: 'server/flows/send-refund.ts',
    patch: [
      [
        '  const refusal = answer.got',
        "  if (answer.got === 'silence') await commit(ports, 'send-refund/refused', async (tx) => await applyRefundEvidence(tx, ports, refund.id, { kind: 'given_up' }, ports.clock.now()))\n  const refusal = answer.got",
      ],
    ],
  },
  {
    name: 'no ceiling in code',
    file: 'server/domain/freeze-refund.ts',
    patch: [
      [
        "  if (receipt.reservedFen + asked.amountFen > receipt.totalFen) return 'exceeds_remainder'\n",
        '',
      ],
    ],
  },
  {
    name: 'accepted counts as arrived',
    file: 'server/domain/refund-table.ts',
    patch: [
      [
        "  processing: to('accepted'),\n  processing_now: to('accepted'),",
        "  processing: to('succeeded'),\n  processing_now: to('succeeded'),",
      ],
    ],
  },
  {
    name: 'an abnormal refund gives its money back here',
    file: 'server/domain/refund-table.ts',
    patch: [
      [
        "const abnormal: RefundStep = { to: 'abnormal',",
        "const abnormal: RefundStep = { to: 'closed',",
      ],
    ],
  },
  {
    name: 'the refunded sum counts twice',
    file: 'server/domain/settle-refund.ts',
    patch: [
      [
        'addFen(order.refundedTotalFen, refund.amountFen)',
        'addFen(order.refundedTotalFen, (2 * refund.amountFen) as never)',
      ],
    ],
  },
  {
    name: 'every refund puts the goods back',
    file: 'server/domain/settle-refund.ts',
    patch: [['giveBack: restocked ? order.items : [],', 'giveBack: ofSale ? order.items : [],']],
  },
  {
    name: 'refund numbers of others are believed',
    file: 'server/domain/decide-refund.ts',
    patch: [['    facts.amount.refund === refund.amountFen &&\n', '']],
  },
  {
    name: 'nobody asks about an accepted refund',
    file: 'server/flows/carry-refund.ts',
    patch: [
      [
        "  if (refund.status === 'refused') return 'done'\n",
        "  if (refund.status !== 'frozen') return 'done'\n",
      ],
    ],
  },
  {
    name: 'a refund that is refused again is shown to nobody',
    file: 'server/domain/decide-refund.ts',
    patch: [["  return chain > 1 ? `:${chain}` : ''\n", "  return chain > 1 ? '' : ''\n"]],
  },
  {
    name: 'an unsigned "no such refund" stops it for ever',
    file: 'server/flows/ask-refund.ts',
    patch: [["hint: isMissing(value) ? 'missing' : null }", 'hint: null }']],
  },
  {
    name: 'success of a refund is told before it is so',
    file: 'server/domain/settle-refund.ts',
    patch: [
      [
        "  succeeded: 'refund.succeeded',\n",
        "  succeeded: 'refund.succeeded',\n  accepted: 'refund.succeeded',\n",
      ],
    ],
  },
]
