// The one place that touches real time, chance, timers and the network.
import { generateKeyPair, randomBytes } from 'node:crypto'
import { promisify } from 'node:util'
import { Agent, request } from 'undici'
import type { Delivery, KeyPairPem, OutgoingMessage, Ports } from '../ports.ts'

const MOST_ANSWER_BYTES = 65_536

const makeKeyPair = promisify(generateKeyPair)

async function newKeyPair(): Promise<KeyPairPem> {
  const pair = await makeKeyPair('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
  return { privateKey: pair.privateKey, publicKey: pair.publicKey }
}

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

async function send(agent: Agent, message: OutgoingMessage): Promise<Delivery> {
  try {
    const { statusCode, body } = await request(message.url, {
      dispatcher: agent,
      method: message.method ?? 'POST',
      headers: { ...message.headers },
      body: message.method === 'GET' ? null : message.body,
      signal: AbortSignal.timeout(message.timeoutMs),
    })
    return { got: 'answer', status: statusCode, body: await firstBytes(body) }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    const name = error instanceof Error ? error.name : ''
    const why = name === 'TimeoutError' ? 'no answer within 5 seconds' : `no answer ${code}`.trim()
    return { got: 'silence', why }
  }
}

/** The real ports. `close` gives back the connections. */
export function realPorts(log: 'silent' | 'info'): Ports & { close(): Promise<void> } {
  const agent = new Agent({ connections: 32, keepAliveTimeout: 1000 })
  return {
    realNowMs: () => Date.now(),
    newSeed: () => randomBytes(16).toString('hex'),
    newKeyPair,
    after: (delayMs, callback) => {
      const timer = setTimeout(callback, delayMs)
      return () => clearTimeout(timer)
    },
    send: (message) => send(agent, message),
    say: (line) => {
      if (log === 'info') process.stdout.write(`${line}\n`)
    },
    close: () => agent.destroy(),
  }
}
