import type { Instant } from '@minitill/protocol/model'

/**
 * The promises about money that are checked live, in the words of docs/invariants.md (a test
 * compares them). To add one: a line here, its SQL in server/store/promises/, the page.
 */
export const livePromises = {
  'I-9': {
    en: 'PAID needs authentic evidence: SUCCESS or REFUND with equal appid, mchid, number, currency and total',
    zh: '只有可信凭据才能记为已支付：SUCCESS 或 REFUND，且 appid、商户号、单号、币种和金额全部一致',
  },
  'I-14': {
    en: 'One transaction_id and one prepay_id belong to one order; a second success is raised',
    zh: '一个 transaction_id 和 prepay_id 只属于一个订单；第二笔成功付款会转人工处理',
  },
  'I-15': {
    en: 'Late, unknown or wrong money goes to suspense, is raised, and grants nothing',
    zh: '迟到、未知或金额不符的款项记入待查款并转人工处理，不触发发货',
  },
  'I-20': {
    en: 'Σ refunds that have not finally failed ≤ what WeChat holds, at every instant',
    zh: '任何时刻，未最终失败的退款合计不超过微信所收款项',
  },
  'I-22': {
    en: 'A refund succeeds by authentic evidence with equal numbers, transaction and both amounts',
    zh: '只有可信凭据才能记为退款成功：单号、交易和两个金额全部一致',
  },
  'I-25': {
    en: 'Refunds that we did not start are booked as external once they are named, and count from then on; what no longer fits gives its place up',
    zh: '非本系统发起的退款一经发现即记为外部退款并计入额度；放不下的未受理退款会让出额度',
  },
  'I-26': { en: 'Every entry balances', zh: '每笔分录借贷平衡' },
  'I-27': {
    en: 'Entries are append-only, and sealed in a chain that shows what was changed, removed or inserted',
    zh: '分录只增不改，并逐批封存成链，任何修改、删除或插入都会被发现',
  },
  'I-29': {
    en: 'For each order the ledger says what its payment and refund rows imply',
    zh: '每个订单的账目与其支付、退款记录一致',
  },
  'I-30': {
    en: 'An event exists if and only if its change was committed',
    zh: '事件存在当且仅当其变更已提交',
  },
  'I-32': {
    en: 'For each closed day, each bill row and each ledger entry is matched or is in exactly one open difference: no third place',
    zh: '每个已对账日的每行账单和每笔分录，要么已匹配，要么恰在一个未结差异中，别无他处',
  },
  'I-33': {
    en: 'Importing the same bill twice changes nothing; a bill whose hash or totals do not agree is refused whole',
    zh: '同一账单重复导入不产生任何变化；摘要或合计不符的账单整份拒收',
  },
  'I-35': {
    en: 'A difference is closed only by matching evidence or by a named person with a reason; never by time',
    zh: '差异只能由匹配的凭据或署名人员附理由关闭，绝不因时间而关闭',
  },
  'I-36': {
    en: 'Every paid order that must be reported as shipped is reported once, or has an open task; a fully refunded one is not',
    zh: '每个须上报发货的已支付订单都已上报一次，或有待处理任务；全额退款的订单不上报',
  },
} as const satisfies Record<string, { en: string; zh: string }>

export type PromiseId = keyof typeof livePromises
export const promiseIds = Object.keys(livePromises) as readonly PromiseId[]

/** What breaks a promise: a row of ours by kind and id, and why in a few words. */
export interface Breach {
  readonly subject: string
  readonly why: string
}

/** How many breaches are kept with their names; the rest is counted. */
export const breachesKept = 10

/** Where the next look goes on, and what this pass over all rows has found so far. */
export interface Pass {
  /** Which of the promise's checks. */
  readonly check: number
  /** The last row that was looked at. */
  readonly after: string
  readonly brokenCount: number
  readonly broken: readonly Breach[]
}

export const freshPass: Pass = { check: 0, after: '', brokenCount: 0, broken: [] }

/** What is known of a promise after the last look. */
export interface PromiseResult {
  readonly id: PromiseId
  readonly checkedAtMs: Instant
  readonly tookMs: number
  /** In the last look; `wholeAtMs` says when every row had been looked at. */
  readonly rowsChecked: number
  readonly pass: Pass
  readonly broken: readonly Breach[]
  readonly brokenCount: number
  readonly brokenSinceMs: Instant | null
  readonly wholeAtMs: Instant | null
}

/** Rows that were looked at in one statement. */
export interface Window {
  readonly checked: number
  /** null: there are no more. */
  readonly last: string | null
  readonly brokenCount: number
  readonly broken: readonly Breach[]
}

/** The pass after one more window, and whether that was the last of the last check. */
export function afterWindow(
  pass: Pass,
  window: Window,
  checks: number,
): { readonly pass: Pass; readonly ended: boolean } {
  const brokenCount = pass.brokenCount + window.brokenCount
  const broken = [...pass.broken, ...window.broken].slice(0, breachesKept)
  if (window.last !== null) {
    return { pass: { ...pass, after: window.last, brokenCount, broken }, ended: false }
  }
  const check = pass.check + 1
  return { pass: { check, after: '', brokenCount, broken }, ended: check >= checks }
}

/**
 * What is known after a look. A pass that has not come round yet takes nothing back: what was
 * broken stays broken until every row has been looked at again.
 */
export function afterLook(
  before: PromiseResult | null,
  look: {
    readonly id: PromiseId
    readonly pass: Pass
    readonly ended: boolean
    readonly rowsChecked: number
    readonly tookMs: number
  },
  at: Instant,
): PromiseResult {
  const { id, pass, ended, rowsChecked, tookMs } = look
  const known = ended || before === null ? [] : before.broken
  const fresh = pass.broken.filter(({ subject }) => !known.some((one) => one.subject === subject))
  const brokenCount = Math.max(pass.brokenCount, ended ? 0 : (before?.brokenCount ?? 0))
  return {
    id,
    checkedAtMs: at,
    tookMs,
    rowsChecked,
    pass: ended ? freshPass : pass,
    broken: [...known, ...fresh].slice(0, breachesKept),
    brokenCount,
    brokenSinceMs: brokenCount === 0 ? null : (before?.brokenSinceMs ?? at),
    wholeAtMs: ended ? at : (before?.wholeAtMs ?? null),
  }
}
