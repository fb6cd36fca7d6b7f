// The journal: every message that passed, newest first, each with why its signature failed.
import { useCallback, useContext, useRef, useState } from 'react'
import { Tag } from 'tdesign-react'
import { control, type Exchange } from '../control.ts'
import { LanguageContext, useTexts } from '../language.ts'
import { usePolling } from '../world.ts'
import { momentText } from './clock.tsx'

const KEEP = 300

export function Timeline() {
  const texts = useTexts()
  const after = useRef(0)
  const [exchanges, setExchanges] = useState<Exchange[]>([])
  const look = useCallback(async () => {
    const { data, next } = await control.journal(after.current)
    if (data.length === 0 && next < after.current) {
      // The world was emptied and counts from the beginning again.
      after.current = 0
      setExchanges([])
      return
    }
    after.current = data.at(-1)?.seq ?? after.current
    if (data.length > 0) {
      setExchanges((known) => [...data.toReversed(), ...known].slice(0, KEEP))
    }
  }, [])
  usePolling(look, 1000)
  if (exchanges.length === 0) return <p className="empty">{texts('noMessages')}</p>
  return (
    <div className="timeline" data-testid="timeline">
      {exchanges.map((exchange) => (
        <Row key={exchange.seq} exchange={exchange} />
      ))}
    </div>
  )
}

function Row({ exchange }: { exchange: Exchange }) {
  const texts = useTexts()
  const outward = exchange.kind !== 'request'
  // Calls of api.weixin.qq.com carry no signature that could be right.
  const signed = outward || exchange.url.includes('/v3/')
  return (
    <details className="exchange" data-testid="exchange" data-kind={exchange.kind}>
      <summary>
        <time>{momentText(exchange.at).slice(11)}</time>
        <i className={outward ? 'way way-out' : 'way'}>{outward ? '→' : '←'}</i>
        <b>{exchange.method}</b>
        <span className="path" title={exchange.url}>
          {exchange.url}
        </span>
        {exchange.verified === false && (
          <Tag size="small" theme="danger">
            {texts('refused')}
          </Tag>
        )}
        {exchange.verified === true && signed && (
          <Tag size="small" theme="success" variant="light">
            {texts('verified')}
          </Tag>
        )}
        <StatusTag status={exchange.status} />
      </summary>
      <Diagnosis exchange={exchange} />
      <Part title={texts('request')} headers={exchange.headers} body={exchange.body} />
      {exchange.plaintext !== '' && (
        <Part title={texts('plaintext')} headers={{}} body={exchange.plaintext} />
      )}
      <Part title={texts('answer')} headers={exchange.answerHeaders} body={exchange.answerBody} />
    </details>
  )
}

function StatusTag({ status }: { status: number }) {
  const good = status >= 200 && status < 300
  return <span className={good ? 'status good' : 'status bad'}>{status === 0 ? '—' : status}</span>
}

function Diagnosis({ exchange }: { exchange: Exchange }) {
  const texts = useTexts()
  const language = useContext(LanguageContext)
  const { diagnosis } = exchange
  if (diagnosis === null) return null
  return (
    <div className="diagnosis" data-testid="diagnosis">
      <b>{diagnosis.code}</b> {language === 'zh' ? diagnosis.zh : diagnosis.en}
      {diagnosis.expected !== '' && (
        <pre>
          {texts('expected')}: {diagnosis.expected}
          {'\n'}
          {texts('received')}: {diagnosis.received}
        </pre>
      )}
    </div>
  )
}

function Part(props: { title: string; headers: Record<string, string>; body: string }) {
  const headers = Object.entries(props.headers)
  if (headers.length === 0 && props.body === '') return null
  return (
    <section className="part">
      <h4>{props.title}</h4>
      {headers.length > 0 && (
        <pre className="headers">{headers.map(([k, v]) => `${k}: ${v}`).join('\n')}</pre>
      )}
      {props.body !== '' && <pre>{pretty(props.body)}</pre>}
    </section>
  )
}

function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2)
  } catch {
    return text
  }
}
