import { refundErrors } from './registry-refunds.ts'
import { shippingErrors } from './registry-shipping.ts'

/** One sentence in both languages of the product. */
export interface Text {
  readonly en: string
  readonly zh: string
}

/** What an error code means: for ever, a code is never given another meaning or used again. */
export interface ErrorEntry {
  readonly status: number
  readonly title: Text
  readonly detail: Text
  readonly remedy: Text
}

const text = (en: string, zh: string): Text => ({ en, zh })

/**
 * Every error code of the API. docs/errors.md is this table (a test compares them). A new code is a
 * new line; a line is never removed, its status never changed.
 */
export const errorRegistry = {
  invalid_request: {
    status: 400,
    title: text('Invalid request', '请求无效'),
    detail: text('The request does not have the documented shape.', '请求与文档约定的格式不符。'),
    remedy: text('Correct the fields named in errors.', '请按 errors 中指出的字段修改。'),
  },
  idempotency_key_missing: {
    status: 400,
    title: text('Idempotency-Key missing', '缺少 Idempotency-Key'),
    detail: text(
      'This request needs an Idempotency-Key header of 1 to 255 printable ASCII characters.',
      '此请求必须带 Idempotency-Key 请求头（1 到 255 个可打印 ASCII 字符）。',
    ),
    remedy: text(
      'Make one key for each order that the person places, and repeat it when you retry.',
      '每次下单生成一个新的键，重试时沿用同一个键。',
    ),
  },
  unauthenticated: {
    status: 401,
    title: text('Not logged in', '未登录'),
    detail: text('The token is missing, unknown or has ended.', '令牌缺失、无效或已失效。'),
    remedy: text('Log in again and send the new token.', '请重新登录并使用新的令牌。'),
  },
  login_code_invalid: {
    status: 401,
    title: text('Login code not accepted', '登录凭证无效'),
    detail: text(
      'WeChat does not know this code for this mini program.',
      '微信不认可该小程序的这个 code。',
    ),
    remedy: text(
      'Call wx.login again and send the new code.',
      '请重新调用 wx.login 获取新的 code。',
    ),
  },
  login_code_used: {
    status: 401,
    title: text('Login code used already', '登录凭证已被使用'),
    detail: text(
      'A code gives one session only, and this one was used.',
      '一个 code 只能使用一次，该 code 已被使用。',
    ),
    remedy: text(
      'Call wx.login again and send the new code.',
      '请重新调用 wx.login 获取新的 code。',
    ),
  },
  login_blocked: {
    status: 403,
    title: text('Login blocked', '登录被拒绝'),
    detail: text('This person may not log in here.', '该用户暂时无法登录。'),
    remedy: text('The person asks the shop.', '请联系商家。'),
  },
  not_found: {
    status: 404,
    title: text('Not found', '未找到'),
    detail: text(
      'There is nothing here for you at this address.',
      '该地址下没有您可以访问的内容。',
    ),
    remedy: text('Check the address and the id.', '请检查地址和编号。'),
  },
  method_not_allowed: {
    status: 405,
    title: text('Method not allowed', '请求方法不被允许'),
    detail: text('This address exists, but not for this method.', '该地址不支持此请求方法。'),
    remedy: text(
      'Use one of the methods in the Allow header.',
      '请使用 Allow 响应头中列出的方法。',
    ),
  },
  request_timeout: {
    status: 408,
    title: text('Request too slow', '请求超时'),
    detail: text(
      'The request did not arrive completely in time.',
      '请求未能在限定时间内完整到达。',
    ),
    remedy: text('Send it again.', '请重新发送。'),
  },
  out_of_stock: {
    status: 409,
    title: text('Out of stock', '库存不足'),
    detail: text('There are not enough pieces of a product left.', '商品库存不足。'),
    remedy: text('Lower the quantity, or take another product.', '请减少数量或选择其他商品。'),
  },
  order_paid: {
    status: 409,
    title: text('Order paid already', '订单已支付'),
    detail: text(
      'The order is paid, so this can no longer be done.',
      '订单已支付，无法进行此操作。',
    ),
    remedy: text('Read the order and show it.', '请查询订单并展示最新状态。'),
  },
  order_closed: {
    status: 409,
    title: text('Order closed', '订单已关闭'),
    detail: text(
      'The order is closed or closing, so it cannot be paid.',
      '订单已关闭或正在关闭，无法支付。',
    ),
    remedy: text('Place a new order.', '请重新下单。'),
  },
  order_in_other_app: {
    status: 409,
    title: text('Order of another mini program', '其他小程序的订单'),
    detail: text(
      'The order was placed in another mini program of this shop and is paid there.',
      '订单在本商家的另一个小程序中创建，只能在那里支付。',
    ),
    remedy: text(
      'Let the person pay in that mini program, or place a new order here.',
      '请在原小程序中支付，或在此重新下单。',
    ),
  },
  reference_used: {
    status: 409,
    title: text('Reference used already', '商户单号已使用'),
    detail: text(
      'The merchant has an order with this reference already.',
      '该商户已有使用此商户单号的订单。',
    ),
    remedy: text(
      'Find it with GET /admin/v1/orders?reference=, or give a new reference.',
      '用 GET /admin/v1/orders?reference= 查询已有订单，或换一个商户单号。',
    ),
  },
  order_unpaid: {
    status: 409,
    title: text('Order not paid', '订单未支付'),
    detail: text(
      'The order is not paid, so there is nothing to pay back.',
      '订单尚未支付，没有可退的款项。',
    ),
    remedy: text('Read the order; cancel it if it is open.', '请查询订单；未支付的订单可以取消。'),
  },
  ...refundErrors,
  not_now: {
    status: 409,
    title: text('Does not fit now', '当前状态不允许'),
    detail: text(
      'What you ask for does not fit the present state, or not yet.',
      '当前状态不支持该操作，或尚不支持。',
    ),
    remedy: text(
      'Read it again; one that was just sent to WeChat needs a minute.',
      '请重新查询；刚提交给微信的请求需等待一分钟。',
    ),
  },
  money_in_suspense: {
    status: 409,
    title: text('Money waits for a decision', '有款项待处理'),
    detail: text(
      'Money of somebody lies in suspense here, so the task cannot just be closed.',
      '该任务涉及暂挂款项，不能直接关闭。',
    ),
    remedy: text('Refund it, revive the order, or keep it.', '请选择退款、恢复订单或入账。'),
  },
  ...shippingErrors,
  wechat_refused: {
    status: 409,
    title: text('WeChat refused', '微信支付拒绝'),
    detail: text(
      'WeChat refused this; nothing was changed.',
      '微信支付拒绝了该请求，未作任何变更。',
    ),
    remedy: text('Correct what WeChat names, then repeat.', '请按微信的提示修改后重试。'),
  },
  idempotency_key_reused: {
    status: 409,
    title: text('Idempotency-Key used for another request', 'Idempotency-Key 已用于其他请求'),
    detail: text('This key was sent before with other content.', '该键此前已用于内容不同的请求。'),
    remedy: text('Make a new key for new content.', '请求内容不同时请使用新的键。'),
  },
  idempotency_busy: {
    status: 409,
    title: text('First request still running', '相同请求仍在处理'),
    detail: text(
      'A request with this Idempotency-Key has been running for more than 5 seconds.',
      '带有该键的请求已处理超过 5 秒，尚未完成。',
    ),
    remedy: text('Repeat it with the same key.', '请使用同一个键稍后重试。'),
  },
  payload_too_large: {
    status: 413,
    title: text('Body too large', '请求体过大'),
    detail: text('The body is larger than 64 KiB.', '请求体超过 64 KiB。'),
    remedy: text('Send less in one request.', '请减少单次请求的内容。'),
  },
  unsupported_media_type: {
    status: 415,
    title: text('Content type not supported', '不支持的内容类型'),
    detail: text(
      'The body must be uncompressed JSON in UTF-8.',
      '请求体必须是未压缩的 UTF-8 JSON。',
    ),
    remedy: text('Send Content-Type: application/json.', '请使用 Content-Type: application/json。'),
  },
  rate_limited: {
    status: 429,
    title: text('Too many requests', '请求过于频繁'),
    detail: text('This was asked too often in a short time.', '短时间内请求次数过多。'),
    remedy: text('Wait as long as Retry-After says.', '请按 Retry-After 指示的时间等待。'),
  },
  header_too_large: {
    status: 431,
    title: text('Headers too large', '请求头过大'),
    detail: text('The headers are larger than 16 KiB.', '请求头超过 16 KiB。'),
    remedy: text('Send fewer or shorter headers.', '请减少或缩短请求头。'),
  },
  internal_error: {
    status: 500,
    title: text('Our mistake', '服务器内部错误'),
    detail: text('Something went wrong on our side; it is logged.', '服务器出现问题，已记录。'),
    remedy: text(
      'Repeat it; if it stays, name the request id.',
      '请重试；若仍失败，请提供请求编号。',
    ),
  },
  wechat_unavailable: {
    status: 503,
    title: text('WeChat does not answer', '微信暂时无法访问'),
    detail: text(
      'WeChat gave no usable answer, so nothing was decided.',
      '微信未返回可用的结果，未作任何变更。',
    ),
    remedy: text('Repeat it in a few seconds.', '请稍后重试。'),
  },
  database_unavailable: {
    status: 503,
    title: text('The database does not answer', '数据库暂时无法访问'),
    detail: text(
      'The database gave no answer, so whether this was done is not known.',
      '数据库没有应答，无法确定本次操作是否已完成。',
    ),
    remedy: text(
      'Repeat it in a few seconds, with the same Idempotency-Key if it had one.',
      '请几秒后重试；若带有 Idempotency-Key，请使用同一个。',
    ),
  },
  not_ready: {
    status: 503,
    title: text('Not ready', '服务未就绪'),
    detail: text('This server cannot work yet, or no longer.', '服务尚未就绪或正在停止。'),
    remedy: text('Look at /readyz for the reasons.', '请查看 /readyz 了解原因。'),
  },
} as const satisfies Record<string, ErrorEntry>

export type ErrorCode = keyof typeof errorRegistry
