// What went back of one order, and the second person's answer to a large refund.
import { Fragment, useCallback, useState } from 'react'
import { Alert, Button, Input } from 'tdesign-react'
import { yuanText } from '../amounts.ts'
import type { ApiFailure } from '../api/api.ts'
import type { Refund } from '../api/refund.ts'
import type { Order } from '../api/shapes.ts'
import { useTexts } from '../language.ts'
import { useLoaded } from '../loading.ts'
import { Copyable } from '../parts/copyable.tsx'
import { Moment } from '../parts/moment.tsx'
import { SaveButton } from '../parts/save-button.tsx'
import { failureTitle } from '../parts/screen.tsx'
import { StatusTag } from '../parts/status-tag.tsx'
import { failureOf, useSession } from '../session.ts'
import type { TextName } from '../texts.ts'
import { RefundDialog } from './refund-dialog.tsx'

export function Refunds({ order }: { order: Order }) {
  const texts = useTexts()
  const { api } = useSession()
  const [open, setOpen] = useState(false)
  const { value, reload } = useLoaded(
    useCallback(async () => await api.refunds(order.id), [api, order.id]),
  )
  if (value === null || (order.status !== 'paid' && value.length === 0)) return null
  const leftFen = value.reduce(
    (left, { amountFen, status }) => (status === 'closed' ? left : left - amountFen),
    order.totalFen,
  )
  return (
    <section data-testid="refunds">
      <h3>{texts('refundList')}</h3>
      {value.length === 0 && <p className="faint">{texts('noRefunds')}</p>}
      {value.map((one) => (
        <OneRefund key={one.id} refund={one} reload={reload} />
      ))}
      {order.status === 'paid' && leftFen > 0 && (
        <Button variant="outline" data-testid="refund-money" onClick={() => setOpen(true)}>
          {texts('refundMoney')}
        </Button>
      )}
      {open && (
        <RefundDialog
          order={order}
          leftFen={leftFen}
          close={() => setOpen(false)}
          saved={() => {
            setOpen(false)
            reload()
          }}
        />
      )}
    </section>
  )
}

function wordOf({ status, approval }: Refund): string {
  if (approval === 'declined') return 'refund_declined'
  return approval === 'awaiting' && status === 'processing' ? 'refund_awaiting' : `refund_${status}`
}

function OneRefund({ refund, reload }: { refund: Refund; reload(): void }) {
  const texts = useTexts()
  const decider = refund.approval === 'declined' ? 'declinedBy' : 'approvedBy'
  const lines: Array<readonly [name: TextName, value: string | null]> = [
    ['refundReason', refund.reason === '' ? null : refund.reason],
    ['requestedBy', refund.requestedBy],
    [decider, refund.decidedBy],
    ['declineReason', refund.declineReason],
    ['refundProblem', refund.approval === 'declined' ? null : refund.problem],
  ]
  return (
    <section className="attempt" data-testid="refund">
      <header>
        <b className="amount">{yuanText(refund.amountFen)}</b>
        <StatusTag status={wordOf(refund)} />
        <small>
          {refund.external && <>{texts('refundElsewhere')} · </>}
          <Moment at={refund.succeededAt ?? refund.createdAt} />
        </small>
      </header>
      <dl>
        <dt>out_refund_no</dt>
        <dd>
          <Copyable text={refund.outRefundNo} />
        </dd>
        {lines.map(([name, value]) =>
          value === null ? null : (
            <Fragment key={name}>
              <dt>{texts(name)}</dt>
              <dd>{value}</dd>
            </Fragment>
          ),
        )}
      </dl>
      {wordOf(refund) === 'refund_awaiting' && <Answer refundId={refund.id} done={reload} />}
    </section>
  )
}

/** Yes or no to a refund that waits; no needs a reason. */
export function Answer({ refundId, done }: { refundId: string; done(): void }) {
  const texts = useTexts()
  const { api, signOut } = useSession()
  const [reason, setReason] = useState('')
  const [failure, setFailure] = useState<ApiFailure | null>(null)
  const [busy, setBusy] = useState(false)
  const send = async (answer: () => Promise<void>) => {
    setBusy(true)
    setFailure(null)
    try {
      await answer()
      done()
    } catch (error) {
      const why = failureOf(error)
      if (why.status === 401) return signOut(true)
      setFailure(why)
    }
    setBusy(false)
  }
  const no = reason.trim()
  return (
    <div className="answer" data-testid="refund-answer">
      <p className="faint">{texts('approveAbout')}</p>
      <div className="answer-row">
        <SaveButton
          words={texts('approve')}
          blocked={busy}
          testId="approve"
          save={async () => await send(() => api.approveRefund(refundId))}
        />
        <div data-testid="decline-reason">
          <Input value={reason} placeholder={texts('declineHint')} onChange={setReason} />
        </div>
        <SaveButton
          words={texts('decline')}
          blocked={busy || no === ''}
          testId="decline"
          beside
          save={async () => await send(() => api.declineRefund(refundId, no))}
        />
      </div>
      {failure !== null && (
        <div data-testid="refund-failure">
          <Alert theme="error" title={failureTitle(failure, texts)} message={failure.message} />
        </div>
      )}
    </div>
  )
}
