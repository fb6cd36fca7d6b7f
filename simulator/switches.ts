// Where WeChat's documents disagree or are silent, the simulator has a switch: every value is a
// behaviour that somebody has reported. docs/fidelity.md names the question behind each.
import { z } from 'zod'

export const switchesSchema = z.strictObject({
  /** U1: the same out_trade_no with other parameters. */
  reentry: z.enum(['INVALID_REQUEST', 'OUT_TRADE_NO_USED', 'PARAM_ERROR', 'DUPLICATE']),
  /** U2: prepay for a paid order. */
  prepay_paid: z.enum(['ORDER_PAID', 'ORDERPAID', 'INVALID_REQUEST']),
  /** U3: the largest time_expire, in days from now. */
  time_expire_max_days: z.union([z.literal(7), z.literal(15), z.literal(90)]),
  /** U4: closing a number that was never ordered. */
  close_unknown: z.enum(['burn', 'ORDER_NOT_EXIST']),
  /** U5: minutes after ordering before which an order may not be closed. */
  close_wait_minutes: z.union([z.literal(0), z.literal(5)]),
  /** U6: the fields of an unpaid order's query answer. */
  unpaid_query: z.enum(['minimal', 'with_amount', 'full']),
  /** U8: which bytes of a bill its hash_value is about; they differ with tar_type=GZIP. */
  bill_hash: z.enum(['plain', 'compressed']),
  /** R80: the hour in Beijing from which yesterday's bills can be had. */
  bill_ready_hour: z.number().int().min(0).max(23),
  /** R83: a bill begins with a byte order mark. */
  bill_bom: z.boolean(),
  /** R83: how a bill's lines end. */
  bill_newline: z.enum(['lf', 'crlf']),
  /** R81: the path of a download_url; the two pages about it differ. */
  bill_link: z.enum(['billdownload_file', 'bill_downloadurl']),
  /** R84: the 交易时间 of a refund's row; samples differ. */
  bill_refund_time: z.enum(['payment', 'acceptance']),
  /** Fund-flow bills that a merchant may ask for in a second; 0 is without limit. */
  fundflow_bill_per_second: z.number().int().min(0).max(1000),
  /** U7: when a refund turns the order's SUCCESS into REFUND. */
  refund_state: z.enum(['accept', 'success']),
  /** U21: the code for an order that is too old, or an amount that does not fit. */
  refund_codes: z.enum(['INVALID_REQUEST', 'TRADE_OVERDUE_and_REFUND_FEE_MISMATCH']),
  /** Simulated seconds from a refund's acceptance to its end. */
  refund_seconds: z.number().int().min(0).max(2_592_000),
  /** R63: what a refund meets when the merchant's account has too little. */
  refund_without_funds: z.enum(['NOT_ENOUGH', 'wait']),
  /** R68: refunds in a minute of orders older than a month. */
  old_refunds_per_minute: z.number().int().min(0).max(100_000),
  /** R70: WeChat's fee, in hundredths of a percent of what was paid. */
  fee_per_10000: z.number().int().min(0).max(1000),
  /** U10: the hash with which sensitive fields are sealed. */
  oaep_hash: z.enum(['sha1', 'sha256']),
  /** U9: who signs for a switched merchant when the request does not ask for a key. */
  finished_signer: z.enum(['public_key', 'certificate']),
  /** U11: which answers acknowledge a notification. */
  acknowledge: z.enum(['200_204', 'any_2xx']),
  /** U15: openid of another mini program at prepay. */
  openid_mismatch: z.enum(['PARAM_ERROR', 'OPENID_MISMATCH']),
  /** U17: a nonce_str used twice by a merchant. */
  nonce_replay: z.enum(['accept', 'refuse']),
  /** U18: are authenticated 4xx and 5xx answers signed? */
  sign_errors: z.boolean(),
  /** U19: the notification's id on a resend. */
  notification_id: z.enum(['same', 'new']),
  /** U20: are name, area_code and address of store_info mandatory? */
  store_info: z.enum(['optional', 'mandatory']),
  /** U24: an unpaid order after time_expire. */
  expired_state: z.enum(['NOTPAY', 'CLOSED']),
  /** Days after which an unpaid order is closed by WeChat (R48). */
  auto_close_days: z.number().int().min(1).max(90),
  /** R19: answers carry a field that is in no document yet. */
  extra_fields: z.boolean(),
  /** R21: error codes in their old spelling (SYSTEMERROR, ORDERNOTEXIST, …). */
  legacy_codes: z.boolean(),
  /** R16: share (0 to 1) of notifications signed by the public key while both are in use. */
  public_key_share: z.number().min(0).max(1),
  /** R43: fen that a coupon takes off each payment. */
  coupon_fen: z.number().int().min(0).max(100_000_000),
  /** M29: how a client says that prepay_id can't be resolved. */
  total_fee_form: z.enum(['android', 'ios', 'dialog']),
  /** M31: how a client says that paySign is wrong. */
  pay_sign_form: z.enum(['dialog', 'fail']),
  /** M37: what a mini program without the payment capability gets. */
  payment_capability: z.enum(['granted', 'banned', 'no_permission', 'errno_102']),
  /** M1: may a failed exchange use up the code? */
  failed_exchange_consumes: z.boolean(),
  /** M4: code2Session's success with errcode 0, as the sample shows, or without, as in practice. */
  login_errcode: z.boolean(),
  /** M6: hours after its last use at which a session_key dies. */
  session_key_hours: z.number().positive().max(8760),
  /** M6: minutes for which repeated logins keep the session_key. */
  session_key_keep_minutes: z.number().min(0).max(1440),
  /** M9: code exchanges per minute and person before 45011; 0 is without limit. */
  code2session_per_minute: z.number().int().min(0).max(100_000),
  /** M10: calls of wx.login per second and person; 0 is without limit. */
  login_per_second: z.number().int().min(0).max(1000),
  /** M20: the caller's address is not on the mini program's list. */
  ip_whitelist: z.enum(['off', 'refuse', 'confirm', 'refused_day', 'refused_hour']),
  /** M21: length of an access_token. */
  token_length: z.number().int().min(100).max(512),
  /** M23: what the phone button gives. */
  phone_button: z.enum(['grant', 'deny_ios', 'deny_android', 'no_permission', 'no_quota']),
  /** M45: seconds after the payment for which the shipping service does not know it. */
  shipping_delay_seconds: z.number().int().min(0).max(60),
  /** Seconds from the confirmed receipt to the settlement; WeChat says "right after". */
  settlement_delay_seconds: z.number().int().min(0).max(86_400),
  /** M46: order_state 6 between receipt and settlement: only in a dispute, or always. */
  funds_pending: z.enum(['dispute', 'always']),
  /** What an upload gets after the receipt was confirmed. */
  shipped_after_receipt: z.union([z.literal(10_060_002), z.literal(10_060_004)]),
  /** M49: a logistics_type outside 1 to 4, in practice and in the document. */
  logistics_type_error: z.union([z.literal(47_001), z.literal(10_060_005)]),
  /** M50: an upload_time that is not later than the one before; no document names a code. */
  upload_time_error: z.union([z.literal(10_060_014), z.literal(268_485_216)]),
  /** What a mini program outside shipping management gets. */
  shipping_unmanaged: z.union([z.literal(48_001), z.literal(40_066)]),
  /** M55: is the trade management of trade-managed mini programs confirmed? */
  trade_management: z.enum(['completed', 'pending']),
  /** M59: a list of one element in a pushed JSON event. */
  push_single_list: z.enum(['object', 'array']),
  /** M60: milliseconds that a send to a person takes; another one meanwhile is 43108. */
  subscribe_send_ms: z.number().int().min(0).max(60_000),
  /** Does a sent subscribe message's answer carry its msgid? */
  subscribe_msgid: z.boolean(),
  /** Calls of /cgi-bin/token a day before 45009 (2000 in older documents); 0 is without limit. */
  token_per_day: z.number().int().min(0).max(1_000_000),
})

