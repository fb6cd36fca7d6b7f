// getPaidUnionId (支付后获取 UnionId, mini-program.md §2): who paid, for five minutes.
import { personOf } from '../phone/login.ts'
import type { App, Trade } from '../state.ts'
import { tradeKey } from '../trade.ts'
import { type MiniAnswer, miniError } from './mini-answer.ts'
import { MINI_OK } from './mini-post.ts'
import { isApp, tokenHolder } from './token.ts'
import type { Context } from './wire.ts'

const VALID_MS = 5 * 60_000
const NOT_BOUND = 89002
const NO_SUCH_TRADE = 89300

/** The order that the query names: by transaction_id, or by mch_id and out_trade_no. */
function tradeOf({ world, query }: Context): Trade | undefined {
  const id = query.get('transaction_id') ?? ''
  const own = tradeKey(query.get('mch_id') ?? '', query.get('out_trade_no') ?? '')
  const key = id === '' ? own : world.get('transactions', id)
  return key === undefined ? undefined : world.get('trades', key)
}

function isFresh(trade: Trade, app: App, openid: string, nowMs: number): boolean {
  if (trade.payment === null || trade.appid !== app.appid || trade.openid !== openid) return false
  return nowMs < trade.payment.paidAtMs + VALID_MS
}

/** GET /wxa/getpaidunionid. */
export function paidUnionid(context: Context): MiniAnswer {
  const { world, query, nowMs } = context
  const app = tokenHolder(context)
  if (!isApp(app)) return app
  const openid = query.get('openid') ?? ''
  const person = personOf(world, app.appid, openid)
  if (person === undefined) return miniError(world, 40003)
  if (!app.openPlatform) return miniError(world, NOT_BOUND)
  const trade = tradeOf(context)
  if (trade === undefined || !isFresh(trade, app, openid, nowMs)) {
    return miniError(world, NO_SUCH_TRADE)
  }
  return { ...MINI_OK, unionid: world.must('people', person).unionid }
}
