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
  'paid at the last second': story(
    '最后一秒付款',
    'Paid at the last second',
    '订单快要过期时付了款，你的过期任务也正要关单。',
    'Paid just before it expires, while your own expiry job is about to close it.',
  ),
}

const KINDS: Readonly<Record<string, Words>> = {
  request_lost: { zh: '请求丢失', en: 'request lost' },
  answer_lost: { zh: '应答丢失', en: 'answer lost' },
  answer_delayed: { zh: '应答迟到', en: 'answer delayed' },
  reset_mid_body: { zh: '应答中途断开', en: 'connection reset mid-body' },
  truncated_body: { zh: '应答被截断', en: 'truncated body' },
  error_500_with_effect: { zh: '500，但已生效', en: '500 with effect' },
  error_500_without_effect: { zh: '500，未生效', en: '500 without effect' },
  error_503_without_effect: { zh: '503，未生效', en: '503 without effect' },
  html_502: { zh: '代理的 HTML 502', en: 'HTML 502 of a proxy' },
  redirect: { zh: '被重定向', en: 'redirect' },
  rate_limited: { zh: '频率限制', en: 'rate limited' },
  rate_limited_legacy: { zh: '频率限制（旧错误码）', en: 'rate limited (old code)' },
  wrong_signature: { zh: '签名错误', en: 'wrong signature' },
  missing_signature: { zh: '缺少签名', en: 'missing signature' },
  unknown_serial: { zh: '未知证书序列号', en: 'unknown serial' },
  timestamp_old: { zh: '时间戳过旧', en: 'timestamp too old' },
  timestamp_future: { zh: '时间戳在未来', en: 'timestamp in the future' },
  signtest: { zh: '探测签名', en: 'SIGNTEST probe' },
  platform_rotation: { zh: '平台密钥轮换', en: 'platform key rotation' },
  paid_before_answer: { zh: '应答前已付款', en: 'paid before the answer' },
  closed_after_prepay: { zh: '下单后被关闭', en: 'closed after prepay' },
  other_order: { zh: '答的是别的订单', en: 'answers another order' },
  paid_during_close: { zh: '关单时付款', en: 'paid during close' },
  code_blocked: { zh: '登录凭证被拦截', en: 'login code blocked' },
  busy: { zh: '系统繁忙', en: 'busy' },
  minute_quota: { zh: '分钟配额用尽', en: 'minute quota used up' },
  token_killed: { zh: '凭证被顶掉', en: 'token killed' },
  token_expired: { zh: '凭证过期', en: 'token expired' },
  token_malformed: { zh: '凭证无效', en: 'token malformed' },
  lost: { zh: '丢失', en: 'lost' },
  duplicated: { zh: '重复', en: 'duplicated' },
  delayed: { zh: '延迟', en: 'delayed' },
  two_at_once: { zh: '同时两份', en: 'two at once' },
  damaged_ciphertext: { zh: '密文损坏', en: 'damaged ciphertext' },
  wrong_merchant: { zh: '别的商户号', en: 'another merchant' },
  wrong_amount: { zh: '金额不符', en: 'wrong amount' },
  unknown_order: { zh: '不存在的订单', en: 'unknown order' },
  other_type: { zh: '别的类型', en: 'another type' },
  cancel_although_paid: { zh: '已付却报取消', en: 'cancel although paid' },
  no_callback: { zh: '没有回调', en: 'no callback' },
  query_lags: { zh: '查询滞后', en: 'query lags behind' },
  off_by_one_fen: { zh: '差一分钱', en: 'off by one fen' },
  bill_late: { zh: '账单迟到', en: 'bill late' },
  bill_missing: { zh: '账单缺失', en: 'bill missing' },
  bill_cut: { zh: '账单截断', en: 'bill cut off' },
  bill_damaged: { zh: '账单损坏', en: 'bill damaged' },
  gzip_bomb: { zh: '压缩炸弹', en: 'gzip bomb' },
  gzip_flipped: { zh: '压缩流损坏', en: 'gzip with a flipped bit' },
  link_elsewhere: { zh: '链接指向别处', en: 'link to elsewhere' },
  link_expired: { zh: '链接过期', en: 'link expired' },
  link_foreign: { zh: '别人的链接', en: 'link of another merchant' },
  old_columns: { zh: '旧版列', en: 'old columns' },
  unknown_row: { zh: '多出的行', en: 'row of an unknown order' },
  missing_row: { zh: '缺少的行', en: 'missing row' },
  duplicate_row: { zh: '重复的行', en: 'duplicate row' },
  wrong_total: { zh: '汇总不符', en: 'wrong total' },
  missing_totals: { zh: '缺少汇总', en: 'missing totals' },
  moved_columns: { zh: '列的顺序变了', en: 'moved columns' },
  new_column: { zh: '多出一列', en: 'new column' },
  odd_text: { zh: '奇怪的文字', en: 'odd text' },
  odd_numbers: { zh: '奇怪的数字', en: 'odd numbers' },
  wrong_hash: { zh: '哈希不符', en: 'wrong hash' },
  session_key_rotated: { zh: 'session_key 已更换', en: 'session_key rotated' },
}

/** A kind of fault in words. */
export function kindWords(kind: string): Words {
  const plain = kind.replaceAll('_', ' ')
  return KINDS[kind] ?? { zh: plain, en: plain }
}

/** A preset as a story; one that nobody told yet has its name only. */
export function storyOf(preset: string): Story {
  const title = { zh: preset, en: preset }
  return STORIES[preset] ?? { title, tale: { zh: '', en: '' } }
}
