// Webhooks on their way out: signed as Standard Webhooks says, and kept away from every address that
// a stranger's URL must not reach. The address is checked as the connection is made, so that a name
// which answers differently the second time gains nothing.
import { lookup } from 'node:dns'
import type { LookupFunction } from 'node:net'
import ipaddr from 'ipaddr.js'
import { Webhook } from 'standardwebhooks'
import { Agent, request } from 'undici'
import {
  answer,
  type Points,
  type Sender,
  type Sent,
  silence,
  type TargetProblem,
} from '../../ports/index.ts'
import { noPoints } from '../points/index.ts'

const connectTimeoutMs = 5_000
const answerTimeoutMs = 15_000
const mostAnswerBytes = 65_536
const mostUrlLength = 512

const FORBIDDEN = 'MINITILL_FORBIDDEN_ADDRESS'

class ForbiddenAddress extends Error {
  readonly code = FORBIDDEN
}

export interface WebhookSender extends Sender {
  close(): Promise<void>
}

/**
 * In production public addresses and https alone; in development this machine alone.
 * @param resolve the system's resolver, unless a test plays it
 */
export function openSender(
  env: 'development' | 'production',
  points: Points = noPoints,
  resolve: typeof lookup = lookup,
): WebhookSender {
  const allows = env === 'production' ? isPublic : isLoopback
  const agent = new Agent({
    connections: 16,
    keepAliveTimeout: 4_000,
    connect: { timeout: connectTimeoutMs, lookup: guarded(allows, resolve) },
  })
  return {
    targetProblem: (url) => targetProblem(url, env),
    sign: (id, body, secrets) => signWebhook(id, body, secrets, new Date()),
    post: async ({ url, headers, body }) => {
      if (targetProblem(url, env) !== null) return answer({ kind: 'forbidden' })
      try {
        return answer(await post(agent, points, url, headers, body))
      } catch (error) {
        return failed(error)
      }
    },
    close: async () => await agent.destroy(),
  }
}

async function post(
  agent: Agent,
  points: Points,
  url: string,
  headers: Readonly<Record<string, string>>,
  body: string,
): Promise<Sent> {
  const reply = await request(url, {
    dispatcher: agent,
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json', 'user-agent': 'Minitill-Webhooks' },
    body,
    signal: AbortSignal.timeout(answerTimeoutMs),
  })
  await points.reach('deliver-event/send/sent-no-answer')
  // What it says beside its status is of no interest, and is not read for ever.
  await reply.body.dump({ limit: mostAnswerBytes })
  return { kind: 'answered', status: reply.statusCode }
}

function failed(error: unknown) {
  const { name = '', code = '' } = error as { name?: string; code?: string }
  if (code === FORBIDDEN) return answer({ kind: 'forbidden' } as const)
  if (/timeout/i.test(`${name} ${code}`)) return silence('timeout')
  const unreached = /^(ECONNREFUSED|ENOTFOUND|EHOSTUNREACH|ENETUNREACH|EAI_AGAIN)$/.test(code)
  return silence(unreached ? 'unreachable' : 'reset')
}

/** Resolves a name and refuses it when any of its addresses is none that we may reach. */
function guarded(allows: (address: string) => boolean, resolve: typeof lookup): LookupFunction {
  return (name, options, done) => {
    resolve(name, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return done(error, '', 0)
      const [first] = addresses
      if (first === undefined || !addresses.every(({ address }) => allows(address))) {
        return done(new ForbiddenAddress(`${name} leads to a forbidden address`), '', 0)
      }
      if (options.all === true) return done(null, addresses)
      return done(null, first.address, first.family)
    })
  }
}

/** IPv4 in IPv6 clothes is looked at as what it is. */
function rangeOf(address: string): string {
  return ipaddr.isValid(address) ? ipaddr.process(address).range() : 'invalid'
}

/** Of version 6 only what is handed out for the internet: `::7f00:1` is nobody's, or 127.0.0.1. */
const handedOut = ipaddr.parseCIDR('2000::/3')

function isPublic(address: string): boolean {
  if (rangeOf(address) !== 'unicast') return false
  const parsed = ipaddr.process(address)
  return parsed.kind() === 'ipv4' || parsed.match(handedOut)
}

const isLoopback = (address: string) => rangeOf(address) === 'loopback'

function targetProblem(text: string, env: 'development' | 'production'): TargetProblem | null {
  if (text.length > mostUrlLength || !URL.canParse(text)) return 'not_a_url'
  const { protocol, hostname, username, password, hash } = new URL(text)
  const isPlain = username === '' && password === '' && hash === ''
  if (!isPlain || !/^https?:$/.test(protocol)) return 'not_a_url'
  const host = hostname.replace(/^\[|\]$/g, '')
  if (env === 'development') {
    const here = host === 'localhost' || isLoopback(host)
    return here ? null : 'loopback_only'
  }
  if (protocol !== 'https:') return 'https_only'
  if (ipaddr.isValid(host)) return isPublic(host) ? null : 'private_address'
  return /(^|\.)(localhost|local|internal|home\.arpa)\.?$/i.test(host) ? 'private_address' : null
}

/** Both secrets sign during a rotation, each signature in the one header, separated by a blank. */
export function signWebhook(id: string, body: string, secrets: readonly string[], at: Date) {
  const signatures = secrets.map((secret) => new Webhook(secret).sign(id, at, body))
  return {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': signatures.join(' '),
  }
}
