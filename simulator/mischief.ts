// The fault menu: points × kinds, armed by probability, count or next-only; seeded, repeatable.
import type { Fault } from './fault-state.ts'
import type { World } from './world.ts'

const NETWORK = [
  'request_lost',
  'answer_lost',
  'answer_delayed',
  'reset_mid_body',
  'truncated_body',
  'error_500_with_effect',
  'error_500_without_effect',
  'error_503_without_effect',
  'html_502',
  'redirect',
] as const

const PAY = [
  ...NETWORK,
  'rate_limited',
  'rate_limited_legacy',
  'wrong_signature',
  'missing_signature',
  'unknown_serial',
  'timestamp_old',
  'timestamp_future',
  'signtest',
  'platform_rotation',
] as const

const MINI = [...NETWORK, 'busy', 'minute_quota'] as const
const WITH_TOKEN = [...MINI, 'token_killed', 'token_expired', 'token_malformed'] as const
const SHIPPING = [...WITH_TOKEN, 'payment_unknown', 'shipping_frequency', 'shipping_busy'] as const

/** Where things can go wrong, and what can go wrong there. */
export const MENU: Readonly<Record<string, readonly string[]>> = {
  'pay.prepay': [...PAY, 'paid_before_answer', 'closed_after_prepay'],
  'pay.query': [...PAY, 'other_order'],
  'pay.close': [...PAY, 'paid_during_close'],
  'pay.certificates': PAY,
  'mini.code2session': [...MINI, 'code_blocked'],
  'mini.token': [...MINI, 'secret_frozen', 'token_forbidden', 'account_frozen'],
  'mini.stable_token': [...MINI, 'secret_frozen'],
  'mini.checksession': WITH_TOKEN,
  'mini.resetusersessionkey': WITH_TOKEN,
  'mini.getuserphonenumber': WITH_TOKEN,
  'mini.upload_shipping_info': SHIPPING,
  'mini.upload_combined_shipping_info': SHIPPING,
  'mini.get_order': SHIPPING,
  'mini.get_order_list': SHIPPING,
  'mini.notify_confirm_receive': SHIPPING,
  'mini.set_msg_jump_path': SHIPPING,
  'mini.opspecialorder': SHIPPING,
  'mini.is_trade_managed': SHIPPING,
  'mini.is_trade_management_confirmation_completed': SHIPPING,
  'mini.get_delivery_list': SHIPPING,
  'mini.subscribe_send': [...WITH_TOKEN, 'concurrent_send', 'sensitive_word'],
  'mini.template_list': WITH_TOKEN,
  'mini.quota': WITH_TOKEN,
  push: [
    'lost',
    'duplicated',
    'delayed',
    'two_at_once',
    'answer_lost',
    'damaged_ciphertext',
    'wrong_signature',
    'timestamp_old',
    'other_appid',
  ],
  notification: [
    'lost',
    'duplicated',
    'delayed',
    'two_at_once',
    'answer_lost',
    'damaged_ciphertext',
    'wrong_signature',
    'missing_signature',
    'unknown_serial',
    'timestamp_old',
    'signtest',
    'platform_rotation',
    'wrong_merchant',
    'wrong_amount',
    'unknown_order',
    'other_type',
  ],
  cashier: ['cancel_although_paid', 'no_callback', 'query_lags'],
  login: ['session_key_rotated'],
}

/** Points that a fault may be armed for: single ones and the families `pay.*` and `mini.*`. */
export const POINTS: readonly string[] = [...Object.keys(MENU), 'pay.*', 'mini.*']

/** Every kind that some point of this name, or of this family, offers. */
export function kindsOf(point: string): readonly string[] {
  if (!point.endsWith('.*')) return MENU[point] ?? []
  const family = point.slice(0, -1)
  const kinds = Object.entries(MENU).filter(([name]) => name.startsWith(family))
  return [...new Set(kinds.flatMap(([, own]) => own))]
}

export interface Arming {
  readonly point: string
  readonly kind: string
  readonly probability?: number | undefined
  readonly count?: number | undefined
  readonly next?: boolean | undefined
  readonly seed?: string | undefined
  readonly delayMs?: number | undefined
}

