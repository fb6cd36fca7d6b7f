// The control API: what a person, a page or a test does to the simulated WeChat.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { DEFAULT_SWITCHES, switchesSchema } from '../switches.ts'
import type { Wechat } from '../wechat.ts'
import type { Worlds } from '../worlds.ts'
import { bad, type ControlAnswer, good, parsed } from './answer.ts'
import { acknowledge, moveClock, readClock, streamClock } from './clock.ts'
import { armFault, disarm, faultMenu } from './faults.ts'
import { refusalOf } from './guard.ts'
import { followerQuery, journalQuery, nothingInput } from './input.ts'
import { type ProgramNews, streamJournal } from './journal-stream.ts'
import { messagesView } from './messages.ts'
import {
  addPerson,
  cashier,
  cashierPreview,
  changePerson,
  loginCode,
  phoneNumberCode,
  sessionCheck,
  userInfo,
} from './people.ts'
import { pushByHand, pushesView, replayPush } from './pushes.ts'
import { forceRefund, moveFunds, platformRefund, refundsView, setPlatform } from './refunds.ts'
import { registerApp, registerMerchant, verifyApp } from './register.ts'
import { replay } from './replay.ts'
import { changeDispute, receipt, shipmentsView } from './shipments.ts'
import { stateView, tradesView } from './state.ts'
import { registerTemplate, subscribe, templatesView } from './subscriptions.ts'
import { exportWorld, importWorld, MOST_WORLD_BYTES, readCredentials } from './world.ts'

/** What a handler may know of a call beside its body; a call in this process has no more. */
export interface ControlCall {
  readonly params: unknown
  readonly query: unknown
}

export type Handler = (
  wechat: Wechat,
  input: unknown,
  request: ControlCall,
) => ControlAnswer | Promise<ControlAnswer>

function idOf(request: ControlCall): string {
  const { params } = request
  const id = typeof params === 'object' && params !== null && 'id' in params ? params.id : ''
  return typeof id === 'string' ? id : ''
}

function journal(wechat: Wechat, _input: unknown, request: ControlCall): ControlAnswer {
  const read = parsed(journalQuery, request.query)
  if (!read.ok) return read.answer
  return good(wechat.journal.read(read.value.after, read.value.limit))
}

async function reset(wechat: Wechat, input: unknown): Promise<ControlAnswer> {
  const read = parsed(nothingInput, input)
  if (!read.ok) return read.answer
  await wechat.reset()
  return good(stateView(wechat))
}

function changeSwitches(wechat: Wechat, input: unknown): ControlAnswer {
  const read = parsed(switchesSchema.partial(), input)
  if (!read.ok) return read.answer
  const given = Object.entries(read.value).filter(([, value]) => value !== undefined)
  const switches = { ...wechat.world.switches, ...Object.fromEntries(given) }
  wechat.world.put('switches', 'world', switches)
  return good(switches)
}

/** Every control route; `suite/` calls the same ones without a port. */
export const ROUTES: readonly (readonly ['GET' | 'POST' | 'DELETE', string, Handler])[] = [
  ['GET', '/_sim/state', (wechat) => good(stateView(wechat))],
  ['POST', '/_sim/reset', reset],
  ['GET', '/_sim/world', (wechat, _input, call) => exportWorld(wechat, call.query)],
  ['POST', '/_sim/world', importWorld],
  ['GET', '/_sim/credentials', readCredentials],
  ['GET', '/_sim/clock', readClock],
  ['POST', '/_sim/clock', moveClock],
  ['POST', '/_sim/clock/ack', acknowledge],
  ['POST', '/_sim/apps', registerApp],
  ['POST', '/_sim/apps/:id/verify', (wechat, _input, request) => verifyApp(wechat, idOf(request))],
  ['POST', '/_sim/merchants', registerMerchant],
  ['POST', '/_sim/people', addPerson],
  [
    'POST',
    '/_sim/people/:id',
    (wechat, input, request) => changePerson(wechat, idOf(request), input),
  ],
  ['POST', '/_sim/login', loginCode],
  ['POST', '/_sim/phone-code', phoneNumberCode],
  ['POST', '/_sim/check-session', sessionCheck],
  ['POST', '/_sim/user-data', userInfo],
  ['POST', '/_sim/cashier', cashier],
  ['POST', '/_sim/cashier/preview', cashierPreview],
  ['POST', '/_sim/faults', armFault],
  ['GET', '/_sim/faults', faultMenu],
  ['DELETE', '/_sim/faults', (wechat) => disarm(wechat, null)],
  ['DELETE', '/_sim/faults/:id', (wechat, _input, request) => disarm(wechat, idOf(request))],
  ['GET', '/_sim/journal', journal],
  ['GET', '/_sim/trades', (wechat) => good({ data: tradesView(wechat.world) })],
  ['GET', '/_sim/refunds', refundsView],
  ['POST', '/_sim/refunds', platformRefund],
  ['POST', '/_sim/refunds/:id', (wechat, input, call) => forceRefund(wechat, idOf(call), input)],
  [
    'POST',
    '/_sim/merchants/:id/platform',
    (wechat, input, call) => setPlatform(wechat, idOf(call), input),
  ],
  [
    'POST',
    '/_sim/merchants/:id/top-up',
    (wechat, input, call) => moveFunds(wechat, idOf(call), input, 'top_up'),
  ],
  [
    'POST',
    '/_sim/merchants/:id/withdraw',
    (wechat, input, call) => moveFunds(wechat, idOf(call), input, 'withdrawal'),
  ],
  [
    'POST',
    '/_sim/notifications/:id/replay',
    (wechat, input, request) => replay(wechat, idOf(request), input),
  ],
  ['GET', '/_sim/templates', (wechat, _input, request) => templatesView(wechat, request.query)],
  ['POST', '/_sim/templates', registerTemplate],
  ['POST', '/_sim/subscriptions', subscribe],
  ['GET', '/_sim/pushes', pushesView],
  ['POST', '/_sim/pushes', pushByHand],
  ['POST', '/_sim/pushes/:id/replay', (wechat, _in, request) => replayPush(wechat, idOf(request))],
  ['GET', '/_sim/shipments', shipmentsView],
  ['POST', '/_sim/receipts', receipt],
  ['POST', '/_sim/disputes', changeDispute],
  ['GET', '/_sim/messages', (wechat, _input, request) => messagesView(wechat, request.query)],
  [
    'GET',
    '/_sim/switches',
    (wechat) => good({ values: wechat.world.switches, defaults: DEFAULT_SWITCHES }),
  ],
  ['POST', '/_sim/switches', changeSwitches],
]

