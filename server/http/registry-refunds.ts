import type { ErrorEntry, Text } from './registry.ts'

const text = (en: string, zh: string): Text => ({ en, zh })

/** The codes of refunds; part of the registry, under its rules. */
export const refundErrors = {
  own_refund: {
    status: 403,
    title: text('Your own refund', '不能批准自己的退款'),
    detail: text(
      'Another person than the one who asked for this refund has to approve it.',
      '该退款须由申请人以外的另一位操作员批准。',
    ),
    remedy: text(
      'Let the operator of the other key approve it; you may decline it.',
      '请由持有另一密钥的操作员批准；您可以撤回（拒绝）它。',
    ),
  },
  refund_too_much: {
    status: 409,
    title: text('More than is left', '超过可退金额'),
    detail: text(
      'All refunds together, those under way included, would be more than was paid.',
      '所有退款（含处理中）合计将超过实付金额。',
    ),
    remedy: text('Lower the amount.', '请减少退款金额。'),
  },
  refund_limit: {
    status: 409,
    title: text('Too many refunds', '退款次数已达上限'),
    detail: text(
      'WeChat takes at most 50 refunds of one order.',
      '微信支付对同一订单最多允许 50 次退款。',
    ),
    remedy: text('Pay the rest back in another way.', '剩余款项请以其他方式退还。'),
  },
  refund_too_late: {
    status: 409,
    title: text('Paid too long ago', '已超过退款期限'),
    detail: text(
      'WeChat refunds a payment within 365 days only.',
      '微信支付仅支持支付后 365 天内退款。',
    ),
    remedy: text('Pay it back in another way.', '请以其他方式退还。'),
  },
  already_restocked: {
    status: 409,
    title: text('Stock given back already', '库存已退回'),
    detail: text(
      'Another refund of this order gives its pieces back to the stock.',
      '该订单的另一笔退款已包含退回库存。',
    ),
    remedy: text('Leave restock out.', '请去掉 restock。'),
  },
} as const satisfies Record<string, ErrorEntry>