type Line = Arming & { readonly seed?: undefined }

/** Named stories. */
export const PRESETS: Readonly<Record<string, readonly Line[]>> = {
  'notify lost all day': [{ point: 'notification', kind: 'lost', probability: 1 }],
  'answer lost after effect': [
    { point: 'pay.prepay', kind: 'answer_lost', next: true },
    { point: 'pay.close', kind: 'answer_lost', next: true },
  ],
  'paid during close': [{ point: 'pay.close', kind: 'paid_during_close', probability: 1 }],
  'key rotation in flight': [
    { point: 'pay.*', kind: 'platform_rotation', next: true },
    { point: 'notification', kind: 'platform_rotation', next: true },
  ],
  'SIGNTEST probe': [
    { point: 'pay.*', kind: 'signtest', next: true },
    { point: 'notification', kind: 'signtest', next: true },
  ],
  'push lost all day': [{ point: 'push', kind: 'lost', probability: 1 }],
  'shipping unknown for a while': [
    { point: 'mini.upload_shipping_info', kind: 'payment_unknown', count: 3 },
  ],
  'notify twice at once': [{ point: 'notification', kind: 'two_at_once', probability: 1 }],
  'paid but cancelled': [{ point: 'cashier', kind: 'cancel_although_paid', probability: 1 }],
}

const DEFAULT_DELAY_MS: Readonly<Record<string, number>> = {
  answer_delayed: 12_000,
  delayed: 10 * 60_000,
  paid_before_answer: 500,
  query_lags: 2000,
}

function limitOf(arming: Arming): number | null {
  if (arming.next === true) return 1
  return arming.count ?? null
}

/** Arms one fault; its id comes back. */
export function arm(world: World, arming: Arming, id: string, preset: string | null): string {
  world.put('faults', id, {
    id,
    point: arming.point,
    kind: arming.kind,
    probability: arming.probability ?? 1,
    remaining: limitOf(arming),
    seed: arming.seed ?? null,
    preset,
    delayMs: arming.delayMs ?? DEFAULT_DELAY_MS[arming.kind] ?? 0,
    considered: 0,
    fired: 0,
  })
  return id
}

/** Arms all lines of a preset under one id: `f1`, `f1.2`, … */
export function armPreset(world: World, name: string, id: string, more: Partial<Arming>): string {
  const lines = PRESETS[name] ?? []
  for (const [index, line] of lines.entries()) {
    const own = index === 0 ? id : `${id}.${index + 1}`
    arm(world, { ...line, ...more, point: line.point, kind: line.kind }, own, name)
  }
  return id
}

function matches(fault: Fault, point: string): boolean {
  const family = fault.point.endsWith('.*') && point.startsWith(fault.point.slice(0, -1))
  return (fault.point === point || family) && (MENU[point]?.includes(fault.kind) ?? false)
}

/** A probed call's immediate retry is clean (R15), so a probe never fires twice running. */
function rests(world: World, fault: Fault): boolean {
  return (
    fault.kind === 'signtest' && world.get('counters', `probed:${fault.id}`) === fault.considered
  )
}

/** The fault that strikes now at this point, if one does. At most one strikes a message. */
export function strike(world: World, point: string): Fault | null {
  for (const fault of world.values('faults')) {
    if (fault.remaining === 0 || !matches(fault, point)) continue
    const nth = fault.considered
    const chance = world.chance(`fault:${fault.seed ?? fault.id}`, nth)
    const fires = !rests(world, fault) && chance.unit() < fault.probability
    const remaining = fault.remaining === null || !fires ? fault.remaining : fault.remaining - 1
    const fired = fault.fired + (fires ? 1 : 0)
    const after: Fault = { ...fault, considered: nth + 1, remaining, fired }
    world.put('faults', fault.id, after)
    if (!fires) continue
    if (fault.kind === 'signtest') world.put('counters', `probed:${fault.id}`, nth + 1)
    return after
  }
  return null
}
