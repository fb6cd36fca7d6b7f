import { ModelError } from './model-error.ts'
import { fieldOf, fieldsOf, integerOf, optionalTextOf, textOf } from './read.ts'
import { type MiniError, parseMiniError } from './session.ts'

/** An order as shipping information management has it (查询订单发货状态 get_order). */
export interface ShippingOrder {
  readonly got: 'order'
  readonly transaction_id: string
  readonly merchant_id: string
  /** 1 to ship, 2 shipped, 3 received, 4 completed, 5 refunded, 6 funds to be settled. */
  readonly order_state: number
  readonly finish_shipping: boolean
  /** null before anything was shipped. */
  readonly logistics_type: number | null
  readonly shipping_list: ReadonlyArray<{
    readonly tracking_no: string
    readonly express_company: string
    readonly goods_desc: string
  }>
}

/** Reads the body of `POST /wxa/sec/order/get_order`; ModelError when it is neither. */
export function parseShippingOrder(value: unknown): ShippingOrder | MiniError {
  const refusal = parseMiniError(value)
  if (refusal !== null) return refusal
  const order = fieldsOf(fieldOf(fieldsOf(value, 'answer'), 'order'), 'order')
  // `{}` before shipping; some answers leave it out.
  const shipping = fieldsOf(fieldOf(order, 'shipping') ?? {}, 'shipping')
  const list = fieldOf(shipping, 'shipping_list') ?? []
  // Lists of one element may come as the element alone.
  const parcels: readonly unknown[] = Array.isArray(list) ? list : [list]
  if (parcels.length > 100) throw new ModelError('shipping_list', 'is too long')
  return {
    got: 'order',
    transaction_id: textOf(order, 'transaction_id', 64),
    merchant_id: textOf(order, 'merchant_id', 32),
    order_state: integerOf(order, 'order_state'),
    finish_shipping: fieldOf(shipping, 'finish_shipping') === true,
    logistics_type:
      fieldOf(shipping, 'logistics_type') === undefined
        ? null
        : integerOf(shipping, 'logistics_type'),
    shipping_list: parcels.map((one) => {
      const parcel = fieldsOf(one, 'shipping_list')
      return {
        tracking_no: optionalTextOf(parcel, 'tracking_no', 256) ?? '',
        express_company: optionalTextOf(parcel, 'express_company', 256) ?? '',
        goods_desc: optionalTextOf(parcel, 'goods_desc', 4096) ?? '',
      }
    }),
  }
}

export interface TradeManaged {
  readonly got: 'managed'
  /** Whether payments are frozen until shipping information came. */
  readonly is_trade_managed: boolean
}

/** Reads the body of `POST /wxa/sec/order/is_trade_managed`. */
export function parseTradeManaged(value: unknown): TradeManaged | MiniError {
  const refusal = parseMiniError(value)
  if (refusal !== null) return refusal
  const managed = fieldOf(fieldsOf(value, 'answer'), 'is_trade_managed')
  if (typeof managed !== 'boolean') throw new ModelError('is_trade_managed', 'must be a boolean')
  return { got: 'managed', is_trade_managed: managed }
}

/** Reads an answer that says only whether it was done: an absent `errcode` is no success here. */
export function parseDone(value: unknown): { readonly got: 'done' } | MiniError {
  const refusal = parseMiniError(value)
  if (refusal !== null) return refusal
  integerOf(fieldsOf(value, 'answer'), 'errcode')
  return { got: 'done' }
}
