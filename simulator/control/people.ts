// The persons' side over HTTP: who there is, what their phones give, what they do in the cashier.
import { fen, instant, rfc3339Beijing } from '@minitill/protocol/model'
import type { Diagnosis } from '../api/wire.ts'
import { shown } from '../journal.ts'
import { strike } from '../mischief.ts'
import { actInCashier, type CashierCall, openCashier, previewCashier } from '../phone/cashier.ts'
import { checkSession, login, phoneCode, replaceSession } from '../phone/login.ts'
import { sealedPhone, userData } from '../phone/user-data.ts'
import { plantPerson } from '../seed.ts'
import { PREPAY_LIFE_MS } from '../trade.ts'
import type { Wechat } from '../wechat.ts'
import type { World } from '../world.ts'
import { bad, type ControlAnswer, good, parsed } from './answer.ts'
import { cashierInput, personInput, previewInput, whoInput } from './input.ts'
import { newPerson, personView } from './state.ts'

const MOST_PEOPLE = 10_000

export type Who = { readonly appid: string; readonly person: string }
type Named =
  | { readonly ok: true; readonly who: Who }
  | { readonly ok: false; readonly answer: ControlAnswer }

/** The mini program and the person that a call means: the seeded ones unless it names others. */
export function whoOf(
  world: World,
  given: { readonly appid?: string | undefined; readonly person?: string | undefined },
): Named {
  const appid = given.appid ?? world.meta.defaultAppid
  const person = given.person ?? world.meta.defaultPerson
  if (world.get('apps', appid) === undefined) {
    return { ok: false, answer: bad('appid', 'no such mini program; POST /_sim/apps registers it') }
  }
  if (world.get('people', person) === undefined) {
    return { ok: false, answer: bad('person', 'no such person; GET /_sim/state lists them') }
  }
  return { ok: true, who: { appid, person } }
}

function withWho(
  wechat: Wechat,
  input: unknown,
  act: (world: World, who: Who) => ControlAnswer,
): ControlAnswer {
  const given = parsed(whoInput, input)
  if (!given.ok) return given.answer
  const named = whoOf(wechat.world, given.value)
  return named.ok ? act(wechat.world, named.who) : named.answer
}

/** POST /_sim/people. */
export function addPerson(wechat: Wechat, input: unknown): ControlAnswer {
  const given = parsed(personInput, input)
  if (!given.ok) return given.answer
  const { world } = wechat
  if (world.count('people') >= MOST_PEOPLE) {
    return bad('people', `at most ${MOST_PEOPLE}; POST /_sim/reset empties the world`)
  }
  const made = newPerson(world, given.value.name, given.value.balance)
  plantPerson(world, made.id, made.name, made.phone, fen(made.balance), false)
  return good(personView(world, world.must('people', made.id)), 201)
}

/** POST /_sim/people/{id}: another name, or another balance in fen. */
export function changePerson(wechat: Wechat, id: string, input: unknown): ControlAnswer {
  const given = parsed(personInput, input)
  if (!given.ok) return given.answer
  const { world } = wechat
  const known = world.get('people', id)
  if (known === undefined) return bad('id', 'no such person; GET /_sim/state lists them', 404)
  const { name = known.name, balance = known.balance } = given.value
  const person = { ...known, name, balance: fen(balance) }
  world.put('people', id, person)
  return good(personView(world, person))
}

/** POST /_sim/login: what wx.login gives. */
export function loginCode(wechat: Wechat, input: unknown): ControlAnswer {
  return withWho(wechat, input, (world, { appid, person }) => {
    const fault = strike(world, 'login')
    if (fault?.kind === 'session_key_rotated') replaceSession(world, appid, person)
    const result = login(world, appid, person)
    if (result.ok) return good({ code: result.code, errMsg: 'login:ok' })
    return good({ errMsg: result.errMsg, errno: result.errno }, 429)
  })
}

