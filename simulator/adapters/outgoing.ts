// Messages to the merchant's server. Loaded with the first one: a simulator that was just started,
// or one inside a test's process, need not wait for an HTTP client.
import { Agent, request } from 'undici'
import type { Targets } from '../allowed-target.ts'
import type { Delivery, OutgoingMessage } from '../ports.ts'
import { guardedLookup, REFUSED } from './lookup.ts'

const MOST_ANSWER_BYTES = 65_536

async function firstBytes(body: AsyncIterable<Uint8Array>): Promise<string> {
  const parts: Uint8Array[] = []
  let size = 0
  for await (const part of body) {
    parts.push(part)
    size += part.length
    if (size >= MOST_ANSWER_BYTES) break
  }
  return Buffer.concat(parts).subarray(0, MOST_ANSWER_BYTES).toString('utf8')
}

export class Outgoing {
  readonly #agent: Agent

  constructor(targets: Targets) {
    const connect = { lookup: guardedLookup(targets) }
    this.#agent = new Agent({ connections: 32, keepAliveTimeout: 1000, connect })
  }

  async send(message: OutgoingMessage): Promise<Delivery> {
    try {
      const { statusCode, body } = await request(message.url, {
        dispatcher: this.#agent,
        method: message.method ?? 'POST',
        headers: { ...message.headers },
        body: message.method === 'GET' ? null : message.body,
        signal: AbortSignal.timeout(message.timeoutMs),
      })
      return { got: 'answer', status: statusCode, body: await firstBytes(body) }
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : ''
      const name = error instanceof Error ? error.name : ''
      if (code === REFUSED) return { got: 'silence', why: 'the name leads to a forbidden address' }
      const late = name === 'TimeoutError'
      return {
        got: 'silence',
        why: late ? 'no answer within 5 seconds' : `no answer ${code}`.trim(),
      }
    }
  }

  /** Gives back the connections. */
  async close(): Promise<void> {
    await this.#agent.destroy()
  }
}
