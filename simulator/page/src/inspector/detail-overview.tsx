// The first look at a message: its few facts, why it was refused, and its order's other messages.
import { useLanguage, useSay } from '../language.ts'
import { timeText } from '../times.ts'
import { DiagnosisCard } from './diagnosis-card.tsx'
import { kindWords } from './kinds.ts'
import { StatusText } from './list.tsx'
import { type Exchange, operationOf, orderOf } from './messages.ts'
import { authorizationOf, isSigned } from './trace.ts'

interface OverviewProps {
  exchange: Exchange
  related: readonly Exchange[]
  select(seq: number): void
}

export function OverviewTab({ exchange, related, select }: OverviewProps) {
  const say = useSay()
  const language = useLanguage()
  const order = orderOf(exchange)
  const merchant = authorizationOf(exchange)['mchid'] ?? ''
  const serial = exchange.headers['wechatpay-serial'] ?? ''
  return (
    <div className="overview">
      {exchange.diagnosis !== null && <DiagnosisCard diagnosis={exchange.diagnosis} />}
      <dl className="facts">
        <Fact name={say('方向', 'Direction')} value={<Direction exchange={exchange} />} />
        <Fact name={say('结果', 'Outcome')} value={<Outcome exchange={exchange} />} />
        {order !== '' && <Fact name={say('商户订单号', 'Order')} value={<code>{order}</code>} />}
        {merchant !== '' && (
          <Fact name={say('商户号', 'Merchant')} value={<code>{merchant}</code>} />
        )}
        {serial !== '' && (
          <Fact name={say('签名公钥', 'Signing key')} value={<code>{serial}</code>} />
        )}
        {exchange.fault !== null && (
          <Fact
            name={say('故障', 'Fault')}
            value={<span className="mark mark-fault">{kindWords(exchange.fault)[language]}</span>}
          />
        )}
      </dl>
      {related.length > 0 && <Related {...{ related, select }} />}
    </div>
  )
}

function Fact({ name, value }: { name: string; value: React.ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  )
}

function Direction({ exchange }: { exchange: Exchange }) {
  const say = useSay()
  if (exchange.kind === 'request') return <>{say('商户服务器 → 微信', 'merchant → WeChat')}</>
  return <>{say('微信 → 商户服务器', 'WeChat → merchant')}</>
}

function Outcome({ exchange }: { exchange: Exchange }) {
  const say = useSay()
  const { status, verified, kind, answerBody } = exchange
  const said = /"(?:message|errmsg)"\s*:\s*"((?:\\.|[^"\\])*)"/.exec(answerBody)?.[1] ?? ''
  const parts: string[] = []
  if (kind === 'request' && isSigned(exchange)) {
    parts.push(
      verified === false ? say('验签失败', 'signature refused') : say('验签通过', 'signature ok'),
    )
  }
  if (status === 0) {
    const why = kind === 'request' ? say('没有应答', 'no answer') : answerBody
    parts.push(why === '' ? say('没有应答', 'no answer') : why)
  } else if (kind !== 'request') {
    const acknowledged = status >= 200 && status < 300
    parts.push(
      acknowledged
        ? say('已确认', 'acknowledged')
        : say('未确认，将重试', 'not acknowledged: comes again'),
    )
  }
  if (said !== '') parts.push(said)
  return (
    <>
      <StatusText status={status} /> {parts.join(' · ')}
    </>
  )
}

function Related({ related, select }: Omit<OverviewProps, 'exchange'>) {
  const say = useSay()
  const language = useLanguage()
  return (
    <section className="related">
      <h3>{say('同一订单的消息', 'The same order')}</h3>
      <ol>
        {related.slice(0, 20).map((exchange) => (
          <li key={exchange.seq}>
            <button type="button" className="link" onClick={() => select(exchange.seq)}>
              <time>{timeText(exchange.at)}</time>
              <span>{operationOf(exchange)?.[language] ?? exchange.url}</span>
              <StatusText status={exchange.status} />
            </button>
          </li>
        ))}
      </ol>
    </section>
  )
}
