// Entities of shipping information management (小程序发货信息管理服务). Plain data.

/** 1 courier, 2 city delivery, 3 virtual, 4 self pick-up. */
export type LogisticsType = 1 | 2 | 3 | 4

/** 1 to ship, 2 shipped, 3 received, 4 completed, 5 refunded, 6 funds to be settled. */
export type OrderState = 1 | 2 | 3 | 4 | 5 | 6

export interface Contact {
  readonly consignor_contact?: string
  readonly receiver_contact?: string
}

export interface Parcel {
  readonly trackingNo: string
  readonly expressCompany: string
  readonly itemDesc: string
  /** Unix seconds, from the upload that brought it. */
  readonly uploadTime: number
  readonly contact: Contact | null
}

/** What was uploaded for an order so far. */
export interface Shipping {
  readonly logisticsType: LogisticsType
  /** 1 unified, 2 split. */
  readonly deliveryMode: 1 | 2
  readonly parcels: readonly Parcel[]
  readonly finished: boolean
  readonly finishedCount: 0 | 1 | 2
  /** The one re-shipping is used. */
  readonly reshipped: boolean
  /** The latest upload_time that was accepted. */
  readonly uploadedAtMs: number
  /** When it was first completely shipped; settlement counts from here. */
  readonly shippedAtMs: number | null
}

export interface Receipt {
  /** 1 by the person, 2 automatic (§7.3). */
  readonly method: 1 | 2
  readonly atMs: number
}

/** The shipping side of a payment; there from the payment on, if the app is trade managed. */
export interface Shipment {
  /** The trade's key. */
  readonly trade: string
  readonly appid: string
  readonly paidAtMs: number
  readonly state: OrderState
  readonly shipping: Shipping | null
  readonly receipt: Receipt | null
  readonly settledAtMs: number | null
  readonly inComplaint: boolean
  /** notify_confirm_receive was used. */
  readonly reminded: boolean
  readonly special: { readonly type: 1 | 2; readonly delayToMs: number | null } | null
  /** The next step that WeChat takes by itself. */
  readonly nextAtMs: number | null
}

/** The trade management of a mini program. */
export interface TradeDesk {
  readonly appid: string
  /** set_msg_jump_path; "" is WeChat's own page. */
  readonly jumpPath: string
  readonly everShipped: boolean
  readonly everTraded: boolean
  /** When trade_manage_remind_access_api is due again. */
  readonly remindAtMs: number | null
}
