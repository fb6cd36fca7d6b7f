import { z } from 'zod'
import { deliveryRetriesMs, type EventType, eventTypes } from '../domain/event.ts'
import { eventData } from './shapes/event.ts'

const meanings: Readonly<Record<EventType, readonly [en: string, zh: string]>> = {
  'order.created': ['An order was placed.', '已下单。'],
  'order.paid': ['WeChat’s verified word that the order is paid.', '微信已确认付款（已验签）。'],
  'order.closed': [
    'Closed at WeChat, then here; the stock is back.',
    '已在微信与本地关单，库存已归还。',
  ],
  'order.shipped': ['WeChat was told that all parcels left.', '已向微信录入全部发货信息。'],
  'order.received': [
    'The receipt is confirmed, by the person or by time.',
    '已确认收货（用户或系统）。',
  ],
  'order.settled': ['The money is the merchant’s.', '资金已结算给商户。'],
  'payment.parked': ['Money or a message waits for a person.', '有款项或消息等待人工处理。'],
  'refund.created': ['A refund was taken on; it is not done yet.', '已受理退款，尚未完成。'],
  'refund.approved': [
    'A second person approved a large refund; it goes to WeChat now.',
    '大额退款已由另一位操作员批准，开始提交微信。',
  ],
  'refund.approval_refused': [
    'Somebody tried to approve a refund that he asked for himself; nothing happened.',
    '有人试图批准自己申请的退款，已被拒绝，未作任何变更。',
  ],
  'refund.succeeded': ['The money is back with the payer.', '退款已到账。'],
  'refund.closed': ['The refund will not happen; its amount is free.', '退款关闭，额度已释放。'],
  'refund.abnormal': [
    'The payer’s account can’t take it: a person decides.',
    '退款异常，需人工处理。',
  ],
  'difference.opened': [
    'A bill and the books do not agree about something; a person looks at it.',
    '账单与账簿存在差异，等待人工处理。',
  ],
  'reconciliation.finished': [
    'A merchant’s day was compared with WeChat’s bills; again when a later run found more.',
    '某商户某日已与微信账单核对；之后有新结果时会再次通知。',
  ],
  'promise.broken': [
    'A promise about money does not hold: somebody has to look now.',
    '一项资金承诺未能成立，请立即检查。',
  ],
}

const duration = (ms: number) => (ms < 3_600_000 ? `${ms / 1000} s` : `${ms / 3_600_000} h`)

/** docs/events.md, made from the schemas; a test compares the file with this text. */
export function eventsPage(): string {
  const sections = eventTypes.flatMap((type) => {
    const [en, zh] = meanings[type]
    const schema = JSON.stringify(z.toJSONSchema(eventData[type]), null, 2)
    return [`## ${type}`, '', en, '', zh, '', '```json', schema, '```', '']
  })
  return [heading, ...sections].join('\n')
}

const receiver = `import { createServer } from 'node:http'
import { isKnownEvent, verifyWebhook, WebhookRefused } from 'minitill/webhooks'

const secrets = (process.env['WEBHOOK_SECRETS'] ?? '').split(' ') // two while one replaces the other
const seen = new Set<string>() // a unique column of your database
export const paid = new Map<string, number>() // what you do with it

export const receiver = createServer(async (request, reply) => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk)
  try {
    const event = verifyWebhook(Buffer.concat(chunks), request.headers, secrets)
    if (!seen.has(event.id) && isKnownEvent(event) && event.type === 'order.paid') {
      paid.set(event.data.reference ?? event.data.id, event.data.total)
    }
    seen.add(event.id) // in one transaction with what you did
    reply.writeHead(204).end()
  } catch (error) {
    reply.writeHead(error instanceof WebhookRefused ? 401 : 500).end()
  }
})
if (process.env['PORT'] !== undefined) receiver.listen(Number(process.env['PORT']))
`

const heading = `# Events

What the merchant's own systems are told. \`POST /admin/v1/webhook-endpoints {url, events}\` adds a
receiver and tells its secret once; messages are signed as [Standard Webhooks](https://www.standardwebhooks.com)
says, so that its verifiers, in every language, read them.

\`\`\`json
{"id": "evt_…", "type": "order.paid", "timestamp": "2026-01-01T00:00:00.000Z",
 "subject": "order:ord_…", "version": 2, "data": {}}
\`\`\`

- **Written with the change** that it tells of, in one transaction. Delivered at least once: know a
  message by its \`id\`, which is in the header \`webhook-id\` too and stays the same in every attempt.
- **Not ordered.** \`version\` grows with the subject: of two messages about one subject the higher
  version is the later one. When in doubt, ask the admin API.
- **Any 2xx is received.** Everything else, redirects too, is tried again after
  ${deliveryRetriesMs.map(duration).join(', ')}; then it is parked with a task for a person, and
  \`POST /admin/v1/events/{id}/resend\` sends it again. 410 switches the receiver off.
- **Two secrets** sign for 24 hours after \`POST …/rotate\`.
- Receivers are public https addresses; in development, this machine.

## A receiver

The package verifies and types them: \`import { verifyWebhook } from 'minitill/webhooks'\` (in a checkout
\`@minitill/server/webhooks\`). It throws \`WebhookRefused\` with a \`reason\` for what is forged, altered or
more than five minutes old. This is a whole receiver; a test runs it against the server.

\`\`\`ts
${receiver}\`\`\`

商户自己的系统会收到以下事件：与业务变更在同一事务中写入，至少送达一次，请按 \`id\` 去重；不保证顺序，同一
\`subject\` 以较大的 \`version\` 为准；返回 2xx 视为已接收，其余按上述间隔重试，最终搁置待人工重发。
`
