// A dialog that sends what it asks for, once, and says why when it was refused.
import { type ReactNode, useRef, useState } from 'react'
import { Alert, Dialog } from 'tdesign-react'
import type { ApiFailure } from '../api/api.ts'
import { useTexts } from '../language.ts'
import { failureOf, useSession } from '../session.ts'
import { SaveButton } from './save-button.tsx'
import { failureTitle } from './screen.tsx'

export interface Saving {
  saved(): void
  close(): void
}

/** `send` is null while something is missing. */
export function SavingDialog(
  props: Saving & {
    header: string
    words: string
    testId: string
    send: (() => Promise<void>) | null
    children: ReactNode
  },
) {
  const texts = useTexts()
  const { signOut } = useSession()
  const [failure, setFailure] = useState<ApiFailure | null>(null)
  const [busy, setBusy] = useState(false)
  const { send, saved } = props
  const save = async () => {
    if (send === null || busy) return
    setBusy(true)
    try {
      await send()
      saved()
    } catch (error) {
      const why = failureOf(error)
      if (why.status === 401) return signOut(true)
      setFailure(why)
      setBusy(false)
    }
  }
  const isBlocked = send === null || busy
  return (
    <Dialog
      visible
      header={props.header}
      width="min(480px, 94vw)"
      confirmBtn={
        <SaveButton words={props.words} blocked={isBlocked} testId={props.testId} save={save} />
      }
      cancelBtn={texts('cancel')}
      onClose={props.close}
    >
      {props.children}
      {failure !== null && (
        <div data-testid="save-failure">
          <Alert theme="error" title={failureTitle(failure, texts)} message={failure.message} />
        </div>
      )}
    </Dialog>
  )
}

/** One idempotency key for the same words: two clicks, or one after a lost answer, are one wish. */
export function useWishKey(): (wish: unknown) => string {
  const keys = useRef(new Map<string, string>())
  return (wish) => {
    const words = JSON.stringify(wish)
    const key = keys.current.get(words) ?? crypto.randomUUID()
    keys.current.set(words, key)
    return key
  }
}
