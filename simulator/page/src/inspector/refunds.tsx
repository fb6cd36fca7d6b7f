// Refunds as WeChat has them, and forcing one into the state that a test wants.
import { useSay } from '../language.ts'
import type { Known } from '../live.ts'
import { yuan } from '../read.ts'
import { momentText } from '../times.ts'
import { api, type Notice, type Refund, type Trade } from './api.ts'
import { Failure, useDeed } from './parts.tsx'
import { Replay } from './replay.tsx'
import { Notices } from './trades.tsx'

interface RefundsProps {
  known: Known
  look(): Promise<void>
  showOrder(outTradeNo: string): void
}

const STATES = ['SUCCESS', 'CLOSED', 'ABNORMAL'] as const

export function Refunds({ known, look, showOrder }: RefundsProps) {
  const say = useSay()
  const { busy, failed, run } = useDeed()
  if (known.refunds.length === 0) {
    return <p className="none">{say('还没有退款。', 'No refunds yet.')}</p>
  }
  const force = (id: string, to: string) => void run(() => api.refundTo(id, to).then(look))
  return (
    <>
      <Failure text={failed} />
      <table className="table" data-testid="refunds">
        <thead>
          <tr>
            <th scope="col">{say('商户退款单号', 'Refund')}</th>
            <th scope="col" className="amount">
              {say('金额', 'Amount')}
            </th>
            <th scope="col">{say('状态', 'State')}</th>
            <th scope="col">{say('通知', 'Notification')}</th>
          </tr>
        </thead>
        <tbody>
          {known.refunds.slice(0, 200).map((refund) => (
            <RefundRow
              key={refund.id}
              {...{ refund, busy, force, showOrder }}
              notices={noticesOf(refund, known.trades)}
            />
          ))}
        </tbody>
      </table>
    </>
  )
}

/** Those of its trade's notifications that tell of this refund. */
function noticesOf(refund: Refund, trades: readonly Trade[]): Notice[] {
  const trade = trades.find(({ outTradeNo }) => outTradeNo === refund.outTradeNo)
  return trade?.notices.filter((notice) => notice.refund === refund.outRefundNo) ?? []
}

interface RowProps {
  refund: Refund
  notices: readonly Notice[]
  busy: boolean
  force(id: string, to: string): void
  showOrder(outTradeNo: string): void
}

function RefundRow({ refund, notices, busy, force, showOrder }: RowProps) {
  const say = useSay()
  const { id, outRefundNo, outTradeNo, status, amount } = refund
  const [first] = notices
  return (
    <tr data-testid="refund">
      <td>
        <code>{outRefundNo}</code>
        <small>
          <button type="button" className="link" onClick={() => showOrder(outTradeNo)}>
            {outTradeNo}
          </button>{' '}
          {momentText(refund.createdAt)}
        </small>
      </td>
      <td className="amount">¥{yuan(amount)}</td>
      <td>
        <span className={`state state-${status}`}>{status}</span>
        {(status === 'PROCESSING' || status === 'ABNORMAL') && (
          <fieldset className="chips" aria-label={say('改为', 'Force to')}>
            {STATES.filter((state) => state !== status).map((state) => (
              <button
                key={state}
                type="button"
                className="chip"
                disabled={busy}
                data-testid={`refund-to-${state}`}
                onClick={() => force(id, state)}
              >
                {state}
              </button>
            ))}
          </fieldset>
        )}
      </td>
      <td>
        {first !== undefined && (
          <div className="deliveries">
            <Notices notices={notices} />
            <Replay id={first.id} />
          </div>
        )}
      </td>
    </tr>
  )
}