type Body = { readonly ok: true; readonly value: unknown } | { readonly ok: false }

function jsonOf(body: unknown): Body {
  if (!(body instanceof Uint8Array) || body.length === 0) return { ok: true, value: undefined }
  try {
    return { ok: true, value: JSON.parse(Buffer.from(body).toString('utf8')) }
  } catch {
    return { ok: false }
  }
}

function send(reply: FastifyReply, answer: ControlAnswer): FastifyReply {
  // No page elsewhere may take an answer in, not even as a script or a picture.
  reply.header('x-content-type-options', 'nosniff')
  reply.header('cross-origin-resource-policy', 'same-origin')
  if (answer.body === null) return reply.code(answer.status).send()
  const type = 'application/json; charset=utf-8'
  return reply.code(answer.status).type(type).send(JSON.stringify(answer.body))
}

/** The name that a request's Minitill-World header gives; "" for the default world. */
export function worldName(request: FastifyRequest): string {
  const name = request.headers['minitill-world']
  return typeof name === 'string' ? name : ''
}

/** Mounts the control API. `port` is asked for at each request: it is known once we listen. */
export function registerControl(
  app: FastifyInstance,
  worlds: Worlds,
  port: () => number,
  program: ProgramNews | null = null,
): void {
  const guarded = async (
    request: FastifyRequest,
    reply: FastifyReply,
    act: (wechat: Wechat) => Promise<unknown>,
  ): Promise<unknown> => {
    const refusal = refusalOf(request.raw, port())
    if (refusal !== null) {
      return send(reply, { status: 403, body: { code: 'forbidden', detail: refusal } })
    }
    const found = await worlds.find(worldName(request))
    return found.ok ? act(found.wechat) : send(reply, bad('Minitill-World', found.reason))
  }

  for (const [method, url, handler] of ROUTES) {
    app.route({
      method,
      url,
      ...(url === '/_sim/world' ? { bodyLimit: MOST_WORLD_BYTES } : {}),
      handler: (request, reply) =>
        guarded(request, reply, async (wechat) => {
          const input = jsonOf(request.body)
          if (!input.ok) return send(reply, bad('body', 'must be JSON'))
          const answer = await handler(wechat, input.value, request)
          await wechat.commit()
          return send(reply, answer)
        }),
    })
  }

  app.get('/_sim/clock/stream', (request, reply) =>
    guarded(request, reply, async (wechat) => {
      const read = parsed(followerQuery, request.query)
      if (!read.ok) return send(reply, read.answer)
      reply.hijack()
      streamClock(wechat, read.value.follower, reply.raw)
      return reply
    }),
  )

  app.get('/_sim/journal/stream', (request, reply) =>
    guarded(request, reply, async (wechat) => {
      const read = parsed(journalQuery.pick({ after: true }), request.query)
      if (!read.ok) return send(reply, read.answer)
      reply.hijack()
      const resumed = Number(request.headers['last-event-id'])
      const after = Number.isSafeInteger(resumed) && resumed > 0 ? resumed : read.value.after
      streamJournal(wechat, after, reply.raw, program)
      return reply
    }),
  )
}
