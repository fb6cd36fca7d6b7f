/**
 * Every phase of every flow: a transaction or an outside call. The crash points of the product are
 * generated from this table (two for a transaction, three for a call), so that none is forgotten.
 */
export const phases = {
  'log-in/claim-code': 'transaction',
  'log-in/code2session': 'call',
  'log-in/account': 'transaction',
  'log-out/everywhere': 'transaction',
  'bind-phone/claim-code': 'transaction',
  'bind-phone/phone': 'call',
  'bind-phone/bind': 'transaction',
  'keep-token/lease': 'transaction',
  'keep-token/token': 'call',
  'keep-token/keep': 'transaction',
  'place-order/order': 'transaction',
  'start-payment/freeze': 'transaction',
  'start-payment/prepay': 'call',
  'start-payment/prepaid': 'transaction',
  'start-payment/called-up': 'transaction',
  'start-payment/refused': 'transaction',
  'accept-notification/inbox': 'transaction',
  'accept-notification/want-keys': 'transaction',
  'apply-notification/apply': 'transaction',
  'ask-wechat/claim': 'transaction',
  'ask-wechat/query': 'call',
  'ask-wechat/apply': 'transaction',
  'close-order/closing': 'transaction',
  'close-order/close': 'call',
  'close-order/closed': 'transaction',
  'request-refund/refund': 'transaction',
  'send-refund/turn': 'transaction',
  'send-refund/refund': 'call',
  'send-refund/answered': 'transaction',
  'send-refund/refused': 'transaction',
  'ask-refund/query': 'call',
  'ask-refund/apply': 'transaction',
  'carry-refund/slow': 'transaction',
  'resolve-refund/decide': 'transaction',
  'resolve-refund/apply-abnormal': 'call',
  'resolve-refund/applied': 'transaction',
  'end-suspense/decide': 'transaction',
  'resolve-task/decide': 'transaction',
  'refresh-keys/download': 'call',
  'import-catalogue/put': 'transaction',
  'change-product/put': 'transaction',
  'deliver-event/send': 'call',
  'deliver-event/result': 'transaction',
  'webhook-endpoints/add': 'transaction',
  'webhook-endpoints/rotate': 'transaction',
  'webhook-endpoints/disable': 'transaction',
  'webhook-endpoints/resend': 'transaction',
  'ship-order/shipment': 'transaction',
  'upload-shipment/turn': 'transaction',
  'upload-shipment/upload': 'call',
  'upload-shipment/end': 'transaction',
  'look-at-shipping/ask': 'call',
  'follow-shipment/apply': 'transaction',
  'ask-managed/ask': 'call',
  'ask-managed/keep': 'transaction',
  'watch-shipping/warn': 'transaction',
  'accept-push/inbox': 'transaction',
  'apply-push/done': 'transaction',
  'send-message/count': 'transaction',
  'send-message/send': 'call',
  'send-message/end': 'transaction',
  'sweep/forget': 'transaction',
} as const satisfies Record<string, 'transaction' | 'call'>

export type PhaseName = keyof typeof phases
export type TransactionPhase = {
  [N in PhaseName]: (typeof phases)[N] extends 'transaction' ? N : never
}[PhaseName]
export type CallPhase = Exclude<PhaseName, TransactionPhase>

/** The full list of crash points, made from the table above. */
export function pointNames(): string[] {
  return Object.entries(phases).flatMap(([name, kind]) =>
    kind === 'transaction'
      ? [`${name}/before-commit`, `${name}/after-commit`]
      : [`${name}/before-send`, `${name}/sent-no-answer`, `${name}/answered-not-stored`],
  )
}
