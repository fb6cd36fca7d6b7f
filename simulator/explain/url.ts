// Mistakes in the other lines: URL, method, timestamp, nonce.
import { attempt, type SignedParts, type Variant } from './parts.ts'
import type { Code } from './words.ts'

type Found = readonly (readonly [Code, string])[]

const HOSTS = ['api.mch.weixin.qq.com', 'api2.mch.weixin.qq.com', 'api.wechatpay.cn']
const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']
const ZONE_S = 8 * 60 * 60
const MOST_SECONDS_APART = 5

function orders(pairs: readonly string[]): readonly (readonly string[])[] {
  if (pairs.length < 2) return []
  const sorted = [...pairs].sort()
  const simple = [sorted, sorted.toReversed(), pairs.toReversed()]
  const [a = '', b = '', c = ''] = pairs
  return pairs.length === 3 ? [...simple, [b, a, c], [a, c, b], [b, c, a], [c, a, b]] : simple
}

function queryVariants(path: string, query: string, mchid: string): Found {
  if (query === '') return [['query_added', `${path}?mchid=${mchid}`]]
  const reordered = orders(query.split('&')).map(
    (pairs) => ['query_reordered', `${path}?${pairs.join('&')}`] as const,
  )
  return [['query_dropped', path], ['query_dropped', `${path}?`], ...reordered]
}

function encodings(url: string): Found {
  const decoded = attempt(() => decodeURIComponent(url))
  const hexCase = (upper: boolean) =>
    url.replace(/%[0-9a-f]{2}/gi, (hex) => (upper ? hex.toUpperCase() : hex.toLowerCase()))
  const values = url.replace(/=([^&]*)/g, (_, value: string) => `=${encodeURIComponent(value)}`)
  const proper = decoded === null ? null : attempt(() => encodeURI(decoded))
  const found: (readonly [Code, string])[] = [
    ['url_hex_case', hexCase(true)],
    ['url_hex_case', hexCase(false)],
    ['url_plus_space', url.replaceAll('%20', '+')],
    ['url_plus_space', url.replaceAll('+', '%20')],
    ['url_encoded', values],
    ['url_encoded', url.replaceAll('%', '%25')],
    ['url_encoded', encodeURIComponent(url)],
  ]
  if (decoded !== null) found.push(['url_decoded', decoded])
  if (decoded !== null) found.push(['url_decoded', decoded.replaceAll('+', ' ')])
  if (proper !== null) found.push(['url_encoded', proper])
  return found
}

function template(path: string): string {
  return path
    .replace(/\/out-trade-no\/[^/]+/, '/out-trade-no/{out_trade_no}')
    .replace(/\/transactions\/id\/[^/]+/, '/transactions/id/{transaction_id}')
    .replace(/\/domestic\/refunds\/[^/]+/, '/domestic/refunds/{out_refund_no}')
}

function urlFound(url: string, mchid: string, host: string): Found {
  const at = url.indexOf('?')
  const [path, query] = at < 0 ? [url, ''] : [url.slice(0, at), url.slice(at + 1)]
  const tail = at < 0 ? '' : url.slice(at)
  const hosts = [...new Set([...HOSTS, host])].filter((name) => name !== '')
  const slash = path.endsWith('/') ? path.slice(0, -1) : `${path}/`
  return [
    ...queryVariants(path, query, mchid),
    ...hosts.flatMap((name) =>
      [`https://${name}`, `http://${name}`, name].map(
        (before) => ['host_included', `${before}${url}`] as const,
      ),
    ),
    ...encodings(url),
    ['trailing_slash', `${slash}${tail}`],
    ['path_without_v3', url.replace(/^\/v3/, '')],
    ['path_without_slash', url.replace(/^\//, '')],
    ['path_double_slash', `/${url}`],
    ['path_template', `${template(path)}${tail}`],
    ['path_template', template(path)],
  ]
}

function nonceFound(nonce: string): Found {
  const bare = nonce.replaceAll('-', '')
  const uuid = bare.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
  return [
    ['nonce_case', nonce.toLowerCase()],
    ['nonce_case', nonce.toUpperCase()],
    ['nonce_dashes', bare],
    ['nonce_dashes', uuid],
    ['nonce_empty', ''],
  ]
}

function timestampFound(timestamp: string): Found {
  const seconds = Number(timestamp)
  const near = Array.from({ length: MOST_SECONDS_APART }, (_, index) => index + 1)
  return [
    ['timestamp_milliseconds', `${timestamp}000`],
    ...near.flatMap((by) =>
      [seconds - by, seconds + by].map((one) => ['timestamp_differs', String(one)] as const),
    ),
    ['timestamp_zone', String(seconds + ZONE_S)],
    ['timestamp_zone', String(seconds - ZONE_S)],
  ]
}

/** What may have been signed for the first four lines. `host` is the Host that was asked. */
export function lineVariants(parts: SignedParts, mchid: string, host: string): readonly Variant[] {
  const { method, url, timestamp, nonce } = parts
  const methods = METHODS.map((one) => ['method_wrong', one] as const)
  const of = (part: Variant['part'], found: Found) =>
    found.map(([code, value]) => ({ code, part, value }))
  return [
    ...of('url', urlFound(url, mchid, host)),
    ...of('method', [['method_lower_case', method.toLowerCase()], ...methods]),
    ...of('timestamp', timestampFound(timestamp)),
    ...of('nonce', nonceFound(nonce)),
  ]
}