/** POST /_sim/phone-code: what the phone number button gives. */
export function phoneNumberCode(wechat: Wechat, input: unknown): ControlAnswer {
  return withWho(wechat, input, (world, { appid, person }) => {
    const button = phoneCode(world, appid, person)
    if (button.code === undefined) return good(button)
    return good({ ...button, ...(sealedPhone(world, appid, person) ?? {}) })
  })
}

/** POST /_sim/check-session: what wx.checkSession says. */
export function sessionCheck(wechat: Wechat, input: unknown): ControlAnswer {
  return withWho(wechat, input, (world, { appid, person }) =>
    good({ errMsg: checkSession(world, appid, person) }),
  )
}

/** POST /_sim/user-data: what wx.getUserInfo gives; 400 before the first login. */
export function userInfo(wechat: Wechat, input: unknown): ControlAnswer {
  return withWho(wechat, input, (world, { appid, person }) => {
    const data = userData(world, appid, person)
    if (data === null) return bad('person', 'has no session_key yet; POST /_sim/login first')
    return good({ errMsg: 'getUserInfo:ok', ...data })
  })
}

/** F-35: the sheet stays open until a second before the order, or its prepay_id, ends. */
async function untilLastSecond(wechat: Wechat, call: CashierCall): Promise<void> {
  const opened = openCashier(wechat.world, wechat.keys, call)
  if (!opened.ok) return
  const { prepayAtMs, timeExpireMs } = opened.trade
  const endMs = Math.min(prepayAtMs + PREPAY_LIFE_MS, timeExpireMs ?? Number.POSITIVE_INFINITY)
  await wechat.clock.move((nowMs) => Math.max(nowMs, endMs - 1000))
}

/** POST /_sim/cashier: the person meets the cashier. 200 in every case that is well formed. */
export async function cashier(wechat: Wechat, input: unknown): Promise<ControlAnswer> {
  const given = parsed(cashierInput, input)
  if (!given.ok) return given.answer
  const named = whoOf(wechat.world, given.value)
  if (!named.ok) return named.answer
  const { world, keys } = wechat
  const { action } = given.value
  const pays = action === 'pay' || action === 'pay_and_leave'
  const fault = pays ? strike(world, 'cashier') : null
  const call = { ...callOf(given.value), ...named.who }
  if (fault?.kind === 'last_second') await untilLastSecond(wechat, call)
  return good(explained(wechat, call, actInCashier(world, keys, call, action, fault)))
}

/** A refused call of the cashier stands in the journal with its diagnosis, like a refused request. */
function explained<T extends { readonly errMsg: string | null; readonly diagnosis?: Diagnosis }>(
  wechat: Wechat,
  call: CashierCall,
  result: T,
): T {
  if (result.diagnosis === undefined) return result
  const diagnosis = shown(result.diagnosis)
  const { appid, person: _, ...parameters } = call
  wechat.journal.note({
    kind: 'request',
    at: rfc3339Beijing(instant(wechat.world.nowMs())),
    method: 'CALL',
    url: 'wx.requestPayment',
    headers: { appid },
    body: JSON.stringify(parameters),
    answer: { status: null, headers: {}, body: result.errMsg ?? '' },
    verification: { ok: false, failed_step: 'cashier', diagnosis },
  })
  return { ...result, diagnosis }
}

interface RawCall {
  readonly timeStamp?: unknown
  readonly nonceStr?: unknown
  readonly package?: unknown
  readonly signType?: unknown
  readonly paySign?: unknown
}

function callOf(given: RawCall) {
  return {
    timeStamp: given.timeStamp,
    nonceStr: given.nonceStr,
    package: given.package,
    signType: given.signType,
    paySign: given.paySign,
  }
}

/** POST /_sim/cashier/preview: the sheet before the person decides. */
export function cashierPreview(wechat: Wechat, input: unknown): ControlAnswer {
  const given = parsed(previewInput, input)
  if (!given.ok) return given.answer
  const named = whoOf(wechat.world, given.value)
  if (!named.ok) return named.answer
  const call = { ...callOf(given.value), ...named.who }
  return good(explained(wechat, call, previewCashier(wechat.world, wechat.keys, call)))
}
