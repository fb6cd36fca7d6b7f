import type { TaskKind } from '../../ports/tables/tasks.ts'
import type { Text } from '../registry.ts'

/** What a parked task is, and what a person does about it. docs/errors.md has this table too. */
export const taskTexts: Readonly<Record<TaskKind, { title: Text; advice: Text }>> = {
  late_money: {
    title: { en: 'Money for a closed order', zh: '已关闭订单收到付款' },
    advice: {
      en: 'The person paid after the order was closed. Refund it in the merchant platform.',
      zh: '用户在订单关闭后完成了付款，请在商户平台退款。',
    },
  },
  second_payment: {
    title: { en: 'An order was paid twice', zh: '订单被重复支付' },
    advice: {
      en: 'Refund the second payment in the merchant platform.',
      zh: '请在商户平台退还第二笔付款。',
    },
  },
  wrong_amount: {
    title: { en: 'Another amount than ordered', zh: '付款金额与订单不符' },
    advice: {
      en: 'Compare with the merchant platform. The order stays unpaid; refund what came.',
      zh: '请与商户平台核对。订单保持未支付状态，请退还该笔款项。',
    },
  },
  wrong_party: {
    title: { en: 'A payment of another merchant or app', zh: '付款属于其他商户或小程序' },
    advice: {
      en: 'Check the notification address of the merchant named below.',
      zh: '请检查下列商户配置的通知地址。',
    },
  },
  unknown_order: {
    title: { en: 'Money for an order that we do not know', zh: '收到未知订单的付款' },
    advice: {
      en: 'The number begins with our prefix. Look for a restored backup or another server.',
      zh: '该订单号使用本系统前缀，请检查是否恢复过备份或有其他服务器在运行。',
    },
  },
  odd_notification: {
    title: { en: 'A notification that does not fit', zh: '通知内容异常' },
    advice: {
      en: 'WeChat signed it, but its kind and content disagree. Nothing was changed.',
      zh: '通知签名有效，但类型与内容不一致，未作任何变更。',
    },
  },
  prepay_refused: {
    title: { en: 'WeChat refuses to take payments', zh: '微信支付拒绝下单' },
    advice: {
      en: 'Read the code below: usually a right, a binding or a key is missing.',
      zh: '请查看下方错误码：通常是权限、绑定关系或密钥有误。',
    },
  },
  job_parked: {
    title: { en: 'Work that was given up', zh: '任务多次失败，已搁置' },
    advice: {
      en: 'It failed again and again. Look for the reason in the log, then ask WeChat by hand.',
      zh: '任务反复失败，请在日志中查找原因并人工向微信核实。',
    },
  },
}
