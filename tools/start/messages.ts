import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'

const LIMIT_MS = 10_000

const titles: Readonly<Record<string, string>> = {
  paid: '支付成功通知',
  shipped: '订单发货提醒',
  refunded: '退款成功通知',
}

/** What the person reads before a value, by the placeholder that the value begins with. */
const labels: Readonly<Record<string, string>> = {
  order_id: '订单编号',
  out_trade_no: '商户单号',
  items: '商品',
  total: '金额',
  paid_at: '支付时间',
  paid_date: '支付日期',
  carrier: '快递公司',
  tracking_no: '快递单号',
  refund_amount: '退款金额',
  refund_reason: '退款原因',
}

interface Template {
  readonly template_id: string
  readonly data: Readonly<Record<string, string>>
}

/** One template as POST /_sim/templates takes it, from its entry in the settings. */
export function templateOf(kind: string, { template_id, data }: Template) {
  const fields = Object.entries(data).map(([key, text]) => {
    const label = labels[/\{(\w+)\}/.exec(text)?.[1] ?? '']
    return label === undefined ? { key } : { key, label }
  })
  return { template_id, title: titles[kind] ?? kind, fields, seeded: true }
}

/**
 * What a shop does once on the mini program platform: chooses the templates of its subscribe
 * messages (订阅消息). Registers those of MINITILL_SUBSCRIBE_MESSAGES with the simulator.
 * @returns one clear line when that did not work; everything else works without it
 */
export async function configureMessages(
  simulator: string,
  file: string | undefined,
): Promise<string | null> {
  if (file === undefined || file === '') return null
  try {
    const all: Record<string, Template> = JSON.parse(readFileSync(resolve(file), 'utf8'))
    for (const [kind, template] of Object.entries(all)) {
      const { status } = await fetch(`${simulator}/_sim/templates`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(templateOf(kind, template)),
        signal: AbortSignal.timeout(LIMIT_MS),
      })
      if (status !== 201) throw new Error(`${kind}: ${status}`)
    }
    return null
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return `subscribe messages of ${file} could not be set up: ${why}`
  }
}
