// What is said about keys, the form of a signature, and the Authorization header.
import type { Sentences } from './words.ts'

export const KEY_WORDS = {
  another_certificate: [
    'The key of another certificate of this merchant signed; serial_no must name that one.',
    '用了本商户另一张证书的私钥签名；serial_no 必须与签名私钥匹配。',
  ],
  key_of_old_certificate: [
    'The key of a replaced or revoked certificate of this merchant signed (an old apiclient_key.pem).',
    '用了本商户已更换或已作废证书的私钥签名（旧的 apiclient_key.pem）。',
  ],
  key_of_another_merchant: ['Another merchant’s private key signed.', '用了另一个商户的私钥签名。'],
  platform_key: [
    'A key of WeChat Pay signed; the merchant’s own private key must.',
    '用了微信支付平台的密钥签名；应使用商户自己的私钥。',
  ],
  mchid_of_another_merchant: [
    'mchid names another merchant than the one whose key and serial these are.',
    'mchid 写成了别的商户；序列号和签名属于另一个商户号。',
  ],
  signature_mismatch: [
    'No private key whose certificate is known here made this signature.',
    '该签名不是由这里已知的任何证书对应的私钥签出的。',
  ],
} as const satisfies Sentences

export const FORM_WORDS = {
  double_base64: ['The signature was base64-encoded twice.', '签名做了两次 base64 编码。'],
  base64_url: [
    'The signature is URL-safe base64 (- and _); standard base64 (+ and /) is wanted.',
    '签名用了 URL 安全的 base64（- 和 _）；应使用标准 base64（+ 和 /）。',
  ],
  base64_unpadded: ['The base64 lacks its = at the end.', '签名的 base64 末尾缺少 =。'],
  base64_line_breaks: [
    'The base64 of the signature is broken into lines; it must be one line.',
    '签名的 base64 带有换行；应为一整行。',
  ],
  base64_percent_encoded: [
    'The signature was percent-encoded; a header takes it as it is.',
    '签名做了百分号编码；请求头中应直接使用 base64。',
  ],
  base64_plus_lost: [
    'The + of the base64 became spaces on the way.',
    '签名 base64 中的 + 变成了空格。',
  ],
  signature_hex: [
    'The signature is hexadecimal; base64 is wanted.',
    '签名是十六进制；应为 base64。',
  ],
  hash_other: [
    'The signature was made with another hash; SHA-256 is wanted.',
    '签名使用了别的哈希算法；应使用 SHA-256。',
  ],
  hash_sha1: [
    'The signature is RSA with SHA-1; SHA-256 is wanted.',
    '用了 SHA-1；应使用 SHA-256。',
  ],
  hash_md5: ['The signature is RSA with MD5; SHA-256 is wanted.', '用了 MD5；应使用 SHA-256。'],
  padding_pss: [
    'The signature is RSA-PSS; PKCS#1 v1.5 is wanted.',
    '签名用了 RSA-PSS 填充；应使用 PKCS#1 v1.5。',
  ],
  digest_info_missing: [
    'The bare hash was signed without its DigestInfo: use a sign call, not private-key encryption.',
    '直接对哈希做了私钥加密，缺少 DigestInfo；应调用签名接口。',
  ],
  raw_rsa: [
    'The text itself was encrypted with the private key; it must be signed with RSA-SHA256.',
    '直接用私钥加密了原文；应使用 RSA-SHA256 签名。',
  ],
  hmac_apiv3_key: [
    'That is an HMAC-SHA256 with the APIv3 key; requests are signed with the private key.',
    '这是用 APIv3 密钥做的 HMAC-SHA256；请求应使用商户私钥签名。',
  ],
  md5_apiv3_key: [
    'That is an APIv2 MD5 with the APIv3 key; requests are signed with the private key.',
    '这是用 APIv3 密钥做的 APIv2 式 MD5；请求应使用商户私钥签名。',
  ],
  digest_only: [
    'That is only a hash of the text; nothing was signed with the private key.',
    '这只是串的哈希，没有使用私钥签名。',
  ],
  symmetric_form: [
    'A signature of 16 or 32 bytes is no RSA signature: MD5 or HMAC as in APIv2.',
    '16 或 32 字节不是 RSA 签名，而像 APIv2 的 MD5 或 HMAC。',
  ],
} as const satisfies Sentences

