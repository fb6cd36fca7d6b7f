// What the presets tell, for people. A preset without a line here is shown by its name.

export interface Story {
  readonly name: string
  readonly en: string
  readonly zh: string
}

const STORIES: Readonly<Record<string, readonly [en: string, zh: string]>> = {
  'notify lost all day': [
    'No notification arrives for a whole day: only asking tells who paid.',
    '全天收不到任何支付通知：只有主动查单才知道谁已付款。',
  ],
  'answer lost after effect': [
    'WeChat does what it was asked, and the answer gets lost on its way.',
    '微信支付已处理请求，但应答在途中丢失。',
  ],
  'paid during close': [
    'The person pays at the moment when the shop closes the order.',
    '商户关单的同一刻，顾客付了款。',
  ],
  'paid at the last second': [
    'The person waits with the sheet open and pays a second before the order ends.',
    '顾客停在支付页面，在订单失效前一秒才付款。',
  ],
  'paid before our answer': [
    'The notification overtakes the answer that hands out the prepay_id.',
    '支付通知比下单应答先到达。',
  ],
  'first notification comes late': [
    'The next notification waits an hour; later ones overtake it.',
    '下一条通知推迟一小时，后来的通知先到。',
  ],
  'key rotation in flight': [
    'WeChat signs with a platform certificate that the shop has not seen yet.',
    '微信支付开始使用商户尚未下载的新平台证书签名。',
  ],
  'APIv3 key changed on one side': [
    'The next notification is sealed with the key of before the change.',
    '下一条通知仍用更换前的 APIv3 密钥加密。',
  ],
  'SIGNTEST probe': [
    'WeChat probes whether wrong signatures are refused.',
    '微信支付发送签名探测流量，检查商户是否真的验签。',
  ],
  'notify twice at once': [
    'Every notification comes twice at the same instant.',
    '每条通知在同一时刻到达两次。',
  ],
  'paid but cancelled': [
    'The money moved, and the mini program hears that the person cancelled.',
    '款已付，但小程序收到的回调是用户取消。',
  ],
  'refund abnormal': [
    'The next refund is accepted and then gets stuck: the person’s card can’t take it.',
    '下一笔退款已受理，但退款异常：顾客的银行卡无法收款。',
  ],
  'refund accepted behind an error': [
    'The next refund is answered with an error, and it is under way all the same.',
    '下一笔退款返回错误，但其实已经受理。',
  ],
  'bill with one altered fen': [
    'One row of the bill differs by a fen.',
    '账单中有一行金额相差一分。',
  ],
  'bill late': ['Yesterday’s bill is not ready when it should be.', '昨日账单到点仍未生成。'],
  'bill cut off on its way': ['The bill’s download ends in the middle.', '账单下载到一半中断。'],
  'push lost all day': [
    'No message push of the mini program arrives for a whole day.',
    '全天收不到小程序消息推送。',
  ],
  'shipping unknown for a while': [
    'Shipping management does not know the payment yet.',
    '发货信息管理暂时查不到该支付单。',
  ],
}

/** Whether somebody wrote what this preset tells. */
export function isTold(name: string): boolean {
  return Object.hasOwn(STORIES, name)
}

export function storyOf(name: string): Story {
  const [en, zh] = STORIES[name] ?? [name, name]
  return { name, en, zh }
}
