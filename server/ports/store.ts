import type { Jobs } from './jobs.ts'
import type { AccountReads, AccountWrites } from './tables/accounts.ts'
import type {
  FundRowReads,
  FundRowWrites,
  TradeRowReads,
  TradeRowWrites,
} from './tables/bill-rows.ts'
import type { BillReads, BillWrites } from './tables/bills.ts'
import type {
  DifferenceReads,
  DifferenceWrites,
  ReconciliationReads,
  ReconciliationWrites,
} from './tables/differences.ts'
import type { EndpointReads, EndpointWrites } from './tables/endpoints.ts'
import type { EventReads, EventWrites } from './tables/events.ts'
import type { IdempotencyReads, IdempotencyWrites } from './tables/idempotency.ts'
import type { InboxReads, InboxWrites } from './tables/inbox.ts'
import type { LedgerReads, LedgerWrites } from './tables/ledger.ts'
import type { MessageReads, MessageWrites } from './tables/messages.ts'
import type { OrderReads, OrderWrites } from './tables/orders.ts'
import type { PaymentReads, PaymentWrites } from './tables/payments.ts'
import type { PlatformKeys, PlatformKeyWrites } from './tables/platform-keys.ts'
import type { ProductReads, ProductWrites } from './tables/products.ts'
import type { PromiseReads, PromiseWrites } from './tables/promises.ts'
import type { ReceiptReads, ReceiptWrites, RefundReads, RefundWrites } from './tables/refunds.ts'
import type { SealReads, SealWrites } from './tables/seals.ts'
import type { ShipmentReads, ShipmentWrites } from './tables/shipments.ts'
import type { TaskReads, TaskWrites } from './tables/tasks.ts'
import type { TokenReads, TokenWrites } from './tables/tokens.ts'

/** What may be asked outside a transaction. Every multi-row read is ordered. */
export interface Reads {
  readonly accounts: AccountReads
  readonly bills: BillReads
  readonly differences: DifferenceReads
  readonly fundRows: FundRowReads
  readonly reconciliations: ReconciliationReads
  readonly tradeRows: TradeRowReads
  readonly endpoints: EndpointReads
  readonly events: EventReads
  readonly idempotency: IdempotencyReads
  readonly inbox: InboxReads
  readonly ledger: LedgerReads
  readonly orders: OrderReads
  readonly payments: PaymentReads
  readonly products: ProductReads
  readonly promises: PromiseReads
  readonly receipts: ReceiptReads
  readonly refunds: RefundReads
  readonly seals: SealReads
  readonly messages: MessageReads
  readonly shipments: ShipmentReads
  readonly tasks: TaskReads
  readonly tokens: TokenReads
}

/** One open transaction. One lock order: payment, order, receipt, refund, products, the rest. */
export interface Tx {
  readonly accounts: AccountReads & AccountWrites
  readonly bills: BillReads & BillWrites
  readonly differences: DifferenceReads & DifferenceWrites
  readonly fundRows: FundRowReads & FundRowWrites
  readonly reconciliations: ReconciliationReads & ReconciliationWrites
  readonly tradeRows: TradeRowReads & TradeRowWrites
  readonly endpoints: EndpointReads & EndpointWrites
  readonly events: EventReads & EventWrites
  readonly idempotency: IdempotencyReads & IdempotencyWrites
  readonly inbox: InboxReads & InboxWrites
  readonly jobs: Jobs
  readonly ledger: LedgerReads & LedgerWrites
  readonly orders: OrderReads & OrderWrites
  readonly payments: PaymentReads & PaymentWrites
  readonly platformKeys: PlatformKeyWrites
  readonly products: ProductReads & ProductWrites
  readonly promises: PromiseReads & PromiseWrites
  readonly receipts: ReceiptReads & ReceiptWrites
  readonly refunds: RefundReads & RefundWrites
  readonly seals: SealReads & SealWrites
  readonly messages: MessageReads & MessageWrites
  readonly shipments: ShipmentReads & ShipmentWrites
  readonly tasks: TaskReads & TaskWrites
  readonly tokens: TokenReads & TokenWrites
}

/** Our one SQL database. Only `flows/phase.ts` may call `transaction`. */
export interface Store {
  readonly read: Reads
  /** Single statements for the adapter that talks to WeChat Pay; no transaction of its own. */
  readonly platformKeys: PlatformKeys
  /** READ COMMITTED; commits when the body returns, rolls back when it throws. */
  transaction<T>(body: (tx: Tx) => Promise<T>): Promise<T>
}
