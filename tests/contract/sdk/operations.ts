// What every SDK is asked to do, in this order, and what may come of it.

/** Key, and how the table calls it. */
export const OPERATIONS = {
  login: 'code2session',
  certificates: 'platform certificates, fetched and decrypted',
  prepay: 'prepay (JSAPI)',
  answers: 'a forged answer is refused',
  call_up: 'call-up signature, taken by the cashier',
  query: 'query',
  notification: 'payment notification, verified and decrypted',
  damaged: 'a damaged notification is refused',
  refund: 'refund',
  refund_query: 'refund query',
  close: 'close',
  bodyless: 'a POST without a body is signed rightly',
  bill: 'trade bill, applied for',
  bill_download: 'trade bill, downloaded',
} as const

export type Operation = keyof typeof OPERATIONS

export const NOT_OFFERED = 'not offered'
export const WORKS = 'works'

/** `works`, `not offered`, `SDK defect: …`; anything else is a failure of ours. */
export type Outcome = string

export const defect = (what: string): Outcome => `SDK defect: ${what}`
