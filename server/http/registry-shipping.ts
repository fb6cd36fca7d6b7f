import type { ErrorEntry, Text } from './registry.ts'

const text = (en: string, zh: string): Text => ({ en, zh })

/** The codes of shipping; part of the registry, under its rules. */
export const shippingErrors = {
  order_not_shippable: {
    status: 409,
    title: text('Order not paid', '订单未支付'),
    detail: text('Only a paid order is shipped.', '只有已支付的订单才能发货。'),
    remedy: text('Read the order; wait until it is paid.', '请查询订单，等待支付完成。'),
  },
  order_refunded: {
    status: 409,
    title: text('Order refunded', '订单已全额退款'),
    detail: text(
      'All of the money went back, so there is nothing to ship.',
      '订单已全额退款，无需发货。',
    ),
    remedy: text('Stop the parcel if it left.', '若包裹已寄出，请拦截。'),
  },
  order_received: {
    status: 409,
    title: text('Order received', '订单已确认收货'),
    detail: text(
      'The receipt is confirmed, so WeChat takes no more shipping information.',
      '用户已确认收货，微信不再接受发货信息。',
    ),
    remedy: text('Tell the person directly.', '请直接联系用户。'),
  },
  already_reshipped: {
    status: 409,
    title: text('Shipped anew before', '重新发货次数已用完'),
    detail: text(
      'WeChat lets a shipped order be shipped anew once.',
      '微信对已发货的订单只允许重新发货一次。',
    ),
    remedy: text('Tell the person directly.', '请直接联系用户。'),
  },
  shipment_limit: {
    status: 409,
    title: text('Too many parcels', '包裹过多'),
    detail: text(
      'WeChat takes at most 15 parcels of one order.',
      '微信对同一订单最多接受 15 个包裹。',
    ),
    remedy: text('Put the rest into the parcels there are.', '请合并剩余包裹。'),
  },
} as const satisfies Record<string, ErrorEntry>
