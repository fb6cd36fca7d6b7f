// What is said about calls of the cashier (wx.requestPayment).
import type { Sentences } from './words.ts'

export const CASHIER_WORDS = {
  package_prefix_missing: [
    'package lacks “prepay_id=” before the number.',
    'package 缺少 “prepay_id=” 前缀。',
  ],
  package_prefix_doubled: ['package has “prepay_id=” twice.', 'package 中 “prepay_id=” 重复了。'],
  package_unsigned_prefix: [
    'The text was signed with the bare number; it must hold prepay_id= and the number.',
    '签名串中只有单号；应为 prepay_id= 加单号。',
  ],
  package_signed_prefix: [
    'The text was signed with “prepay_id=” twice.',
    '签名串中 “prepay_id=” 重复了。',
  ],
  cashier_parameter_type: [
    'A parameter of wx.requestPayment is no string; timeStamp is one too.',
    'wx.requestPayment 的参数不是字符串；timeStamp 也必须是字符串。',
  ],
  sign_type_v2: [
    'signType is MD5 or HMAC-SHA256 as in APIv2; it must be RSA.',
    'signType 用了 APIv2 的 MD5 或 HMAC-SHA256；应为 RSA。',
  ],
  sign_type_wrong: ['signType must be RSA.', 'signType 应为 RSA。'],
  appid_other: [
    'The appid of another app was signed than that of the order.',
    '签名用的 appid 与下单的不一致。',
  ],
  app_other: [
    'The mini program that calls the cashier is not the one of the order.',
    '调起支付的小程序与下单的 appid 不一致。',
  ],
  cashier_pairs: [
    'Pairs joined by & were signed as in APIv2; four lines are wanted.',
    '像 APIv2 那样签了用 & 连接的键值对；应为四行。',
  ],
  cashier_sign_type_line: [
    'signType was signed as a fifth line; only four lines are.',
    '签名串多了一行 signType；只有四行。',
  ],
} as const satisfies Sentences
