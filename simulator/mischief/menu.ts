// The fault menu: points × kinds. A new kind is a line here, its effect where the point is, a row in
// docs/faults.md and a test.
import { BILL_ALTERATIONS } from '../bills/alter.ts'

const NETWORK = [
  'connection_reset',
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
  'clock_skew',
  'certificate_expired',
  'certificate_revoked',
  'certificate_replaced',
] as const

/** A request for a bill: what it says about the bill, and what the bill then says. */
const BILL = [
  ...PAY,
  'bill_late',
  'bill_missing',
  'wrong_hash',
  'link_elsewhere',
  ...BILL_ALTERATIONS,
] as const
/** A download is signed by nobody, so nothing can be wrong with its signature. */
const DOWNLOAD = [
  ...NETWORK,
  'rate_limited',
  'rate_limited_legacy',
  'link_expired',
  'link_foreign',
  'bill_cut',
  'bill_damaged',
  'gzip_flipped',
  'gzip_bomb',
] as const

const MINI = [...NETWORK, 'busy', 'minute_quota'] as const
const WITH_TOKEN = [...MINI, 'token_killed', 'token_expired', 'token_malformed'] as const
const SHIPPING = [...WITH_TOKEN, 'payment_unknown', 'shipping_frequency', 'shipping_busy'] as const

/** Where things can go wrong, and what can go wrong there. */
export const MENU: Readonly<Record<string, readonly string[]>> = {
  'pay.prepay': [...PAY, 'paid_before_answer', 'closed_after_prepay'],
  'pay.query': [...PAY, 'other_order'],
  'pay.close': [...PAY, 'paid_during_close'],
  'pay.certificates': [...PAY, 'other_apiv3_key'],
  'pay.refund': [
    ...PAY,
    'rate_limited_with_effect',
    'refund_abnormal',
    'refund_closed',
    'refund_at_once',
    'user_account_abnormal',
    'no_auth',
    'request_blocked',
    'mch_not_exists',
  ],
  'pay.refund_query': PAY,
  'pay.abnormal_refund': PAY,
  'pay.tradebill': BILL,
  // The fund-flow bill has had the same columns ever since.
  'pay.fundflowbill': BILL.filter((kind) => kind !== 'old_columns'),
  'pay.billdownload': DOWNLOAD,
  'mini.code2session': [
    ...MINI,
    'code_blocked',
    'code_invalid',
    'code_used',
    'session_key_rotated',
    'unionid_missing',
  ],
  'mini.token': [...MINI, 'secret_frozen', 'token_forbidden', 'account_frozen'],
  'mini.stable_token': [...MINI, 'secret_frozen'],
  'mini.checksession': WITH_TOKEN,
  'mini.resetusersessionkey': WITH_TOKEN,
  'mini.getuserphonenumber': WITH_TOKEN,
  'mini.getpaidunionid': WITH_TOKEN,
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
    'damaged_nonce',
    'damaged_associated_data',
    'other_apiv3_key',
    'wrong_signature',
    'missing_signature',
    'unknown_serial',
    'other_merchant_key',
    'timestamp_old',
    'timestamp_future',
    'signtest',
    'platform_rotation',
    'wrong_merchant',
    'wrong_app',
    'wrong_amount',
    'unknown_order',
    'other_type',
    'xml_v2',
  ],
  cashier: ['cancel_although_paid', 'no_callback', 'query_lags', 'last_second'],
  login: ['session_key_rotated'],
  'phone.request': ['sent_twice'],
  receipt: ['forged_success'],
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
