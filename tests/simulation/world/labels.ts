// Names for what a run is about that stay the same when other orders are left out: `p3#0` is the
// first trade of the third person. Draws and faults are keyed by them, never by generated numbers.

export class Labels {
  readonly #people = new Map<string, string>()
  readonly #trades = new Map<string, string>()
  readonly #counts = new Map<string, number>()

  person(openid: string, name: string): void {
    this.#people.set(openid, name)
  }

  /** The label of a trade by its number; the openid says whose it is when it is first seen. */
  trade(outTradeNo: string, openid: string): string {
    const known = this.#trades.get(outTradeNo)
    if (known !== undefined) return known
    const name = this.#people.get(openid) ?? 'nobody'
    const nth = this.#counts.get(name) ?? 0
    this.#counts.set(name, nth + 1)
    const label = `${name}#${nth}`
    this.#trades.set(outTradeNo, label)
    return label
  }

  ofTrade(outTradeNo: string): string {
    return this.#trades.get(outTradeNo) ?? 'unknown'
  }

  /** Whom a request to WeChat is about. */
  ofRequest(path: string, body: Uint8Array): string {
    const text = Buffer.from(body).toString('utf8')
    const sent = text.startsWith('{') ? (JSON.parse(text) as Record<string, unknown>) : {}
    const { out_trade_no, payer } = sent as { out_trade_no?: string; payer?: { openid?: string } }
    if (out_trade_no !== undefined) return this.trade(out_trade_no, payer?.openid ?? '')
    const number = /out-trade-no\/([^/?]+)/.exec(path)?.[1]
    if (number !== undefined) return this.ofTrade(number)
    const date = /bill_date=([^&]+)/.exec(path)?.[1]
    if (date !== undefined) return date
    const { order_key = {}, ...rest } = sent as { order_key?: Record<string, string> }
    const { transaction_id } = { ...order_key, ...rest } as { transaction_id?: string }
    const refund = /refunds\/([^/?]+)/.exec(path)?.[1]
    return this.ofTrade(this.resolve(transaction_id ?? null, refund ?? null) ?? '')
  }

  /** The out_trade_no behind a transaction_id or an out_refund_no; the world knows it. */
  resolve: (transactionId: string | null, outRefundNo: string | null) => string | null = () => null
}
