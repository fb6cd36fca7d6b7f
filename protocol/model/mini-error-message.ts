import type { MiniErrorEntry } from './mini-error.ts'
import { advice } from './reaction.ts'

const bug = (zh: string, en: string) => advice('stop', zh, en)
const card = bug('服务卡片参数或状态错误', 'the service card refuses this change')

/** Errcodes of subscribe messages, service cards and virtual payment (订阅消息, 服务卡片, 虚拟支付). */
export const MESSAGE_ERRORS: Readonly<Record<number, MiniErrorEntry>> = {
  40037: bug('模板不存在', 'no such template'),
  41030: bug('页面路径错误', 'no such page'),
  // Normal: the person did not subscribe, or the one message is spent. Never tried again.
  43101: bug('用户未订阅该消息', 'the person did not subscribe to this message'),
  43107: bug('订阅消息能力被封禁', 'the template or the right to send is banned'),
  43108: advice('retry', '同一用户并发发送', 'another message to this person is on its way'),
  45168: bug('内容含敏感词', 'a forbidden word'),
  47003: bug('模板参数不合法', 'a value breaks a rule of the template'),

  85431: card,
  85432: card,
  85433: card,
  85434: card,
  85435: card,
  85436: card,
  // Also answered shortly after payment, before the transaction id is known there.
  85437: advice(
    'retry',
    'notify_code 尚不存在，请一分钟后再试',
    'not yet there: again in a minute',
  ),
  85438: card,
  85439: card,
  85440: card,
  85441: card,
  85442: card,
  85443: card,
  85448: bug('notify_code 已被使用', 'the notify_code was used'),
  85449: bug('服务卡片已锁定', 'the service card is locked'),
  85461: card,
  85462: card,

  268490001: bug('openid 错误', 'openid is wrong'),
  268490002: bug('参数错误', 'a parameter is wrong'),
  268490003: bug('签名错误', 'our signature is wrong'),
  268490004: advice('ask', '重复操作，之前已成功', 'done before: query'),
  268490005: advice('ask', '订单已通过取消支付退款', 'refunded before: query'),
  268490006: advice('person', '余额不足', 'Not enough balance.'),
  268490008: bug('代币未发布', 'the coin is not published'),
  268490009: {
    ...advice('person', '登录态已失效，请重新登录', 'Please log in again.'),
    registryCode: 'unauthenticated',
  },
  268490011: advice('retry', '数据生成中', 'being made: later'),
  268490012: advice('retry', '批量任务运行中', 'a batch is running: later'),
  268490014: advice('retry', '退款进行中，请用原参数重试', 'running: same parameters later'),
  268490015: advice('retry', '调用过于频繁', 'too many calls'),
  268490016: bug('可退金额不一致', 'left_fee differs'),
  268490021: bug('商户进件未完成', 'onboarding is not complete'),
}
