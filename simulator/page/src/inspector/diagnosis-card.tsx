// Why a message was refused, in a sentence, with what was expected beside what came.
import { useLanguage, useSay } from '../language.ts'
import { SignedText } from './json.tsx'
import type { Diagnosis } from './messages.ts'

export function DiagnosisCard({ diagnosis }: { diagnosis: Diagnosis }) {
  const say = useSay()
  const language = useLanguage()
  const { code, expected, received } = diagnosis
  return (
    <section className="diagnosis" data-testid="diagnosis">
      <p>
        <b>{diagnosis[language]}</b>
        <code>{code}</code>
      </p>
      {expected !== '' && (
        <div className="compared">
          <div>
            <h4>{say('期望', 'Expected')}</h4>
            <SignedText text={expected} />
          </div>
          {received !== '' && (
            <div>
              <h4>{say('收到', 'Received')}</h4>
              <SignedText text={received} />
            </div>
          )}
        </div>
      )}
    </section>
  )
}
