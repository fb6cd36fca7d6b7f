// Pays back all or a part of one order.
import { useState } from 'react'
import { Checkbox, Input } from 'tdesign-react'
import { fenFromYuan, plainYuan, yuanText } from '../amounts.ts'
import type { RefundWish } from '../api/refund.ts'
import type { Order } from '../api/shapes.ts'
import { useTexts } from '../language.ts'
import { type Saving, SavingDialog, useWishKey } from '../parts/saving-dialog.tsx'
import { useSession } from '../session.ts'

const MOST_REASON_BYTES = 80

interface Draft {
  yuan: string
  reason: string
  restock: boolean
}

/** `leftFen`: what is neither back nor on its way back. */
export function RefundDialog({
  order,
  leftFen,
  ...saving
}: Saving & { order: Order; leftFen: number }) {
  const texts = useTexts()
  const { api } = useSession()
  const [draft, setDraft] = useState<Draft>({
    yuan: plainYuan(leftFen),
    reason: '',
    restock: false,
  })
  const keyOf = useWishKey()
  const wish = wishOf(draft, leftFen)
  return (
    <SavingDialog
      header={texts('refundMoney')}
      words={texts('refundMoney')}
      testId="save-refund"
      send={wish && (async () => await api.refund(order.id, wish, keyOf(wish)))}
      {...saving}
    >
      <p className="faint">{texts('refundAbout')}</p>
      <RefundForm
        draft={draft}
        leftFen={leftFen}
        change={(part) => setDraft((now) => ({ ...now, ...part }))}
      />
    </SavingDialog>
  )
}

interface FormProps {
  draft: Draft
  leftFen: number
  change(part: Partial<Draft>): void
}

function RefundForm({ draft, leftFen, change }: FormProps) {
  const texts = useTexts()
  const isBadAmount = amountOf(draft, leftFen) === null
  const isBadReason = !isReason(draft.reason)
  return (
    <div className="form">
      <div className="field" data-testid="field-amount">
        <b>{texts('refundAmount')}</b>
        <Input
          label="¥"
          value={draft.yuan}
          status={isBadAmount ? 'error' : 'default'}
          onChange={(yuan) => change({ yuan })}
        />
        <small className={isBadAmount ? 'bad' : ''}>{texts('refundLeft', yuanText(leftFen))}</small>
      </div>
      <div className="field" data-testid="field-reason">
        <b>{texts('refundReason')}</b>
        <Input value={draft.reason} onChange={(reason) => change({ reason })} />
        <small className={isBadReason ? 'bad' : ''}>{texts('refundReasonHint')}</small>
      </div>
      <span data-testid="restock">
        <Checkbox checked={draft.restock} onChange={(restock) => change({ restock })}>
          {texts('restock')}
        </Checkbox>
      </span>
    </div>
  )
}

function amountOf({ yuan }: Draft, leftFen: number): number | null {
  const fen = fenFromYuan(yuan)
  return fen !== null && fen <= leftFen ? fen : null
}

function isReason(reason: string): boolean {
  const bytes = new TextEncoder().encode(reason.trim()).length
  return bytes > 0 && bytes <= MOST_REASON_BYTES
}

/** What to send, or null while something is not as it must be. */
function wishOf(draft: Draft, leftFen: number): RefundWish | null {
  const amount = amountOf(draft, leftFen)
  if (amount === null || !isReason(draft.reason)) return null
  return { amount, reason: draft.reason.trim(), restock: draft.restock }
}