export type SwitchValues = Readonly<z.infer<typeof switchesSchema>>

export const DEFAULT_SWITCHES: SwitchValues = {
  reentry: 'INVALID_REQUEST',
  prepay_paid: 'ORDER_PAID',
  time_expire_max_days: 15,
  close_unknown: 'burn',
  close_wait_minutes: 0,
  unpaid_query: 'minimal',
  bill_hash: 'plain',
  bill_ready_hour: 10,
  bill_bom: true,
  bill_newline: 'lf',
  bill_link: 'billdownload_file',
  bill_refund_time: 'payment',
  fundflow_bill_per_second: 3,
  refund_state: 'accept',
  refund_codes: 'INVALID_REQUEST',
  refund_seconds: 60,
  refund_without_funds: 'NOT_ENOUGH',
  old_refunds_per_minute: 5000,
  fee_per_10000: 60,
  oaep_hash: 'sha1',
  finished_signer: 'public_key',
  acknowledge: '200_204',
  openid_mismatch: 'PARAM_ERROR',
  nonce_replay: 'accept',
  sign_errors: true,
  notification_id: 'same',
  store_info: 'optional',
  expired_state: 'NOTPAY',
  auto_close_days: 7,
  extra_fields: false,
  legacy_codes: false,
  public_key_share: 0.5,
  coupon_fen: 0,
  total_fee_form: 'android',
  pay_sign_form: 'dialog',
  payment_capability: 'granted',
  failed_exchange_consumes: false,
  login_errcode: false,
  session_key_hours: 72,
  session_key_keep_minutes: 10,
  code2session_per_minute: 0,
  login_per_second: 0,
  ip_whitelist: 'off',
  token_length: 136,
  phone_button: 'grant',
  shipping_delay_seconds: 10,
  settlement_delay_seconds: 60,
  funds_pending: 'dispute',
  shipped_after_receipt: 10_060_002,
  logistics_type_error: 47_001,
  upload_time_error: 10_060_014,
  shipping_unmanaged: 48_001,
  trade_management: 'completed',
  push_single_list: 'object',
  subscribe_send_ms: 0,
  subscribe_msgid: false,
  token_per_day: 2000,
}
