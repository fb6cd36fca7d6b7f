import type { World } from '../world.ts'
import type { Context, Json, WireReply } from './wire.ts'

/** What an endpoint of api.weixin.qq.com says. HTTP status is 200 for business errors too. */
export type MiniAnswer = { readonly [key: string]: Json }

/** `rid: ` and three groups of hex, the first of which is the request's second (M19). */
function rid(world: World): string {
  const draw = world.draw('rid')
  const seconds = Math.floor(world.nowMs() / 1000)
  return `rid: ${seconds.toString(16).padStart(8, '0')}-${draw.hex(8)}-${draw.hex(16).slice(8)}`
}

/** The table of texts; people read them, programs look at errcode. */
const TEXTS: Readonly<Record<number, string>> = {
  [-1]: 'system error',
  40001:
    'invalid credential, access_token is invalid or not latest, could get access_token by getStableAccessToken, more details at https://mmbizurl.cn/s/JtxxFh33r',
  40002: 'invalid grant_type',
  40003: 'invalid openid',
  40013: 'invalid appid',
  40014: 'invalid access_token',
  40029: 'invalid code',
  40066: 'invalid url',
  40097: 'invalid args',
  40125: 'invalid appsecret',
  40163: 'code been used',
  40164: 'invalid ip 127.0.0.1, not in whitelist',
  40037: 'invalid template_id',
  40226: 'code blocked',
  40243: 'AppSecret is frozen',
  41030: 'invalid page',
  41001: 'access_token missing',
  41002: 'appid missing',
  41004: 'appsecret missing',
  41008: 'missing code',
  42001: 'access_token expired',
  43002: 'require POST method',
  43101: 'user refuse to accept the msg',
  43107: 'the ability or the template is banned',
  43108: 'concurrent sending to the same user is limited',
  44002: 'empty post data',
  44990: 'frequency limit',
  45009: 'reach max api daily quota limit',
  45011: 'api minute-quota reach limit, must slower, retry next minute',
  45168: 'message contains sensitive words',
  47001: 'data format error',
  47003: 'argument invalid!',
  48001: 'api unauthorized',
  48006: 'forbid to clear quota because of reaching the limit',
  50004: 'forbid to use the token api',
  50007: 'account is frozen',
  61003: 'component is not authorized by this account',
  76021: 'cgi_path not found',
  76022: 'could not use this cgi_path, no permission',
  87007: 'session_key is not existed or expired',
  87008: 'invalid sig_method',
  87009: 'invalid signature',
  89002: 'this account is not bound to an open platform account',
  89300: 'invalid trade',
  89503: 'the request from this ip must be confirmed by the administrator',
  89506: 'this ip was refused by the administrator, try again after 24 hours',
  89507: 'this ip was refused by the administrator, try again after 1 hour',
  10060001: '支付单不存在',
  10060002: '支付单已完成发货，无法继续发货',
  10060003: '支付单已使用重新发货机会',
  10060004: '支付单处于不可发货的状态',
  10060005: '物流类型有误',
  10060006: '非快递发货时不允许分拆发货',
  10060007: '分拆发货模式下必须填写 is_all_delivered 字段',
  10060008: '商品描述 item_desc 字段不能为空',
  10060009: '商品描述 item_desc 字段太长',
  10060011: 'last_index 非法',
  10060012: '系统错误',
  10060014: '参数错误',
  10060020: '该笔支付单在没有任何商品描述的情况下不允许完成发货',
  10060023: '发货信息未更新',
  10060024: '物流信息列表太长',
  10060025: '物流公司编码太长',
  10060026: '物流单号太长',
  10060028: '支付单未发货，无法提醒确认收货',
  10060029: 'received_time 有误',
  10060030: '支付单已使用提醒机会',
  10060031: '支付单不属于 openid 所指定的用户',
  10060032: '仅快递发货的支付单可以提醒确认收货',
  268485194: '订单单号类型为空',
  268485195: '微信支付单号为空',
  268485196: '商户号为空',
  268485197: '商户订单号为空',
  268485216: '上传时间非法，请按照 RFC 3339 格式填写',
  268485224: '发货模式非法',
  268485226: '物流单号不能为空',
  268485227: '物流公司编码不能为空',
  268485228: '统一发货模式下物流信息列表长度必须为 1',
  268546000: 'type 有误',
  268546001: 'delay_to 有误',
  268546002: '未找到待发货的订单',
}

/** A refusal. `text` stands in for the table's where the refusal names a detail. */
export function miniError(world: World, errcode: number, text?: string): MiniAnswer {
  return { errcode, errmsg: `${text ?? TEXTS[errcode] ?? 'error'}, ${rid(world)}` }
}

/** `/sns/*` answers JSON as text/plain (M4); the other paths say what it is. */
export function miniReply(path: string, answer: MiniAnswer): WireReply {
  const type = path.startsWith('/sns/') ? 'text/plain' : 'application/json; encoding=utf-8'
  return {
    status: 200,
    headers: { 'content-type': type },
    body: Buffer.from(JSON.stringify(answer), 'utf8'),
  }
}

/** The body of a POST as an object; null when it is none. */
export function miniBody(context: Context): { readonly [key: string]: Json } | null {
  try {
    const value: Json = JSON.parse(Buffer.from(context.request.body).toString('utf8'))
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
    return isObject ? (value as { readonly [key: string]: Json }) : null
  } catch {
    return null
  }
}
