// What is said about mistakes in the text that was signed.
import type { Sentences } from './words.ts'

export const TEXT_WORDS = {
  missing_last_newline: [
    'The last line of the signed text lacks its newline; every line ends with \\n, the body too.',
    '待签名串最后一行缺少换行符；每一行（包括请求体）都要以 \\n 结束。',
  ],
  extra_last_newline: [
    'One newline too many at the end: a blank line, or a body with a newline that was not sent.',
    '待签名串末尾多了一个换行符：多了空行，或请求体末尾的换行符没有发送。',
  ],
  leading_newline: ['The signed text begins with a blank line.', '待签名串开头多了一个空行。'],
  crlf: [
    'The lines end with \\r\\n; WeChat Pay uses \\n alone.',
    '待签名串用了 \\r\\n；只能用 \\n。',
  ],
  newline_literal: [
    'A backslash and an n were signed in place of newlines (single quotes in PHP do that).',
    '签名的是反斜杠加字母 n，而不是换行符（PHP 单引号字符串会这样）。',
  ],
  newlines_missing: ['The lines were joined without newlines.', '各行之间没有换行符。'],
  joined_by_ampersand: [
    'The lines were joined by & as in APIv2; APIv3 ends each with \\n.',
    '各部分像 APIv2 那样用 & 连接；APIv3 每行以 \\n 结束。',
  ],
  lines_reordered: [
    'The lines are in another order: method, URL, timestamp, nonce, body.',
    '各行顺序不对：应为请求方法、URL、时间戳、随机串、请求体。',
  ],
  body_line_missing: [
    'Four lines were signed: the line of the body is missing.',
    '只签了四行：缺少请求体一行。',
  ],
  answer_text: [
    'Three lines were signed (timestamp, nonce, body): that is the text of an answer.',
    '只签了时间戳、随机串、请求体三行：那是应答的验签串，不是请求的。',
  ],
  cashier_text: [
    'The text of the cashier call (appid first) was signed in place of the request.',
    '签名用的是调起支付的串（首行为 appid），不是请求的待签名串。',
  ],
  hashed_first: [
    'The text was hashed before it was signed; RSA-SHA256 does that itself.',
    '签名前先对串做了一次哈希；RSA-SHA256 自己会做。',
  ],
  method_lower_case: ['The method was signed in lower case.', '签名时请求方法使用了小写。'],
  method_wrong: ['Another method was signed than was sent.', '签名的请求方法与实际发送的不一致。'],
  query_dropped: [
    'The query string was left out of the signed URL.',
    '签名时遗漏了 URL 中的查询参数。',
  ],
  query_reordered: [
    'The query parameters were signed in another order than they were sent.',
    '签名时查询参数的顺序与实际发送的不一致。',
  ],
  query_added: [
    'A query string was signed that was not sent.',
    '签名的 URL 带有查询参数，而实际请求没有。',
  ],
  url_decoded: [
    'The percent-encoding of the URL was decoded before signing.',
    '签名前对 URL 做了百分号解码；应签实际发送的形式。',
  ],
  url_encoded: [
    'The URL was percent-encoded (again) before signing.',
    '签名前对 URL 又做了百分号编码；应签实际发送的形式。',
  ],
  url_hex_case: [
    'The percent-encoding was signed with hex digits of the other case.',
    'URL 百分号编码中十六进制字母的大小写与实际发送的不一致。',
  ],
  url_plus_space: [
    'A space in the URL is + on one side and %20 on the other.',
    'URL 中的空格一边是 +，另一边是 %20。',
  ],
  host_included: [
    'The signed URL has scheme or host; only path and query are signed.',
    '签名的 URL 包含协议或域名；只应包含路径和查询参数。',
  ],
  trailing_slash: [
    'A slash at the end of the path is on one side only.',
    '路径末尾的斜杠在签名与实际请求中不一致。',
  ],
  path_without_v3: ['The signed path lacks /v3.', '签名的路径缺少 /v3。'],
  path_without_slash: ['The signed path lacks its first slash.', '签名的路径缺少开头的斜杠。'],
  path_double_slash: ['The signed path begins with two slashes.', '签名的路径以两个斜杠开头。'],
  path_template: [
    'The path was signed with its placeholder, before the number was filled in.',
    '签名的路径还是占位符，没有填入实际单号。',
  ],
  timestamp_milliseconds: [
    'The timestamp is in milliseconds; it must be in seconds.',
    '时间戳使用了毫秒，应使用秒。',
  ],
  timestamp_differs: [
    'The clock was read twice: the signed timestamp is not the one in the header.',
    '取了两次时间：签名用的时间戳与请求头中的不一致。',
  ],
  timestamp_zone: [
    'The signed timestamp is 8 hours off: a local time was taken for UTC.',
    '签名用的时间戳差了 8 小时：把本地时间当成了 UTC。',
  ],
  nonce_case: [
    'The nonce was signed in another case than it was sent.',
    '签名用的随机串大小写与请求头中的不一致。',
  ],
  nonce_dashes: [
    'The nonce was signed with dashes and sent without, or the reverse.',
    '签名用的随机串与请求头中的相差连字符。',
  ],
  nonce_empty: ['An empty nonce was signed.', '签名时随机串为空。'],
  text_unknown: [
    'The key signed, but another text, by no mistake known here. Often nonce_str or timestamp was made twice.',
    '签名密钥存在，但签的是别的内容，也不是已知的错误。常见原因是随机串或时间戳生成了两次。',
  ],
} as const satisfies Sentences
