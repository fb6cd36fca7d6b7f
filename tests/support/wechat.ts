import type { Http, Reply } from './http.ts'
import { type Pair, until } from './pair.ts'

/** One message as the simulator's journal shows it. */
export interface Seen {
  readonly kind: 'request' | 'notification' | 'push'
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly answer: {
    readonly status: number | null
    readonly headers: Readonly<Record<string, string>>
  }
  readonly fault?: string
}

/** The other side of the pair: its clock, its faults, and what it saw of us. */
export class Wechat {
  readonly #pair: Pair

  constructor(pair: Pair) {
    this.#pair = pair
  }

  get #simulator(): Http {
    return this.#pair.simulator
  }

  async advance(ms: number): Promise<void> {
    const { status, text } = await this.#simulator.post('/_sim/clock', { advance_ms: ms })
    if (status !== 200) throw new Error(`the clock stands still: ${text}`)
  }

  async arm(fault: Record<string, unknown>): Promise<string> {
    const { status, json, text } = await this.#simulator.post('/_sim/faults', fault)
    if (status !== 201) throw new Error(`no such fault: ${text}`)
    return json.id
  }

  async disarm(id: string): Promise<void> {
    await this.#simulator.send('DELETE', `/_sim/faults/${id}`)
  }

  /** The fault is there during the story and gone after it. */
  async during<T>(fault: Record<string, unknown>, story: () => Promise<T>): Promise<T> {
    const id = await this.arm(fault)
    try {
      return await story()
    } finally {
      await this.disarm(id)
    }
  }

  /** Queries answer nothing that helps, so that only notifications can pay. */
  async withoutAsking<T>(story: () => Promise<T>): Promise<T> {
    return await this.during({ point: 'pay.query', kind: 'html_502', probability: 1 }, story)
  }

  async switch(values: Record<string, unknown>): Promise<void> {
    const { status, text } = await this.#simulator.post('/_sim/switches', values)
    if (status !== 200) throw new Error(`no such switch: ${text}`)
  }

  /** Registers the seeded merchant again. */
  async merchant(more: Record<string, unknown>): Promise<Reply['json']> {
    const { mchid, appid, apiv3_key } = this.#pair.credentials
    const body = { mchid, appids: [appid], apiv3_key, ...more }
    const { status, json, text } = await this.#simulator.post('/_sim/merchants', body)
    if (status !== 201) throw new Error(`the merchant could not be registered: ${text}`)
    return json
  }

  /** Everything in the journal whose kind and path are these, oldest first. */
  async seen(kind: Seen['kind'], path: string): Promise<Seen[]> {
    const all: Seen[] = []
    for (let after = 0; ; ) {
      const { data, next } = (await this.#simulator.get(`/_sim/journal?after=${after}&limit=500`))
        .json as { data: Seen[]; next: number }
      all.push(...data.filter((one) => one.kind === kind && one.url.includes(path)))
      if (data.length < 500) return all
      after = next
    }
  }

  async downloads(): Promise<number> {
    return (await this.seen('request', '/v3/certificates')).length
  }

  /** Waits until so many notifications have been tried, and answers the last one. */
  async untilNotified(count: number): Promise<Seen> {
    const look = async () => await this.seen('notification', '/wechat/pay/notify/')
    const all = await until(look, (seen) => seen.length >= count)
    const last = all.at(-1)
    if (last === undefined) throw new Error('no notification was tried')
    return last
  }
}

/** A counter of one server; 0 when it was never counted. Labels that are not named are summed. */
export async function counted(
  server: Http,
  name: string,
  labels: Record<string, string> = {},
): Promise<number> {
  const { text } = await server.get('/metrics')
  const wanted = Object.entries(labels).map(([key, value]) => `${key}="${value}"`)
  const lines = text
    .split('\n')
    .filter((line) => new RegExp(`^minitill_${name}[{ ]`).test(line))
    .filter((line) => wanted.every((label) => line.includes(label)))
  return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0)
}
