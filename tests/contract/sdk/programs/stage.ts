// What the programs share: the person's side of WeChat, the merchant's own HTTP server, and a clock
// that goes with the simulator's. No SDK is touched here.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Operation, type Outcome, WORKS } from '../operations.ts'

/** The seeded merchant, as the test hands it over. */
export interface Given {
  readonly url: string
  readonly appid: string
  readonly app_secret: string
  readonly mchid: string
  readonly serial_no: string
  readonly private_key: string
  readonly certificate: string
  readonly apiv3_key: string
  readonly public_key_id: string
  readonly public_key: string
  /** Files with the merchant's certificate and key, for SDKs that read files. */
  readonly certificate_file: string
  readonly private_key_file: string
}

export const given: Given = JSON.parse(process.env['SDK_GIVEN'] ?? '{}')

/** A call that only the person or the test makes: straight to the simulator, not by the proxy. */
export async function control(
  method: string,
  path: string,
  body?: unknown,
): Promise<Record<string, unknown>> {
  const more = body === undefined ? {} : { body: JSON.stringify(body) }
  const answer = await fetch(`${given.url}${path}`, { method, ...more })
  const text = await answer.text()
  if (answer.status >= 300) throw new Error(`${path} answered ${answer.status}: ${text}`)
  return text === '' ? {} : JSON.parse(text)
}

export interface Notification {
  readonly headers: Record<string, string>
  /** As it came: a signature is over these bytes. */
  readonly body: string
}

/** The merchant's notify_url; `next` waits for what comes there. */
export class NotifyServer {
  readonly #arrived: Notification[] = []
  readonly #waiting: ((one: Notification) => void)[] = []
  readonly #server = createServer((request, reply) => void this.#take(request, reply))

  async open(): Promise<string> {
    await new Promise<void>((done) => this.#server.listen(0, '127.0.0.1', done))
    const { port } = this.#server.address() as AddressInfo
    return `http://127.0.0.1:${port}/notify`
  }

  next(): Promise<Notification> {
    const known = this.#arrived.shift()
    if (known !== undefined) return Promise.resolve(known)
    return new Promise((resolve) => this.#waiting.push(resolve))
  }

  close(): void {
    this.#server.close()
    this.#server.closeAllConnections()
  }

  async #take(request: IncomingMessage, reply: ServerResponse): Promise<void> {
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part)
    const headers = Object.entries(request.headers).map(([name, value]) => [name, String(value)])
    const one = {
      headers: Object.fromEntries(headers),
      body: Buffer.concat(parts).toString('utf8'),
    }
    reply.writeHead(204).end()
    const waiting = this.#waiting.shift()
    if (waiting === undefined) this.#arrived.push(one)
    else waiting(one)
  }
}

/** The seeded person's openid in the seeded app. */
export async function openid(): Promise<string> {
  const state = await control('GET', '/_sim/state')
  const [person] = state['people'] as { openids: Record<string, string> }[]
  return person?.openids[given.appid] ?? ''
}

/** The person pays with what the SDK signed for wx.requestPayment. */
export async function payWith(five: object): Promise<string> {
  const { appId: _, ...call } = { appId: '', ...five }
  const { errMsg } = await control('POST', '/_sim/cashier', { ...call, action: 'pay' })
  return String(errMsg)
}

/** The notification with one character of its sealed content changed. */
export function damaged(body: string): string {
  return body.replace(/("ciphertext":")(.)/, (_all, before: string, first: string) =>
    [before, first === 'A' ? 'B' : 'A'].join(''),
  )
}

const DAY_MS = 24 * 60 * 60 * 1000
const BEIJING_MS = 8 * 60 * 60 * 1000

const RealDate = Date

/** Moves the simulator's clock, and this program's own Date with it: an SDK signs with its time. */
async function moveTo(atMs: number): Promise<void> {
  await control('POST', '/_sim/clock', { set: new RealDate(atMs).toISOString() })
  const aheadMs = atMs - RealDate.now()
  class AheadDate extends RealDate {
    constructor(...parts: unknown[]) {
      if (parts.length === 0) super(RealDate.now() + aheadMs)
      else super(...(parts as [number]))
    }

    static override now(): number {
      return RealDate.now() + aheadMs
    }
  }
  globalThis.Date = AheadDate as DateConstructor
}

const beganMs = () => Math.floor((Date.now() + BEIJING_MS) / DAY_MS) * DAY_MS - BEIJING_MS

/** A run never crosses midnight in Beijing: all that it pays is in one bill. */
async function awayFromMidnight(): Promise<void> {
  const nextMs = beganMs() + DAY_MS
  if (nextMs - Date.now() < 2 * 60_000) await moveTo(nextMs + 1000)
}

/**
 * Goes to eleven in the morning of tomorrow, Beijing time, when today's bill is there.
 * @returns the day that was today, as bills name it
 */
export async function tomorrowAtEleven(): Promise<string> {
  const todayMs = beganMs()
  await moveTo(todayMs + DAY_MS + 11 * 60 * 60 * 1000)
  return new RealDate(todayMs + BEIJING_MS).toISOString().slice(0, 10)
}

/** Fails with a sentence that says what came instead. */
export function must(holds: boolean, instead: unknown): void {
  if (!holds) throw new Error(`instead came ${JSON.stringify(instead)?.slice(0, 500)}`)
}

/** Whether the call is refused by the SDK itself, in any way. */
export async function refuses(call: () => unknown): Promise<boolean> {
  try {
    return (await call()) === false
  } catch {
    return true
  }
}

export type Steps = Readonly<Record<Operation, () => Promise<unknown> | Outcome>>

const STEP_MS = 10_000

/** Fails when a step hangs, so that the others are still seen. */
async function withinTime(step: Steps[Operation]): Promise<unknown> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('it hangs')), STEP_MS)
  })
  try {
    return await Promise.race([step(), late])
  } finally {
    clearTimeout(timer)
  }
}

/** Runs the steps in order and prints what came of each, as JSON. */
export async function perform(steps: Steps): Promise<void> {
  await awayFromMidnight()
  const outcomes: Record<string, Outcome> = {}
  for (const [name, step] of Object.entries(steps)) {
    try {
      const told = await withinTime(step)
      outcomes[name] = typeof told === 'string' ? told : WORKS
    } catch (error) {
      outcomes[name] = `FAILED: ${error instanceof Error ? error.message : String(error)}`
    }
  }
  process.stdout.write(`${JSON.stringify(outcomes)}\n`)
}
