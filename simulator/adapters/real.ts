// The one place that touches real time, chance and timers; `outgoing.ts` beside it the network.
import { generateKeyPair, randomBytes } from 'node:crypto'
import { promisify } from 'node:util'
import { targetsOf } from '../allowed-target.ts'
import type { KeyPairPem, Ports } from '../ports.ts'
import type { Outgoing } from './outgoing.ts'

const makeKeyPair = promisify(generateKeyPair)

async function newKeyPair(): Promise<KeyPairPem> {
  const pair = await makeKeyPair('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
  return { privateKey: pair.privateKey, publicKey: pair.publicKey }
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
  let outgoing: Promise<Outgoing> | null = null
  const opened = () => {
    outgoing ??= import('./outgoing.ts').then((module) => new module.Outgoing(targets))
    return outgoing
  }
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
    send: async (message) => (await opened()).send(message),
    say: (line) => {
      if (log === 'info') process.stdout.write(`${line}\n`)
    },
    close: async () => (await outgoing)?.close(),
  }
}
