// A mini program's server for tests: calls with a token, pays orders, takes pushed messages.
import type { Box } from './box.ts'

type Fields = Record<string, unknown>

export interface MiniServer {
  /** A POST with a fresh token; what api.weixin.qq.com says. */
  post(path: string, body: unknown): Promise<Fields>
  get(path: string): Promise<Fields>
  /** An order paid by the seeded person; its transaction_id. */
  paid(number: string, total?: number): Promise<string>
  /** A body of upload_shipping_info for this payment. */
  upload(transactionId: string, more?: Fields): Fields
  /** Lets the clock walk. */
  walk(ms: number): Promise<void>
  /** An RFC 3339 time so many milliseconds after simulated now. */
  time(plusMs?: number): string
}

export function miniServer(box: Box): MiniServer {
  const { merchant, wechat } = box
  const { appid, app_secret: secret } = box.seed.credentials
  const token = async () => {
    const body = { grant_type: 'client_credential', appid, secret }
    const { json } = await merchant.control('POST', '/cgi-bin/stable_token', body)
    return String(json['access_token'])
  }
  const time = (plusMs = 0) => new Date(wechat.world.nowMs() + plusMs).toISOString()
  return {
    time,
    post: async (path, body) => {
      const url = `${path}?access_token=${await token()}`
      return (await merchant.control('POST', url, body)).json
    },
    get: async (path) => {
      const url = `${path}${path.includes('?') ? '&' : '?'}access_token=${await token()}`
      return (await merchant.control('GET', url)).json
    },
    paid: async (number, total = 100) => {
      const amount = { total, currency: 'CNY' }
      const { json } = await merchant.prepay(number, box.openid, { amount })
      box.use(json['prepay_id'], 'pay')
      await wechat.commit()
      return String((await merchant.query(number)).json['transaction_id'])
    },
    upload: (transactionId, more = {}) => ({
      order_key: { order_number_type: 2, transaction_id: transactionId },
      logistics_type: 1,
      delivery_mode: 1,
      shipping_list: [{ tracking_no: 'YT0001', express_company: 'YTO', item_desc: '试吃装' }],
      upload_time: time(),
      payer: { openid: box.openid },
      ...more,
    }),
    walk: async (ms) => {
      await wechat.clock.move((now) => now + ms)
    },
  }
}
