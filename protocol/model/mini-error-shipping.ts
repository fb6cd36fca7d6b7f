import type { MiniErrorEntry } from './mini-error.ts'
import { advice } from './reaction.ts'

const bug = (zh: string, en: string) => advice('stop', zh, en)
const busy = advice('retry', '微信系统繁忙，请稍后再试', 'WeChat is busy')

/**
 * Errcodes of shipping information (发货信息管理). `ask` means: compare with get_order, because the
 * shipment may already be there as we wanted it.
 */
export const SHIPPING_ERRORS: Readonly<Record<number, MiniErrorEntry>> = {
  44990: advice('retry', '调用过于频繁', 'too many calls'),
  // Also answered for up to a minute right after payment, when the order has not arrived there yet.
  10060001: advice('retry', '支付单不存在，可能尚未同步', 'no such payment, perhaps not yet'),
  10060002: advice('ask', '订单已完成发货', 'already fully shipped'),
  10060003: advice('ask', '重新发货次数已用完', 'the one re-shipping is used'),
  10060004: advice('ask', '订单状态不可发货', 'not in a state to be shipped'),
  10060005: bug('物流类型错误', 'wrong logistics type'),
  10060006: bug('分拆发货仅支持快递', 'only couriers can ship in parts'),
  10060007: bug('缺少 is_all_delivered', 'is_all_delivered is missing'),
  10060008: bug('商品描述为空', 'item_desc is empty'),
  10060009: bug('商品描述过长', 'item_desc is too long'),
  10060011: bug('last_index 不合法', 'last_index is not valid'),
  10060012: busy,
  10060014: bug('参数错误', 'a parameter is wrong'),
  10060019: busy,
  10060020: bug('缺少商品描述', 'no description at all'),
  // The same shipment again: WeChat has it as we want it.
  10060023: advice('ask', '发货信息未变化', 'nothing changed: it is there already'),
  10060024: bug('物流信息超过 15 条', 'more than 15 parcels'),
  10060025: bug('物流公司编码过长', 'the company code is too long'),
  10060026: bug('物流单号过长', 'the tracking number is too long'),
  10060028: bug('订单未发货，不能提醒收货', 'not shipped, so no reminder'),
  10060029: bug('收货时间不合法', 'received_time is not valid'),
  10060030: bug('已提醒过收货', 'reminded once already'),
  10060031: bug('支付单不属于该用户', 'the payment belongs to another openid'),
  10060032: bug('仅快递可以提醒收货', 'only courier shipments can be reminded'),
  268485194: bug('缺少订单号类型', 'order_number_type is missing'),
  268485195: bug('缺少微信支付单号', 'transaction_id is missing'),
  268485196: bug('缺少商户号', 'mchid is missing'),
  268485197: bug('缺少商户订单号', 'out_trade_no is missing'),
  268485216: bug('upload_time 格式错误', 'upload_time is not RFC 3339'),
  268485224: bug('发货模式错误', 'wrong delivery_mode'),
  268485226: bug('缺少物流单号', 'the tracking number is missing'),
  268485227: bug('缺少物流公司', 'the courier is missing'),
  268485228: bug('统一发货只能有一条物流信息', 'unified shipping has exactly one parcel'),
  268440065: advice('ask', '订单已发货', 'already shipped'),
  268546000: bug('特殊发货类型错误', 'wrong type of special order'),
  268546001: bug('预计发货时间错误', 'delay_to is not valid'),
  268546002: bug('没有该未发货订单', 'no such unshipped order'),
}
