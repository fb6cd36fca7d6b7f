// A day by formula: the nth order is the same in the books and in both bills.
import type pg from 'pg'

export const date = '2026-11-23'
export const mchid = '1999900001'
const appid = 'wx0000aaaaaaaaaaaa'
const beginMs = Date.parse(`${date}T00:00:00+08:00`)
const dayMs = 85_000_000
const chunk = 20_000

const totalOf = (nth: number): number => 100 + ((nth * 7_919) % 20_000)
const feeOf = (nth: number): number => Math.floor((totalOf(nth) * 60 + 5_000) / 10_000)
const atOf = (nth: number, rows: number): number => beginMs + Math.floor((nth / rows) * dayMs)

const yuan = (fen: number): string => {
  const digits = String(fen).padStart(3, '0')
  return `${digits.slice(0, -2)}.${digits.slice(-2)}`
}
const time = (ms: number): string =>
  new Date(ms + 8 * 3_600_000).toISOString().slice(0, 19).replace('T', ' ')
const twelve = (nth: number): string => String(nth).padStart(12, '0')

/** The lines of a bill, in WeChat's form (wechat-pay §8.3, §8.4). */
export function* billLines(kind: 'trade' | 'fundflow', rows: number): Generator<string> {
  if (kind === 'trade') yield* tradeLines(rows)
  else yield* fundLines(rows)
}

function* tradeLines(rows: number): Generator<string> {
  yield '交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注\n'
  let [total, fees] = [0, 0]
  for (let nth = 1; nth <= rows; nth += 1) {
    const fen = totalOf(nth)
    const fee = feeOf(nth)
    total += fen
    fees += fee
    yield `\`${time(atOf(nth, rows))},\`${appid},\`${mchid},\`0,\`,\`4200${twelve(nth)}000000000000,\`T${twelve(nth)},\`oPayer,\`JSAPI,\`SUCCESS,\`OTHERS,\`CNY,\`${yuan(fen)},\`0.00,\`0,\`0,\`0.00,\`0.00,\`,\`,\`红富士苹果一箱,\`,\`${yuan(fee)}000,\`0.60%,\`${yuan(fen)},\`0.00,\`\n`
  }
  yield '总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额\n'
  yield `\`${rows},\`${yuan(total)},\`0.00,\`0.00,\`${yuan(fees)}000,\`${yuan(total)},\`0.00\n`
}

function* fundLines(rows: number): Generator<string> {
  yield '记账时间,微信支付业务单号,资金流水单号,业务名称,业务类型,收支类型,收支金额(元),账户结余(元),资金变更提交申请人,备注,业务凭证号\n'
  let [balance, income, outgo, fees] = [0, 0, 0, 0]
  for (let nth = 1; nth <= rows; nth += 1) {
    const [fen, fee] = [totalOf(nth), feeOf(nth)]
    const at = time(atOf(nth, rows))
    const business = `4200${twelve(nth)}000000000000`
    balance += fen
    income += fen
    yield `\`${at},\`${business},\`F${twelve(nth)}1,\`交易,\`交易,\`收入,\`${yuan(fen)},\`${yuan(balance)},\`system,\`,\`T${twelve(nth)}\n`
    balance -= fee
    outgo += fee
    fees += 1
    yield `\`${at},\`${business},\`F${twelve(nth)}2,\`扣除交易手续费,\`扣除交易手续费,\`支出,\`${yuan(fee)},\`${yuan(balance)},\`system,\`,\`T${twelve(nth)}\n`
  }
  yield '资金流水总笔数,收入笔数,收入金额,支出笔数,支出金额\n'
  yield `\`${rows * 2},\`${rows},\`${yuan(income)},\`${fees},\`${yuan(outgo)}\n`
}

/** Orders, payments and entries by the same formula, in bounded statements. */
export async function fillBooks(pool: pg.Pool, rows: number): Promise<void> {
  await pool.query(
    `INSERT INTO account (id, status, generation, created_at_ms) VALUES ('acc', 'active', 1, 0)`,
  )
  for (let from = 1; from <= rows; from += chunk) {
    const series = `generate_series(${from}::bigint, ${Math.min(from + chunk - 1, rows)}::bigint) n`
    const total = '(100 + (n * 7919) % 20000)'
    const at = `(${beginMs}::bigint + floor(n::numeric / ${rows} * ${dayMs})::bigint)`
    const no = `'T' || lpad(n::text, 12, '0')`
    const transaction = `'4200' || lpad(n::text, 12, '0') || '000000000000'`
    await pool.query(`
      INSERT INTO customer_order (id, account_id, appid, openid, mchid, status, total_fen, currency,
        created_at_ms, expires_at_ms, paid_at_ms, stock_held, shipping_status, version)
      SELECT 'ord_' || n, 'acc', '${appid}', 'oPayer', '${mchid}', 'paid', ${total}, 'CNY', 0, 1,
        ${at}, false, 'not_required', 1 FROM ${series}`)
    await pool.query(`
      INSERT INTO payment (id, order_id, attempt, status, appid, mchid, openid, out_trade_no,
        amount_fen, currency, request_body, prepay_asked_at_ms, prepay_id, prepaid_at_ms,
        asked_count, transaction_id, paid_at_ms, created_at_ms, version)
      SELECT 'pay_' || n, 'ord_' || n, 1, 'paid', '${appid}', '${mchid}', 'oPayer', ${no}, ${total},
        'CNY', '{}', 1, 'wx' || n, 1, 0, ${transaction}, ${at}, 1, 1 FROM ${series}`)
    await pool.query(`
      WITH made AS (INSERT INTO entry (id, subject, transition, at_ms, mchid, happened_at_ms)
        SELECT 'ent_' || n, 'payment:pay_' || n, 'paid', ${at} + 1000, '${mchid}', ${at}
        FROM ${series})
      INSERT INTO posting (entry_id, line, account, amount_fen)
      SELECT 'ent_' || n, line, account, sign * ${total} FROM ${series}
      CROSS JOIN (VALUES (1, 'wechat_receivable', 1), (2, 'sales', -1)) AS l(line, account, sign)`)
  }
  for (const table of ['payment', 'entry', 'posting']) await pool.query(`ANALYZE ${table}`)
}
