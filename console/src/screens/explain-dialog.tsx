// Closes a difference: a person says why it is in order.
import { useState } from 'react'
import { Input, Textarea } from 'tdesign-react'
import type { Difference } from '../api/reconcile.ts'
import { useTexts } from '../language.ts'
import { type Saving, SavingDialog } from '../parts/saving-dialog.tsx'
import { useSession } from '../session.ts'

export function ExplainDialog({ difference, ...saving }: Saving & { difference: Difference }) {
  const texts = useTexts()
  const { api } = useSession()
  const [reason, setReason] = useState('')
  const [by, setBy] = useState('')
  const why = reason.trim()
  return (
    <SavingDialog
      header={texts('explain')}
      words={texts('explain')}
      testId="save-reason"
      send={why === '' ? null : async () => await api.explain(difference.id, why, by.trim())}
      {...saving}
    >
      <p className="faint">{texts('explainAbout')}</p>
      <div className="form">
        <div className="field" data-testid="field-reason">
          <b>{texts('reason')}</b>
          <Textarea value={reason} autosize={{ minRows: 3 }} onChange={setReason} />
          {why === '' && <small className="bad">{texts('fieldNeeded')}</small>}
        </div>
        <div className="field" data-testid="field-by">
          <b>{texts('explainedBy')}</b>
          <Input value={by} onChange={setBy} />
          <small>{texts('explainedByHint')}</small>
        </div>
      </div>
    </SavingDialog>
  )
}
