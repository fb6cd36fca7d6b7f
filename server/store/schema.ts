import type { Fen, Instant } from '@minitill/protocol/model'
import type {
  BillTable,
  DifferenceTable,
  FundRowTable,
  ReconciliationTable,
  TradeRowTable,
} from './schema-bills.ts'
import type { EntryTable, LivePromiseTable, SealEntryTable, SealTable } from './schema-ledger.ts'
import type { ReceiptTable, RefundTable } from './schema-refunds.ts'
import type {
  ManagementTable,
  PersonMessageTable,
  PushMessageTable,
  ShipmentTable,
} from './schema-shipping.ts'
import type { DeliveryTable, EndpointTable } from './schema-webhooks.ts'

/** Our tables as Kysely sees them: int8 comes back as a safe integer, jsonb parsed. */
export interface Schema {
  account: AccountTable
  identity: IdentityTable
  union_account: { unionid: string; account_id: string }
  session: SessionTable
  used_code: { code_hash: string; kind: 'login' | 'phone'; appid: string; used_at_ms: Instant }
  access_token: AccessTokenTable
  product: ProductTable
  customer_order: OrderTable
  order_item: OrderItemTable
  payment: PaymentTable
  idempotency: IdempotencyTable
  inbox: InboxTable
  entry: EntryTable
  posting: { entry_id: string; line: number; account: string; amount_fen: number }
  unsealed_entry: { entry_id: string }
  seal: SealTable
  seal_entry: SealEntryTable
  live_promise: LivePromiseTable
  bill: BillTable
  trade_row: TradeRowTable
  fund_row: FundRowTable
  difference: DifferenceTable
  reconciliation: ReconciliationTable
  event: EventTable
  receipt: ReceiptTable
  refund: RefundTable
  webhook_endpoint: EndpointTable
  webhook_delivery: DeliveryTable
  shipment: ShipmentTable
  trade_management: ManagementTable
  push_message: PushMessageTable
  person_message: PersonMessageTable
  task: TaskTable
  platform_key: PlatformKeyTable
  platform_key_refresh: { mchid: string; asked_at_ms: Instant }
}

export interface AccountTable {
  id: string
  status: 'active' | 'disabled' | 'forgotten'
  generation: number
  phone_sealed: Buffer | null
  phone_masked: string | null
  created_at_ms: Instant
}

export interface IdentityTable {
  appid: string
  openid: string
  account_id: string
  unionid: string | null
  session_key_sealed: Buffer | null
  session_key_at_ms: Instant | null
  created_at_ms: Instant
}

export interface SessionTable {
  token_hash: string
  account_id: string
  appid: string
  scope: 'person' | 'operator'
  generation: number
  created_at_ms: Instant
  last_seen_at_ms: Instant
  expires_at_ms: Instant
}

export interface AccessTokenTable {
  appid: string
  sealed: Buffer | null
  expires_at_ms: Instant
  version: number
  lease_until_ms: Instant
}

export interface ProductTable {
  id: string
  name: string
  description: string
  price_fen: Fen
  currency: 'CNY'
  stock: number | null
  image_url: string
  active: boolean
  position: number
  updated_at_ms: Instant
}

export interface OrderTable {
  id: string
  account_id: string
  appid: string
  openid: string
  mchid: string
  status: 'unpaid' | 'paid' | 'closed'
  total_fen: Fen
  currency: 'CNY'
  created_at_ms: Instant
  expires_at_ms: Instant
  paid_at_ms: Instant | null
  close_reason: 'cancelled' | 'expired' | null
  stock_held: boolean
  refunded_total_fen: Fen
  shipping_status: 'not_required' | 'to_ship' | 'shipped' | 'received' | 'settled'
  reference: string | null
  version: number
}

export interface OrderItemTable {
  order_id: string
  line: number
  product_id: string
  name: string
  quantity: number
  unit_price_fen: Fen
  amount_fen: Fen
}

export interface PaymentTable {
  id: string
  order_id: string
  attempt: number
  status: 'frozen' | 'prepaid' | 'closing' | 'closed' | 'paid'
  appid: string
  mchid: string
  openid: string
  out_trade_no: string
  amount_fen: Fen
  currency: 'CNY'
  request_body: string
  prepay_asked_at_ms: Instant | null
  prepay_id: string | null
  prepaid_at_ms: Instant | null
  called_up_at_ms: Instant | null
  asked_count: number
  last_asked_at_ms: Instant | null
  transaction_id: string | null
  paid_at_ms: Instant | null
  closed_at_ms: Instant | null
  created_at_ms: Instant
  version: number
}

export interface IdempotencyTable {
  scope: string
  key: string
  request_hash: string
  status: number | null
  body: string | null
  created_at_ms: Instant
}

export interface InboxTable {
  id: string
  mchid: string
  notification_id: string
  event_type: string
  original_type: string
  plaintext: string
  status: 'new' | 'applied' | 'parked' | 'foreign'
  received_at_ms: Instant
  handled_at_ms: Instant | null
}

export interface EventTable {
  id: string
  type: string
  subject: string
  version: number
  payload: unknown
  created_at_ms: Instant
}

export interface TaskTable {
  id: string
  kind: string
  subject: string
  reason: string
  detail: unknown
  status: 'open' | 'resolved'
  created_at_ms: Instant
  resolved_at_ms: Instant | null
  resolution: string | null
}

export interface PlatformKeyTable {
  mchid: string
  serial_no: string
  public_key: string
  effective_at_ms: Instant
  expires_at_ms: Instant
  fetched_at_ms: Instant
}
