// What is said about mistakes in the body that was signed.
import type { Sentences } from './words.ts'

export const BODY_WORDS = {
  body_omitted: ['The body was not signed; its line was left empty.', '签名时没有包含请求体。'],
  body_trimmed: [
    'The body was signed without the blanks around it that were sent.',
    '签名前去掉了请求体首尾的空白，而实际发送的带有空白。',
  ],
  body_reserialised: [
    'The body was serialised again after signing: sign exactly the bytes that are sent.',
    '签名后又重新序列化了请求体；必须对实际发送的字节签名。',
  ],
  body_pretty: [
    'The body was signed pretty-printed, but not sent so.',
    '签名的是带缩进的 JSON，实际发送的不是。',
  ],
  body_spaces: [
    'The body was signed with spaces after , and : (Python’s json.dumps), but not sent so.',
    '签名的 JSON 在逗号和冒号后有空格（Python json.dumps 的默认），实际发送的没有。',
  ],
  body_keys_sorted: [
    'The body was signed with its keys sorted, but not sent so.',
    '签名的 JSON 键已排序，实际发送的没有排序。',
  ],
  body_unicode_escaped: [
    'The body was signed with \\uXXXX for non-ASCII letters, but not sent so.',
    '签名的请求体把中文转义成了 \\uXXXX，实际发送的没有转义。',
  ],
  body_slashes_escaped: [
    'The body was signed with \\/ for slashes (PHP’s json_encode), but not sent so.',
    '签名的请求体把斜杠转义成了 \\/（PHP json_encode 的默认），实际发送的没有转义。',
  ],
  body_html_escaped: [
    'The body was signed with \\u003c, \\u003e, \\u0026 (Go and Gson do that), but not sent so.',
    '签名的请求体把 < > & 转义成了 \\u003c 等（Go、Gson 的默认），实际发送的没有转义。',
  ],
  body_stringified_twice: [
    'The body was serialised twice: a JSON string was signed, not the object.',
    '请求体被序列化了两次：签名的是 JSON 字符串而不是对象。',
  ],
  body_object_object: [
    '“[object Object]” was signed: an object was joined to the text without JSON.stringify.',
    '签名的是 “[object Object]”：对象没有先 JSON.stringify。',
  ],
  body_form: [
    'The body was signed as a form (a=1&b=2); it is sent as JSON.',
    '签名的请求体是表单形式（a=1&b=2），实际发送的是 JSON。',
  ],
  body_hashed: [
    'A hash of the body was signed in place of the body.',
    '签名用的是请求体的哈希，而不是请求体本身。',
  ],
  body_bom: [
    'A byte order mark before the body is on one side only.',
    '请求体开头的 BOM 在签名与实际请求中不一致。',
  ],
  body_charset: [
    'The body was signed in another character set than it was sent; use UTF-8 for both.',
    '签名与发送请求体时用了不同的字符集；两边都应使用 UTF-8。',
  ],
  body_empty_object: [
    'An empty JSON value ({} or []) was signed for a request without a body.',
    '请求没有请求体，签名却用了 {} 或 []；应为空。',
  ],
  body_null: [
    'The word null, None or undefined was signed for a request without a body.',
    '请求没有请求体，签名却用了 null、None 或 undefined；应为空。',
  ],
  get_with_body: [
    'The parameters were signed as a body, but sent in the URL: a GET signs an empty body.',
    '参数在 URL 中发送，却又作为请求体签名；GET 的请求体应为空。',
  ],
} as const satisfies Sentences
