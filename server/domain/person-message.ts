import {
  beijingDate,
  type Fen,
  type Instant,
  rfc3339Beijing,
  yuanText,
} from '@minitill/protocol/model'

/** What a subscribe message may tell of. */
export type MessageKind = 'paid' | 'shipped' | 'refunded'

/** One template of a mini program (订阅消息模板), and how its fields are filled. */
export interface MessageTemplate {
  readonly templateId: string
  /** Where a tap leads; `{order_id}` is filled in. null: the card is not clickable. */
  readonly page: string | null
  /** Field of the template → text with placeholders in braces. */
  readonly data: Readonly<Record<string, string>>
}

export type MessageTemplates = Readonly<Partial<Record<MessageKind, MessageTemplate>>>

/** What the person has to be asked for; a template of two kinds is asked for once. */
export function templateIdsOf(messages: MessageTemplates): string[] {
  return [...new Set(Object.values(messages).map(({ templateId }) => templateId))]
}

/** Every placeholder that there is. */
export const placeholders = [
  'order_id',
  'out_trade_no',
  'items',
  'total',
  'paid_at',
  'paid_date',
  'carrier',
  'tracking_no',
  'refund_amount',
  'refund_reason',
] as const

export type Placeholder = (typeof placeholders)[number]

export interface MessageFacts {
  readonly orderId: string
  readonly outTradeNo: string
  readonly items: readonly string[]
  readonly totalFen: Fen
  readonly paidAtMs: Instant
  readonly carrier?: string
  readonly trackingNo?: string
  readonly refundFen?: Fen
  readonly refundReason?: string
}

/** The longest value that WeChat takes, by the first letters of a field (订阅消息参数值内容限制). */
const longest: Readonly<Record<string, number>> = {
  thing: 20,
  number: 32,
  letter: 32,
  symbol: 5,
  character_string: 32,
  time: 40,
  date: 40,
  amount: 14,
  phone_number: 17,
  car_number: 8,
  name: 10,
  phrase: 5,
}

/** The body of subscribeMessage.send (发送订阅消息); values are cut to what WeChat takes. */
export function personMessageBody(
  { templateId, page, data }: MessageTemplate,
  openid: string,
  facts: MessageFacts,
): string {
  const words = wordsOf(facts)
  const fields = Object.entries(data).map(([field, pattern]) => {
    const most = longest[field.replace(/\d+$/, '')] ?? 20
    const value = filled(pattern, words)
    // An empty value breaks a rule of every template.
    return [field, { value: cut(value === '' ? '-' : value, most) }]
  })
  return JSON.stringify({
    touser: openid,
    template_id: templateId,
    ...(page === null ? {} : { page: filled(page, words) }),
    data: Object.fromEntries(fields),
  })
}

function wordsOf(facts: MessageFacts): Readonly<Record<Placeholder, string>> {
  const { items } = facts
  return {
    order_id: facts.orderId,
    out_trade_no: facts.outTradeNo,
    items: items.length > 1 ? `${items[0]} 等${items.length}件` : (items[0] ?? ''),
    total: `¥${yuanText(facts.totalFen)}`,
    paid_at: rfc3339Beijing(facts.paidAtMs).slice(0, 19).replace('T', ' '),
    paid_date: beijingDate(facts.paidAtMs),
    carrier: facts.carrier ?? '',
    tracking_no: facts.trackingNo ?? '',
    refund_amount: facts.refundFen === undefined ? '' : `¥${yuanText(facts.refundFen)}`,
    refund_reason: facts.refundReason ?? '',
  }
}

function filled(pattern: string, words: Readonly<Record<Placeholder, string>>): string {
  return pattern.replace(/\{([a-z_]+)\}/g, (whole, name: string) =>
    Object.hasOwn(words, name) ? words[name as Placeholder] : whole,
  )
}

/** By characters as people count them, with an ellipsis in place of the rest. */
function cut(value: string, most: number): string {
  const characters = [...value]
  return characters.length <= most ? value : `${characters.slice(0, most - 1).join('')}…`
}
