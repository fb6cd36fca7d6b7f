import type { TaskKind } from '../../ports/tables/tasks.ts'
import type { Text } from '../registry.ts'

/** What a parked task is, and what a person does about it. docs/errors.md has this table too. */
export const taskTexts: Readonly<Record<TaskKind, { title: Text; advice: Text }>> = {
  late_money: {
    title: { en: 'Money for a closed order', zh: '已关闭订单收到付款' },
    advice: {
      en: 'The person paid after the order was closed. Refund it, or revive the order if stock allows.',
      zh: '用户在订单关闭后完成了付款，请退款，或在库存允许时恢复订单。',
    },
  },
  second_payment: {
    title: { en: 'An order was paid twice', zh: '订单被重复支付' },
    advice: {
      en: 'Refund the second payment.',
      zh: '请退还第二笔付款。',
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
  promise_broken: {
    title: { en: 'A promise about money is broken', zh: '一项资金承诺未能成立' },
    advice: {
      en: 'Stop refunds by hand, look at the rows named on the page of promises, and keep a copy of the database.',
      zh: '请暂停人工退款，在承诺页面查看所列记录，并备份数据库。',
    },
  },
  webhook_parked: {
    title: { en: 'A system of yours does not listen', zh: '业务系统未能接收事件' },
    advice: {
      en: 'Events could not be delivered for days. Mend the receiver, then send them again.',
      zh: '事件多日投递失败，请修复接收方后重新发送。',
    },
  },
  job_parked: {
    title: { en: 'Work that was given up', zh: '任务多次失败，已搁置' },
    advice: {
      en: 'It failed again and again. Look for the reason in the log, then ask WeChat by hand.',
      zh: '任务反复失败，请在日志中查找原因并人工向微信核实。',
    },
  },
  refund_abnormal: {
    title: { en: 'A refund cannot reach the person', zh: '退款异常' },
    advice: {
      en: 'The account or card is dead. Resolve the refund with another card, or in the merchant platform.',
      zh: '用户账户或银行卡异常，请改退到其他银行卡，或在商户平台处理。',
    },
  },
  refund_refused: {
    title: { en: 'WeChat will not take a refund', zh: '微信支付拒绝退款' },
    advice: {
      en: 'Read the code below, mend it and resolve with retry, or give up: that frees the amount.',
      zh: '请查看下方错误码，处理后选择重试；或放弃该笔退款以释放额度。',
    },
  },
  refund_unclear: {
    title: { en: 'Words about a refund that do not fit', zh: '退款信息不一致' },
    advice: {
      en: 'Compare the numbers below with the merchant platform. Nothing was booked.',
      zh: '请将下列编号与商户平台核对，未作任何记账。',
    },
  },
  refund_top_up: {
    title: { en: 'Refunds wait for money', zh: '商户余额不足，退款等待中' },
    advice: {
      en: 'Top up the merchant account; they go on by themselves with the same number.',
      zh: '请为商户账户充值，退款将以原单号自动继续。',
    },
  },
  refund_slow: {
    title: { en: 'A refund takes days', zh: '退款处理时间较长' },
    advice: {
      en: 'Banks may take three days. WeChat is still asked; look at it in the merchant platform.',
      zh: '银行处理可能需要三天，系统会继续查询，也可在商户平台查看。',
    },
  },
  refund_approval: {
    title: { en: 'A refund waits for a second person', zh: '退款等待另一位操作员批准' },
    advice: {
      en: 'Its amount is reserved and WeChat was not asked. Another operator approves it, or anybody declines it.',
      zh: '额度已预留，尚未提交微信。请由申请人以外的操作员批准，或拒绝该退款。',
    },
  },
  external_refund: {
    title: { en: 'Somebody else refunded', zh: '发现外部退款' },
    advice: {
      en: 'WeChat says that money went back which we did not send. The next bill names and books it.',
      zh: '微信显示该订单存在非本系统发起的退款，将由次日账单确认并入账。',
    },
  },
  bill_late: {
    title: { en: 'A bill does not come', zh: '账单迟迟未生成' },
    advice: {
      en: 'WeChat is asked again by itself. Look at the day in the merchant platform; nothing of it is judged until the bill is here.',
      zh: '系统会继续自动获取。请在商户平台查看该日账单；账单到达之前不会对该日作任何判断。',
    },
  },
  bill_refused: {
    title: { en: 'A bill was refused', zh: '账单被拒绝' },
    advice: {
      en: 'What came is not a whole bill: see the reason below. Nothing of it was used; it is fetched again by itself.',
      zh: '收到的文件不是完整的账单，原因见下。其中内容未被使用，系统会自动重新下载。',
    },
  },
  shipping_refused: {
    title: { en: 'WeChat will not take a shipment', zh: '微信拒绝发货信息' },
    advice: {
      en: 'Read the code below; correct what it names and ship the order again.',
      zh: '请查看下方错误码，修正后重新提交发货。',
    },
  },
  shipping_overdue: {
    title: { en: 'An order should be shipped', zh: '订单即将超过发货时限' },
    advice: {
      en: 'WeChat wants it within 48 hours of the payment; the money stays frozen until then.',
      zh: '微信要求支付后 48 小时内发货，发货前资金处于冻结状态。',
    },
  },
  message_refused: {
    title: { en: 'WeChat will not send a message', zh: '订阅消息发送失败' },
    advice: {
      en: 'Compare the template in MINITILL_CONFIG with the one on the mini program platform.',
      zh: '请将 MINITILL_CONFIG 中的模板与小程序后台的模板核对。',
    },
  },
}
