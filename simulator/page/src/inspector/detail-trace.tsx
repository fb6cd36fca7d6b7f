// The verification step by step, in WeChat's order, and the text that the signature is over.
import { useLanguage, useSay } from '../language.ts'
import { DiagnosisCard } from './diagnosis-card.tsx'
import { SignedText } from './json.tsx'
import type { Exchange } from './messages.ts'
import { CopyButton } from './parts.tsx'
import { isSigned, type Step, signedTextOf, stepsOf } from './trace.ts'

const SIGNS = { passed: '✓', failed: '✕', skipped: '·' } as const

export function TraceTab({ exchange }: { exchange: Exchange }) {
  const say = useSay()
  const steps = stepsOf(exchange)
  const text = signedTextOf(exchange)
  return (
    <>
      {!isSigned(exchange) && (
        <p className="none">
          {say(
            '这个接口不签名：由 secret 或 access_token 证明调用者。',
            'This interface has no signature: secret or access_token prove the caller.',
          )}
        </p>
      )}
      {exchange.kind === 'notification' && (
        <p className="none">
          {say(
            '微信签名后发出；商户应按同样的文本验签，再解密。',
            'Signed by WeChat; the merchant verifies over this same text and then decrypts.',
          )}
        </p>
      )}
      {steps.length > 0 && <Steps steps={steps} />}
      {exchange.diagnosis !== null && <DiagnosisCard diagnosis={exchange.diagnosis} />}
      {text !== '' && (
        <section className="part">
          <h3>
            {say('签名覆盖的文本', 'The text under the signature')}
            <CopyButton text={text} />
          </h3>
          <SignedText text={text} />
        </section>
      )}
    </>
  )
}

function Steps({ steps }: { steps: readonly Step[] }) {
  const language = useLanguage()
  return (
    <ol className="steps" data-testid="steps">
      {steps.map((step) => (
        <li key={step.en} className={`step step-${step.state}`} data-state={step.state}>
          <i aria-hidden="true">{SIGNS[step.state]}</i>
          <span>{step[language]}</span>
          <code title={step.value}>{step.value}</code>
        </li>
      ))}
    </ol>
  )
}
