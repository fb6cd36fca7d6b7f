/** What an id is for; the prefix that it carries. */
export type IdKind =
  | 'account'
  | 'order'
  | 'payment'
  | 'inbox'
  | 'task'
  | 'entry'
  | 'event'
  | 'endpoint'
  | 'receipt'
  | 'refund'
  | 'shipment'
  | 'push'
  | 'message'
  | 'request'
  | 'bill'
  | 'difference'
  | 'reconciliation'

/** The only source of chance. */
export interface Random {
  /** A new unguessable id: the prefix of its kind and 26 characters of base32 (128 bits). */
  id(kind: IdKind): string
  /** A uuid for the job store, which wants that type. */
  uuid(): string
  /** Cryptographically strong bytes. */
  bytes(count: number): Uint8Array
}