export const HEADER_WORDS = {
  missing_header: [
    'This interface wants the headers Accept and User-Agent.',
    'Http头缺少Accept或User-Agent',
  ],
  authorization_missing: ['There is no Authorization header.', '缺少 Authorization 请求头。'],
  scheme_missing: [
    'The Authorization lacks its scheme before the pairs.',
    'Authorization 缺少认证类型前缀。',
  ],
  scheme_bearer: [
    'The scheme is Bearer or Basic; it must be WECHATPAY2-SHA256-RSA2048.',
    '认证类型写成了 Bearer 或 Basic。',
  ],
  scheme_misspelt: ['The name of the scheme is misspelt.', '认证类型拼写错误。'],
  scheme_spaces: [
    'Exactly one space stands between the scheme and the first pair.',
    '认证类型与第一个键值对之间只能有一个空格。',
  ],
  fields_json: ['The pairs are written as JSON; they are name="value".', '键值对写成了 JSON。'],
  fields_single_quoted: ['The values stand in single quotes.', '值用了单引号；应使用双引号。'],
  fields_unquoted: ['The values are not quoted.', '值没有用双引号括起来。'],
  fields_spaced: ['There are spaces around the equals signs.', '等号两边有空格。'],
  fields_separator: ['The pairs are not separated by a comma each.', '键值对之间没有用逗号分隔。'],
  field_missing: ['One of the five pairs is missing.', '五个键值对中缺少一个。'],
  field_repeated: ['A pair stands there twice.', '有键值对重复。'],
  field_empty: ['The value of a pair is empty.', '有键值对的值为空。'],
  authorization_malformed: [
    'The Authorization header is not the scheme with its five pairs.',
    'Authorization 请求头不是认证类型加五个键值对。',
  ],
  timestamp_off: [
    'The timestamp is more than five minutes away from the time of this WeChat.',
    '时间戳与服务器时间相差超过 5 分钟。',
  ],
  timestamp_hours_off: [
    'The timestamp is whole hours off: a local time was taken for UTC (China is 8 hours ahead).',
    '时间戳差了整数个小时：把本地时间当成了 UTC（中国为东八区，差 8 小时）。',
  ],
  timestamp_no_number: [
    'The timestamp is no number; it is in seconds since 1970.',
    '时间戳不是数字；应为 1970 年以来的秒数。',
  ],
  unknown_merchant: ['No merchant with this mchid is registered here.', '未登记的商户号。'],
  nonce_replayed: ['This nonce_str was used before.', '该随机串已被使用过。'],
  platform_serial: [
    'serial_no names a platform certificate of WeChat Pay; it must name the merchant’s own.',
    'serial_no 填了微信支付平台证书的序列号；应为商户 API 证书序列号。',
  ],
  public_key_serial: [
    'serial_no is the id of WeChat Pay’s public key; it must name the merchant’s certificate.',
    'serial_no 填了微信支付公钥 ID；应为商户 API 证书序列号。',
  ],
  serial_of_another_merchant: [
    'serial_no names a certificate of another merchant.',
    'serial_no 是另一个商户的证书序列号。',
  ],
  serial_colons: [
    'serial_no is written with colons or spaces; 40 hex digits are wanted.',
    'serial_no 带有冒号或空格；应为 40 位十六进制数。',
  ],
  serial_0x: ['serial_no begins with 0x; leave it away.', 'serial_no 带有 0x 前缀；应去掉。'],
  serial_zeros: ['serial_no has zeros before it.', 'serial_no 前面多了 0。'],
  serial_decimal: [
    'serial_no is decimal; it is hexadecimal.',
    'serial_no 是十进制；应为十六进制。',
  ],
  merchant_serial: [
    'serial_no does not name a usable certificate of this merchant.',
    'serial_no 不是本商户可用的证书序列号。',
  ],
} as const satisfies Sentences
