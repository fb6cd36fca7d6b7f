import type { DifferenceClass } from '../../domain/reconcile/difference.ts'
import type { Text } from '../registry.ts'

/** What a difference is, and what a person does about it. docs/errors.md has this table too. */
export const differenceTexts: Readonly<Record<DifferenceClass, { title: Text; advice: Text }>> = {
  paid_there: {
    title: { en: 'Paid at WeChat, not here', zh: '微信已支付，本地未支付' },
    advice: {
      en: 'Usually healed by the bill itself. Open: WeChat’s row does not lead to an order; compare the numbers below.',
      zh: '通常由账单自动修复；仍未关闭时说明账单行无法对应到订单，请核对下列编号。',
    },
  },
  paid_here: {
    title: { en: 'Paid here, in no bill', zh: '本地已支付，账单中没有' },
    advice: {
      en: 'Look for the transaction in the merchant platform. It may come with the next bill.',
      zh: '请在商户平台查找该交易，也可能出现在次日账单中。',
    },
  },
  amount: {
    title: { en: 'Another amount than the order', zh: '金额与订单不一致' },
    advice: {
      en: 'Compare order, bill and merchant platform; refund what was paid too much.',
      zh: '请核对订单、账单与商户平台，多收的款项请退还。',
    },
  },
  party: {
    title: { en: 'Another app or payer than the order', zh: '小程序或付款人与订单不一致' },
    advice: {
      en: 'Compare app and payer of the order with the merchant platform.',
      zh: '请将订单的小程序与付款人与商户平台核对。',
    },
  },
  fee: {
    title: { en: 'Another fee than expected', zh: '手续费不一致' },
    advice: {
      en: 'Compare the rate of the contract with the bill; ask WeChat Pay when it is wrong.',
      zh: '请将合同费率与账单核对，如有误请联系微信支付。',
    },
  },
  unknown_order: {
    title: { en: 'Money for an order that is not here', zh: '收到本地不存在订单的款项' },
    advice: {
      en: 'It is in suspense, with a task. Perhaps from before a restored backup; refund or keep it there.',
      zh: '款项已暂挂并生成任务，可能来自备份恢复之前，请在任务中退款或入账。',
    },
  },
  refund_there: {
    title: { en: 'Refunded at WeChat, not here', zh: '微信已退款，本地未完成' },
    advice: {
      en: 'Usually healed by the bill itself. Open: compare the refund below with the merchant platform.',
      zh: '通常由账单自动修复；仍未关闭时请将该退款与商户平台核对。',
    },
  },
  refund_here: {
    title: { en: 'Refunded here, in no bill', zh: '本地已退款，账单中没有' },
    advice: {
      en: 'Look for the refund in the merchant platform. It may come with the next bill.',
      zh: '请在商户平台查找该退款，也可能出现在次日账单中。',
    },
  },
  refund_amount: {
    title: { en: 'A refund of another amount', zh: '退款金额不一致' },
    advice: {
      en: 'Compare refund and bill with the merchant platform.',
      zh: '请将退款与账单、商户平台核对。',
    },
  },
  refund_state: {
    title: { en: 'A refund in another state', zh: '退款状态不一致' },
    advice: {
      en: 'The bill says what can’t be true together with ours; ask WeChat Pay which of the two it was.',
      zh: '账单与本地状态互相矛盾，请向微信支付确认。',
    },
  },
  external_refund: {
    title: { en: 'A refund of somebody else', zh: '外部退款' },
    advice: {
      en: 'Usually booked by the bill itself. Open: it fits no payment here; compare the numbers below.',
      zh: '通常由账单自动入账；仍未关闭时说明无法对应到本地付款，请核对下列编号。',
    },
  },
  duplicate: {
    title: { en: 'A row that came twice', zh: '账单行重复' },
    advice: {
      en: 'Look in the merchant platform whether the money moved twice.',
      zh: '请在商户平台确认资金是否发生两次。',
    },
  },
  fund_alone: {
    title: { en: 'Money moved without a trade', zh: '有资金流水，无对应交易' },
    advice: {
      en: 'Look for the number below in the merchant platform.',
      zh: '请在商户平台查找下列编号。',
    },
  },
  fund_missing: {
    title: { en: 'A trade without its money', zh: '有交易，无对应资金流水' },
    advice: {
      en: 'It may come with the next fund-flow bill; else ask WeChat Pay.',
      zh: '可能出现在次日资金账单中，否则请联系微信支付。',
    },
  },
  fund_amount: {
    title: { en: 'Another sum moved than the trade says', zh: '资金流水与交易金额不一致' },
    advice: {
      en: 'Compare trade bill and fund-flow bill in the merchant platform.',
      zh: '请在商户平台核对交易账单与资金账单。',
    },
  },
  movement: {
    title: { en: 'A movement of a kind that is not known', zh: '未知类型的资金流水' },
    advice: {
      en: 'Say what it was; the reason is kept with the day.',
      zh: '请说明其用途，原因将随当日记录保存。',
    },
  },
  unclear: {
    title: { en: 'A row of a kind that is not known', zh: '未知类型的账单行' },
    advice: { en: 'Compare it with the merchant platform.', zh: '请与商户平台核对。' },
  },
  balance: {
    title: { en: 'The balance does not follow', zh: '账户结余不符' },
    advice: {
      en: 'The account holds another sum than books and differences make. Look for a missing day or a missing movement.',
      zh: '账户结余与账簿及差异之和不符，请检查缺失的日期或资金流水。',
    },
  },
}
