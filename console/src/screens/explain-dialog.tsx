// Closes a difference: a person says why it is in order.
import { useState } from 'react'
import { Alert, Dialog, Input, Textarea } from 'tdesign-react'
import type { ApiFailure } from '../api/api.ts'
import type { Difference } from '../api/reconcile.ts'
import { useTexts } from '../language.ts'
import { SaveButton } from '../parts/save-button.tsx'
import { failureTitle } from '../parts/screen.tsx'
import { failureOf, useSession } from '../session.ts'

interface DialogProps {
  difference: Difference
  saved(): void
  close(): void
}

export function ExplainDialog({ difference, saved, close }: DialogProps) {
  const texts = useTexts()
  const { api, signOut } = useSession()
  const [reason, setReason] = useState('')
  const [by, setBy] = useState('')
  const [failure, setFailure] = useState<ApiFailure | null>(null)
  const [busy, setBusy] = useState(false)
  const isBlocked = reason.trim() === '' || busy
  const save = async () => {
    if (isBlocked) return
    setBusy(true)
    try {
      await api.explain(difference.id, reason.trim(), by.trim())
      saved()
    } catch (error) {
      const why = failureOf(error)
      if (why.status === 401) return signOut(true)
      setFailure(why)
      setBusy(false)
    }
  }
  return (
    <Dialog
      visible
      header={texts('explain')}
      width="min(480px, 94vw)"
      confirmBtn={
        <SaveButton words={texts('explain')} blocked={isBlocked} testId="save-reason" save={save} />
      }
      cancelBtn={texts('cancel')}
      onClose={close}
    >
      <p className="faint">{texts('explainAbout')}</p>
      <div className="form">
        <div className="field" data-testid="field-reason">
          <b>{texts('reason')}</b>
          <Textarea value={reason} autosize={{ minRows: 3 }} onChange={setReason} />
          {reason.trim() === '' && <small className="bad">{texts('fieldNeeded')}</small>}
        </div>
        <div className="field" data-testid="field-by">
          <b>{texts('explainedBy')}</b>
          <Input value={by} onChange={setBy} />
          <small>{texts('explainedByHint')}</small>
        </div>
      </div>
      {failure !== null && (
        <Alert theme="error" title={failureTitle(failure, texts)} message={failure.message} />
      )}
    </Dialog>
  )
}
