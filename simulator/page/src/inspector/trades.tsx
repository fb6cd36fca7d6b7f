// The trades that WeChat knows: the other side's truth.
import { useSay } from '../language.ts'
import { yuan } from '../read.ts'
import { momentText, timeText } from '../times.ts'
import { api, type Notice, type Trade } from './api.ts'
import { Failure, useDeed } from './parts.tsx'
import { Replay } from './replay.tsx'

interface TradesProps {
  trades: readonly Trade[]
  showOrder(outTradeNo: string): void
}

const SHOWN = 200

export function Trades({ trades, showOrder }: TradesProps) {
  const say = useSay()
  if (trades.length === 0) {
    return <p className="none">{say('还没有交易。', 'No trades yet.')}</p>
  }
  return (
    <table className="table" data-testid="trades">
      <thead>
        <tr>
          <th scope="col">{say('商户订单号', 'Order')}</th>
          <th scope="col">{say('商品', 'What')}</th>
          <th scope="col" className="amount">
            {say('金额', 'Amount')}
          </th>
          <th scope="col">{say('状态', 'State')}</th>
          <th scope="col">{say('通知', 'Notification')}</th>
        </tr>
      </thead>
      <tbody>
        {trades.slice(0, SHOWN).map((trade) => (
          <TradeRow key={trade.outTradeNo} {...{ trade, showOrder }} />
        ))}
      </tbody>
    </table>
  )
}

function TradeRow({ trade, showOrder }: { trade: Trade; showOrder(outTradeNo: string): void }) {
  const say = useSay()
  const { outTradeNo, transactionId, notices } = trade
  const [first] = notices.filter(({ refund }) => refund === null)
  return (
    <tr data-testid="trade">
      <td>
        <button
          type="button"
          className="link"
          title={say('筛选此订单的消息', 'Show the messages of this order')}
          data-testid="trade-messages"
          onClick={() => showOrder(outTradeNo)}
        >
          <code>{outTradeNo}</code>
        </button>
        <small title={transactionId}>{momentText(trade.createdAt)}</small>
      </td>
      <td>{trade.description}</td>
      <td className="amount">
        ¥{yuan(trade.total)}
        {trade.refunded > 0 && <small>−¥{yuan(trade.refunded)}</small>}
      </td>
      <td>
        <span className={`state state-${trade.state}`}>{trade.state}</span>
        <RefundRest trade={trade} />
      </td>
      <td>
        {first === undefined ? (
          <span className="none">—</span>
        ) : (
          <div className="deliveries">
            <Notices notices={notices.filter(({ refund }) => refund === null)} />
            <Replay id={first.id} />
          </div>
        )}
      </td>
    </tr>
  )
}

/** Gives back what is left of it, as somebody on the merchant platform does. */
function RefundRest({ trade }: { trade: Trade }) {
  const say = useSay()
  const { busy, failed, run } = useDeed()
  const left = trade.total - trade.refunded
  if ((trade.state !== 'SUCCESS' && trade.state !== 'REFUND') || left <= 0) return null
  return (
    <>
      <button
        type="button"
        className="quiet"
        disabled={busy}
        title={say('如同在商户平台上退款', 'As on the merchant platform')}
        data-testid="refund-rest"
        onClick={() => void run(() => api.refund(trade.outTradeNo, left))}
      >
        {say('退款', 'Refund')}
      </button>
      <Failure text={failed} />
    </>
  )
}

/** How the deliveries went: the scheduled one first, then those that were asked for. */
export function Notices({ notices }: { notices: readonly Notice[] }) {
  const say = useSay()
  const words = ({ state, attempts, nextAt, lastResult }: Notice) => {
    if (state === 'delivered') return say('已送达', 'delivered')
    if (state === 'given_up')
      return say(`已放弃（${lastResult ?? ''}）`, `given up (${lastResult ?? ''})`)
    const next = nextAt === null ? '' : timeText(nextAt)
    if (attempts === 0) return say(`将于 ${next} 发出`, `leaves at ${next}`)
    return say(`失败 ${attempts} 次，${next} 重试`, `failed ${attempts}×, again at ${next}`)
  }
  return (
    <ul className="notices">
      {notices.slice(0, 3).map((notice) => (
        <li key={notice.id} className={`notice notice-${notice.state}`}>
          {words(notice)}
        </li>
      ))}
      {notices.length > 3 && <li>+{notices.length - 3}</li>}
    </ul>
  )
}
