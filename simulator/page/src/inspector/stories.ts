// What goes wrong on purpose, told as people tell it. A preset or kind without words here is shown
// by its own name.
import type { Words } from '../language.ts'

export interface Story {
  readonly title: Words
  readonly tale: Words
}

const story = (zh: string, en: string, zhTale: string, enTale: string): Story => ({
  title: { zh, en },
  tale: { zh: zhTale, en: enTale },
})

export const STORIES: Readonly<Record<string, Story>> = {
  'notify lost all day': story(
    '通知丢了一整天',
    'Notifications lost all day',
    '钱已到账，但所有通知都到不了你的服务器。它会自己去查吗？',
    'The money is there, but no notification ever arrives. Does your server ask by itself?',
  ),
  'answer lost after effect': story(
    '已生效，应答却丢了',
    'Done, but the answer was lost',
    '下一次下单和关单在微信侧成功，应答却断在路上。重试会重复下单吗？',
    'The next order and close succeed at WeChat; their answers break off. Do you order twice?',
  ),
  'paid during close': story(
    '关单的同时付了款',
    'Paid while you closed it',
    '你关单的那一刻顾客付了款：关单被拒，订单其实已支付。',
    'The customer pays the moment you close: the close is refused, the order is paid.',
  ),
  'key rotation in flight': story(
    '平台密钥正在轮换',
    'Keys rotate in flight',
    '下一个应答和通知改用新的平台证书签名。你会先取新证书，再验签吗？',
    'The next answer and notification come under a new certificate. Do you fetch it, then verify?',
  ),
  'SIGNTEST probe': story(
    '探测签名',
    'SIGNTEST probe',
    '微信偶尔发送错误签名来检查你是否真的验签：必须拒绝。',
    'WeChat sends a wrong signature now and then, to see whether you verify. You must refuse.',
  ),
  'notify twice at once': story(
    '同一通知同时到两次',
    'The same notification, twice at once',
    '两份通知在同一瞬间到达。只能入账一次。',
    'Two copies arrive in the same instant. The money may be booked once only.',
  ),
  'paid but cancelled': story(
    '付了款却报取消',
    'Paid, though the phone says cancel',
    '小程序收到 cancel，钱却已扣。不要相信客户端。',
    'The mini program hears “cancel”, yet the money is gone. Never believe the client.',
  ),
  'bill with one altered fen': story(
    '账单差了一分',
    'A bill that is off by one fen',
    '明天的交易账单里有一笔差一分钱。你的对账能发现吗？',
    'One amount in the trade bill differs by one fen. Does your reconciliation see it?',
  ),
  'bill late': story(
    '账单迟迟不出',
    'The bill is late',
    '十点已过，账单仍未生成。你会稍后再取，而不是当作没有交易吗？',
    'It is past ten and there is no bill yet. Do you come back, or take the day for empty?',
  ),
  'bill cut off on its way': story(
    '账单下载到一半',
    'The bill breaks off',
    '下载的账单在半路被截断，哈希对不上。',
    'The download ends halfway; its hash does not fit.',
  ),
  'paid before our answer': story(
    '应答还没到，钱已付',
    'Paid before our answer',
    '支付通知比下单的应答先到：你的订单可能还没存好 prepay_id。',
    'The notification overtakes the answer to your order: perhaps you have not stored it yet.',
  ),
  'first notification comes late': story(
    '首次通知迟到一小时',
    'The first notification is an hour late',
    '钱已付，一小时内没有任何通知。顾客已经在等了。',
    'Paid, and for an hour nothing comes. The customer is waiting.',
  ),
  'APIv3 key changed on one side': story(
    'APIv3 密钥只改了一边',
    'The APIv3 key changed on one side',
    '商户平台换了密钥，你的服务器还用旧的：通知解不开，却不能丢。',
    'The key was changed on the platform only: what comes cannot be opened, and must not be lost.',
  ),
  'push lost all day': story(
    '消息推送丢了一整天',
    'Pushes lost all day',
    '微信的事件推送全部丢失。没有它们，你还知道订单的结算吗？',
    'Every pushed event is lost. Do you learn of receipts and settlements without them?',
  ),
  'shipping unknown for a while': story(
    '发货时支付单还不可见',
    'Shipping does not know the payment yet',
    '刚付款就发货，微信还找不到支付单：稍后要再试。',
    'Shipped right after the payment, WeChat does not know it yet: try again later.',
  ),
  'paid at the last second': story(
    '最后一秒付款',
    'Paid at the last second',
    '订单快要过期时付了款，你的过期任务也正要关单。',
    'Paid just before it expires, while your own expiry job is about to close it.',
  ),
}

/** A preset as a story; one that nobody told yet has its name only. */
export function storyOf(preset: string): Story {
  const title = { zh: preset, en: preset }
  return STORIES[preset] ?? { title, tale: { zh: '', en: '' } }
}
