// The page's own texts in two languages. What the phone itself says stays Chinese, as in WeChat.
import { createContext, useContext } from 'react'

const TEXTS = {
  title: ['微信模拟器', 'WeChat in a box'],
  person: ['当前用户', 'Person'],
  balance: ['零钱', 'Balance'],
  restart: ['重启小程序', 'Restart mini program'],
  clearData: ['清除缓存', 'Clear its storage'],
  passwordHint: [
    '支付密码：任意六位数字；000000 表示输错密码。点底部横条或胶囊关闭即“离开”。',
    'Password: any six digits pay; 000000 is a wrong one. The home bar or the capsule leaves.',
  ],
  refusal: ['拒绝手机号时的文案', 'Text when the phone number is refused'],
  inspector: ['检查器', 'Inspector'],
  phone: ['手机', 'Phone'],
  timeline: ['消息', 'Messages'],
  trades: ['交易', 'Trades'],
  clock: ['时钟', 'Clock'],
  faults: ['故障', 'Faults'],
  world: ['世界', 'World'],
  noMessages: ['还没有消息：在手机上点一点。', 'No messages yet: tap something on the phone.'],
  noTrades: ['还没有交易', 'No trades yet'],
  noFaults: ['未启用任何故障', 'No fault is armed'],
  armed: ['已启用', 'Armed'],
  arm: ['启用', 'Arm'],
  disarm: ['解除', 'Disarm'],
  minute: ['+1 分钟', '+1 min'],
  hour: ['+1 小时', '+1 h'],
  day: ['+24 小时', '+24 h'],
  ahead: ['比真实时间快', 'ahead of real time'],
  verified: ['验签通过', 'signature ok'],
  refused: ['验签失败', 'signature refused'],
  expected: ['期望', 'Expected'],
  received: ['收到', 'Received'],
  request: ['请求', 'Request'],
  answer: ['应答', 'Answer'],
  plaintext: ['解密后', 'Opened'],
  unreachable: ['模拟器没有应答', 'The simulator does not answer'],
  apps: ['小程序', 'Mini programs'],
  merchants: ['商户', 'Merchants'],
  people: ['用户', 'People'],
} as const

export type Language = 'zh' | 'en'
export type TextName = keyof typeof TEXTS

export const LanguageContext = createContext<Language>('zh')

/** A function that gives a text in the reader's language. */
export function useTexts(): (name: TextName) => string {
  const language = useContext(LanguageContext)
  return (name) => TEXTS[name][language === 'zh' ? 0 : 1]
}

/** Chinese for Chinese browsers, unless the reader chose otherwise. */
export function initialLanguage(): Language {
  const chosen = localStorage.getItem('minitill-page:language')
  if (chosen === 'zh' || chosen === 'en') return chosen
  return navigator.language.startsWith('zh') ? 'zh' : 'en'
}
