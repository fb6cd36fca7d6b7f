// Why a signature failed: the caller's string is found by trying the mistakes that people make and
// looking which one the signature was made over. A first few; more candidates are more lines here.
import type { KeyObject } from 'node:crypto'
import type { Diagnosis } from './api/wire.ts'
import { rsaVerify, signedLines } from './crypto/sign.ts'

export interface SignedParts {
  readonly method: string
  readonly url: string
  readonly timestamp: string
  readonly nonce: string
  readonly body: string
}

interface Candidate {
  readonly code: string
  readonly en: string
  readonly zh: string
  readonly message: string
}

function lines(parts: SignedParts): string {
  const { method, url, timestamp, nonce, body } = parts
  return Buffer.from(signedLines(method, url, timestamp, nonce, body)).toString('utf8')
}

function reserialised(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body))
  } catch {
    return body
  }
}

function made(code: string, en: string, zh: string, message: string): Candidate {
  return { code, en, zh, message }
}

/** Mistakes in how the lines were put together. */
function lineMistakes(parts: SignedParts): readonly Candidate[] {
  const whole = lines(parts)
  const path = parts.url.split('?', 1)[0] ?? ''
  return [
    made(
      'missing_last_newline',
      'The last line of the signed text lacks its newline; every line ends with \\n, the body too.',
      '待签名串最后一行缺少换行符；每一行（包括请求体）都要以 \\n 结束。',
      whole.slice(0, -1),
    ),
    made(
      'crlf',
      'The lines were joined by \\r\\n; WeChat Pay uses \\n alone.',
      '待签名串使用了 \\r\\n 换行；应只使用 \\n。',
      whole.replaceAll('\n', '\r\n'),
    ),
    made(
      'query_dropped',
      'The query string was left out of the signed path.',
      '签名时遗漏了 URL 中的查询参数。',
      lines({ ...parts, url: path }),
    ),
    made(
      'host_included',
      'The signed URL has scheme and host; only path and query are signed.',
      '签名的 URL 包含了协议和域名；只应包含路径和查询参数。',
      lines({ ...parts, url: `https://api.mch.weixin.qq.com${parts.url}` }),
    ),
    made(
      'method_lower_case',
      'The method was signed in lower case.',
      '签名时请求方法使用了小写。',
      lines({ ...parts, method: parts.method.toLowerCase() }),
    ),
    made(
      'timestamp_milliseconds',
      'Milliseconds were signed; the timestamp is in seconds.',
      '签名使用了毫秒时间戳；应使用秒。',
      lines({ ...parts, timestamp: `${parts.timestamp}000` }),
    ),
  ]
}

/** Mistakes in what was taken for the body. */
function bodyMistakes(parts: SignedParts): readonly Candidate[] {
  const pretty = reserialised(parts.body)
  return [
    made(
      'body_omitted',
      'The body was not signed; its line was left empty.',
      '签名时没有包含请求体。',
      lines({ ...parts, body: '' }),
    ),
    made(
      'body_reserialised',
      'The body was serialised again after signing: sign exactly the bytes that are sent.',
      '签名后又重新序列化了请求体；必须对实际发送的字节签名。',
      lines({ ...parts, body: pretty }),
    ),
    made(
      'body_trimmed',
      'The body was trimmed before signing, or blanks were added when it was sent.',
      '请求体在签名前后首尾空白不一致。',
      lines({ ...parts, body: parts.body.trim() }),
    ),
  ]
}

/**
 * A first diagnosis of a request signature that did not verify with the merchant's key. `others`
 * are further keys that may have made it, by the name to show for each.
 */
export function explainRequest(
  parts: SignedParts,
  signature: string,
  key: KeyObject,
  others: readonly (readonly [string, KeyObject])[],
): Diagnosis {
  const expected = lines(parts)
  const verifies = (message: string, by: KeyObject) =>
    rsaVerify(Buffer.from(message), signature, by)
  const mistake = [...lineMistakes(parts), ...bodyMistakes(parts)].find(
    ({ message }) => message !== expected && verifies(message, key),
  )
  if (mistake !== undefined) {
    const { code, en, zh, message } = mistake
    return { code, en, zh, expected, received: message }
  }
  const other = others.find(([, by]) => verifies(expected, by))
  if (other !== undefined) {
    const en = `The text is right, but it was signed by the key of ${other[0]}.`
    const zh = `待签名串正确，但使用了 ${other[0]} 的私钥签名。`
    return { code: 'another_key', en, zh, expected, received: expected }
  }
  return {
    code: 'signature_mismatch',
    en: 'The signature is not one over this text by the private key of this certificate.',
    zh: '该签名不是用此证书对应的私钥对以下内容签出的。',
    expected,
    received: '',
  }
}

/** A diagnosis that needs no search. */
export function plainDiagnosis(
  code: string,
  en: string,
  zh: string,
  expected: string,
  received: string,
): Diagnosis {
  return { code, en, zh, expected, received }
}
