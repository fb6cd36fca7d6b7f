// What the admin API of a small shop would answer: made-up orders, tasks, products and balances.

const ORDER_COUNT = 58
const PAGE = 50

export type Row = Record<string, unknown>

/** The appid, mchid and numbers are of the simulator's kinds, which no real shop has. */
const SHOP = { appid: 'wx0000a1b2c3d4e5f6', mchid: '1999912345' }

function order(index: number, more: Row = {}): Row {
  const id = `ord_${String(index).padStart(4, '0')}`
  const at = new Date(Date.UTC(2026, 10, 23, 4, 40) - index * 1_260_000).toISOString()
  return {
    id,
    status: 'closed',
    total: 1280,
    currency: 'CNY',
    items: [item('latte', '拿铁 Latte', 1, 1280)],
    out_trade_no: `MT20261123${String(900000 - index)}`,
    transaction_id: null,
    created_at: at,
    expires_at: at,
    paid_at: null,
    refunded_total: 0,
    shipping_status: 'not_required',
    account_id: `acc_${index % 7}`,
    ...SHOP,
    openid: `o-openid-${index % 7}`,
    close_reason: 'expired',
    payments: [],
    ...more,
  }
}

function item(productId: string, name: string, quantity: number, unitPrice: number): Row {
  const amount = quantity * unitPrice
  return { product_id: productId, name, quantity, unit_price: unitPrice, amount }
}

function payment(attempt: number, status: string, more: Row = {}): Row {
  return {
    attempt,
    status,
    out_trade_no: `MT2026112390000${attempt}`,
    prepay_id: `wx231140260000000000000000000000000${attempt}`,
    transaction_id: null,
    asked_count: attempt,
    paid_at: null,
    closed_at: null,
    ...more,
  }
}

const PAID: Row = {
  status: 'paid',
  total: 123456,
  items: [item('beans', '云南咖啡豆 500 g', 12, 9800), item('cup', '手冲壶 Kettle', 1, 5856)],
  transaction_id: '4200002026112300000000000001',
  paid_at: '2026-11-23T12:41:03+08:00',
  close_reason: null,
  shipping_status: 'to_ship',
  payments: [
    payment(1, 'closed', { closed_at: '2026-11-23T12:40:30+08:00' }),
    payment(2, 'paid', {
      transaction_id: '4200002026112300000000000001',
      paid_at: '2026-11-23T12:41:03+08:00',
    }),
  ],
}

export const ORDERS: Row[] = Array.from({ length: ORDER_COUNT }, (_, index) => {
  if (index === 1) return order(index, PAID)
  if (index % 6 === 0) {
    return order(index, { status: 'unpaid', close_reason: null, payments: [payment(1, 'prepaid')] })
  }
  if (index % 3 === 1) {
    const refunded = index === 4 ? 280 : 0
    return order(index, { ...PAID, ...one(index), refunded_total: refunded })
  }
  return order(index)
})

function one(index: number): Row {
  const number = `42000020261123000000000010${String(index).padStart(2, '0')}`
  return {
    total: 1280,
    items: [item('latte', '拿铁 Latte', 1, 1280)],
    transaction_id: number,
    payments: [payment(1, 'paid', { transaction_id: number })],
  }
}

/** A page of a list as the server gives it: the cursor is where the next one begins. */
export function pageOf(rows: Row[], cursor: string | undefined): Row {
  const from = Number(cursor ?? 0)
  const next = from + PAGE < rows.length ? String(from + PAGE) : null
  return { data: rows.slice(from, from + PAGE), next_cursor: next }
}

export const TASKS: Row[] = [
  {
    id: 'tsk_01',
    kind: 'late_money',
    subject: 'MT20261123899998',
    reason: 'order_closed',
    detail: {
      order_id: 'ord_0002',
      amount: 1280,
      transaction_id: '4200002026112300000000009999',
      success_time: '2026-11-23T12:05:00+08:00',
      seen_by: 'notification',
    },
    status: 'open',
    created_at: '2026-11-23T12:05:01+08:00',
    resolved_at: null,
    resolution: null,
    title: {
      zh: '订单关闭之后收到了钱：¥12.80',
      en: 'Money came for an order that was closed: ¥12.80',
    },
    advice: {
      zh: '在微信商户平台核对这笔交易，然后退款，或者发货并记下来。',
      en: 'Check the trade on the merchant platform, then refund it or deliver the goods.',
    },
  },
  {
    id: 'tsk_02',
    kind: 'currency_differs',
    subject: 'transaction:4200002026112300000000008888:HKD:1180',
    reason: 'currency_differs',
    detail: { expected_fen: 1280, received: 1180, currency: 'HKD', payer: { total: 1180 } },
    status: 'open',
    created_at: '2026-11-23T11:20:00+08:00',
    title: { zh: '付款的币种与订单不符', en: 'The money came in another currency' },
    advice: { zh: '不要发货，先查清。', en: 'Do not ship before this is explained.' },
  },
]

export const PRODUCTS: Row[] = [
  product('latte', '拿铁 Latte', '双份浓缩，燕麦奶', 1280, 42),
  product('beans', '云南咖啡豆 500 g', '日晒，中浅烘', 9800, null),
  product('cup', '手冲壶 Kettle', '600 ml', 5856, 0),
]

function product(
  id: string,
  name: string,
  description: string,
  price: number,
  stock: number | null,
): Row {
  return { id, name, description, price, currency: 'CNY', stock, image_url: '', active: true }
}

export const BALANCES: Row[] = [
  { account: 'wechat_receivable', amount: 1234567890123456 },
  { account: 'sales', amount: -1234567890122176 },
  { account: 'suspense', amount: -1280 },
]

const looked = { checked_at: '2026-11-23T13:00:00.000Z', whole_at: '2026-11-23T13:00:00.000Z' }

export const PROMISES: Row[] = [
  {
    ...{ id: 'I-26', status: 'kept', rows_checked: 4321, took_ms: 12, ...looked },
    text: { en: 'Every entry balances', zh: '每笔分录借贷平衡' },
    ...{ broken_since: null, broken_count: 0, broken: [] },
  },
  {
    ...{ id: 'I-29', status: 'broken', rows_checked: 999, took_ms: 7, ...looked },
    text: { en: 'The ledger says what the rows imply', zh: '账目与记录一致' },
    ...{ broken_since: '2026-11-23T12:00:00.000Z', broken_count: 3 },
    broken: [{ subject: 'customer_order:ord_1', why: 'its refunded total is not the sum' }],
  },
]
