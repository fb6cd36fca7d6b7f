// The trades that WeChat knows: the other side's truth.
import { useCallback, useState } from 'react'
import { Tag } from 'tdesign-react'
import { control, type Trade } from '../control.ts'
import { useTexts } from '../language.ts'
import { yuan } from '../read.ts'
import { usePolling } from '../world.ts'

const THEMES: Record<string, 'success' | 'warning' | 'danger' | 'default'> = {
  SUCCESS: 'success',
  NOTPAY: 'warning',
  USERPAYING: 'warning',
  REFUND: 'danger',
  CLOSED: 'default',
}

export function Trades() {
  const texts = useTexts()
  const [trades, setTrades] = useState<Trade[]>([])
  const look = useCallback(async () => setTrades(await control.trades()), [])
  usePolling(look, 1500)
  if (trades.length === 0) return <p className="empty">{texts('noTrades')}</p>
  return (
    <table className="trades" data-testid="trades">
      <tbody>
        {trades.map((trade) => (
          <tr key={trade.outTradeNo} data-testid="trade">
            <td>
              <code>{trade.outTradeNo}</code>
              <small>{trade.transactionId}</small>
            </td>
            <td>{trade.description}</td>
            <td className="amount">¥{yuan(trade.total)}</td>
            <td>
              <Tag theme={THEMES[trade.state] ?? 'default'} variant="light">
                {trade.state}
              </Tag>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
