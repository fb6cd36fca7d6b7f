// The one place that touches real time, chance, timers and the network.
import { generateKeyPair, randomBytes } from 'node:crypto'
import { promisify } from 'node:util'
import { Agent, request } from 'undici'
import { targetsOf } from '../allowed-target.ts'
import type { Delivery, KeyPairPem, OutgoingMessage, Ports } from '../ports.ts'
import { guardedLookup, REFUSED } from './lookup.ts'

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
    if (code === REFUSED) return { got: 'silence', why: 'the name leads to a forbidden address' }
    const why = name === 'TimeoutError' ? 'no answer within 5 seconds' : `no answer ${code}`.trim()
    return { got: 'silence', why }
  }
}

export interface RealOptions {
  /** Hosts beside this machine that messages may be sent to. */
  readonly allowedTargets?: readonly string[] | undefined
  /** Timers don't keep the process alive: for a simulator inside a test's process. */
  readonly detached?: boolean
}

/** The real ports. `close` gives back the connections. RangeError for a target that is no host. */
export function realPorts(
  log: 'silent' | 'info',
  options: RealOptions = {},
): Ports & { close(): Promise<void> } {
  const targets = targetsOf(options.allowedTargets)
  const agent = new Agent({
    connections: 32,
    keepAliveTimeout: 1000,
    connect: { lookup: guardedLookup(targets) },
  })
  return {
    realNowMs: () => Date.now(),
    newSeed: () => randomBytes(16).toString('hex'),
    newKeyPair,
    after: (delayMs, callback, patient = false) => {
      const timer = setTimeout(callback, delayMs)
      if (patient) timer.unref()
      if (options.detached === true) timer.unref()
      return () => clearTimeout(timer)
    },
    mayReach: targets.allows,
    send: (message) => send(agent, message),
    say: (line) => {
      if (log === 'info') process.stdout.write(`${line}\n`)
    },
    close: () => agent.destroy(),
  }
}
