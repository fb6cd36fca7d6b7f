// Short titles of the presets; what each tells comes with the menu, from the simulator.
import type { Words } from '../language.ts'

const TITLES: Readonly<Record<string, Words>> = {
  'notify lost all day': { zh: '通知丢了一整天', en: 'Notifications lost all day' },
  'answer lost after effect': { zh: '已生效，应答却丢了', en: 'Done, but the answer was lost' },
  'paid during close': { zh: '关单的同时付了款', en: 'Paid while you closed it' },
  'key rotation in flight': { zh: '平台密钥正在轮换', en: 'Keys rotate in flight' },
  'SIGNTEST probe': { zh: '探测签名', en: 'SIGNTEST probe' },
  'notify twice at once': { zh: '同一通知同时到两次', en: 'The same notification, twice at once' },
  'paid but cancelled': { zh: '付了款却报取消', en: 'Paid, though the phone says cancel' },
  'bill with one altered fen': { zh: '账单差了一分', en: 'A bill that is off by one fen' },
  'refund abnormal': { zh: '退款异常', en: 'A refund goes wrong' },
  'refund accepted behind an error': {
    zh: '退款报错却已受理',
    en: 'Refunded behind an error',
  },
  'bill late': { zh: '账单迟迟不出', en: 'The bill is late' },
  'bill cut off on its way': { zh: '账单下载到一半', en: 'The bill breaks off' },
  'paid before our answer': { zh: '应答还没到，钱已付', en: 'Paid before our answer' },
  'first notification comes late': {
    zh: '首次通知迟到一小时',
    en: 'The first notification is an hour late',
  },
  'APIv3 key changed on one side': {
    zh: 'APIv3 密钥只改了一边',
    en: 'The APIv3 key changed on one side',
  },
  'push lost all day': { zh: '消息推送丢了一整天', en: 'Pushes lost all day' },
  'shipping unknown for a while': {
    zh: '发货时支付单还不可见',
    en: 'Shipping does not know the payment yet',
  },
  'paid at the last second': { zh: '最后一秒付款', en: 'Paid at the last second' },
}

/** A preset's title; one that nobody gave yet has its own name. */
export function titleOf(preset: string): Words {
  return TITLES[preset] ?? { zh: preset, en: preset }
}
