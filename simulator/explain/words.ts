// Every code of a diagnosis with its sentence in English and Chinese.
import { BODY_WORDS } from './words-body.ts'
import { CASHIER_WORDS } from './words-cashier.ts'
import { FORM_WORDS, HEADER_WORDS, KEY_WORDS } from './words-header.ts'
import { TEXT_WORDS } from './words-text.ts'

/** code → English, Chinese. */
export type Sentences = Readonly<Record<string, readonly [string, string]>>

const ALL = {
  ...TEXT_WORDS,
  ...BODY_WORDS,
  ...KEY_WORDS,
  ...FORM_WORDS,
  ...HEADER_WORDS,
  ...CASHIER_WORDS,
} as const

export type Code = keyof typeof ALL

export const WORDS: Readonly<Record<Code, readonly [string, string]>> = ALL

/** The codes by what they are about, for the page that lists them. */
export const CHAPTERS: readonly (readonly [string, string, readonly Code[]])[] = [
  ['The signed text', '待签名串', codes(TEXT_WORDS)],
  ['The body', '请求体', codes(BODY_WORDS)],
  ['The key', '密钥', codes(KEY_WORDS)],
  ['The form of the signature', '签名的形式', codes(FORM_WORDS)],
  ['The Authorization header', 'Authorization 请求头', codes(HEADER_WORDS)],
  ['The cashier (wx.requestPayment)', '调起支付（wx.requestPayment）', codes(CASHIER_WORDS)],
]

function codes<T extends Partial<Record<Code, unknown>>>(words: T): readonly Code[] {
  return Object.keys(words).filter((code): code is Code => code in ALL)
}
