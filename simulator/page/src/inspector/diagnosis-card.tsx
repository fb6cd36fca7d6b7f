// Why a message was refused, in a sentence, with what was expected beside what came.
import { useMemo } from 'react'
import { useLanguage, useSay } from '../language.ts'
import { differenceOf } from './difference.ts'
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
            <Compared text={expected} other={received} />
          </div>
          {received !== '' && (
            <div>
              <h4>{say('收到', 'Received')}</h4>
              <Compared text={received} other={expected} />
            </div>
          )}
        </div>
      )}
    </section>
  )
}

/** A text with what differs from the other one marked; line ends are visible, as they are signed. */
function Compared({ text, other }: { text: string; other: string }) {
  const [pieces] = useMemo(() => differenceOf(text, other), [text, other])
  if (other === '' || text === other) return <SignedText text={text} />
  const visible = (part: string) => part.replaceAll('\r', '\\r').replaceAll('\n', '\\n\n')
  return (
    <pre className="code" data-testid="compared">
      {pieces.map((piece, index) =>
        piece.own ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of one text never move
          <mark key={index}>{visible(piece.text)}</mark>
        ) : (
          visible(piece.text)
        ),
      )}
    </pre>
  )
}
