// A message's bytes: headers, bodies, what was sealed inside, and the whole as a command.
import { useState } from 'react'
import { useSay } from '../language.ts'
import { curlOf, isMasked } from './curl.ts'
import { Code } from './json.tsx'
import type { Exchange, Headers } from './messages.ts'
import { CopyButton } from './parts.tsx'

export function HeadersTab({ exchange }: { exchange: Exchange }) {
  const say = useSay()
  return (
    <>
      <HeaderTable title={say('请求', 'Request')} headers={exchange.headers} />
      <HeaderTable title={say('应答', 'Answer')} headers={exchange.answerHeaders} />
    </>
  )
}

function HeaderTable({ title, headers }: { title: string; headers: Headers }) {
  const say = useSay()
  const rows = Object.entries(headers)
  return (
    <section className="part">
      <h3>{title}</h3>
      {rows.length === 0 ? (
        <p className="none">{say('没有记录头部', 'No headers were noted')}</p>
      ) : (
        <table className="headers">
          <tbody>
            {rows.map(([name, value]) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td>{value}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  )
}

export function BodyTab({ exchange }: { exchange: Exchange }) {
  const say = useSay()
  const [raw, setRaw] = useState(false)
  return (
    <>
      <fieldset className="segmented body-mode" aria-label={say('显示方式', 'Shown as')}>
        <button type="button" aria-pressed={!raw} onClick={() => setRaw(false)}>
          {say('排版', 'Pretty')}
        </button>
        <button type="button" aria-pressed={raw} data-testid="raw" onClick={() => setRaw(true)}>
          {say('原文', 'Raw')}
        </button>
      </fieldset>
      <Body title={say('请求', 'Request')} text={exchange.body} raw={raw} />
      {exchange.status === 0 ? (
        <p className="none">
          {say('没有应答', 'No answer')} {exchange.kind === 'request' ? '' : exchange.answerBody}
        </p>
      ) : (
        <Body title={say('应答', 'Answer')} text={exchange.answerBody} raw={raw} />
      )}
    </>
  )
}

function Body({ title, text, raw }: { title: string; text: string; raw: boolean }) {
  const say = useSay()
  return (
    <section className="part">
      <h3>
        {title} <small>{new TextEncoder().encode(text).length} B</small>
        {text !== '' && <CopyButton text={text} />}
      </h3>
      {text === '' ? <p className="none">{say('空', 'Empty')}</p> : <Code text={text} raw={raw} />}
    </section>
  )
}

export function DecryptedTab({ exchange }: { exchange: Exchange }) {
  const say = useSay()
  if (exchange.plaintext === '') {
    return (
      <p className="none">
        {say(
          '这条消息里没有加密内容；通知和消息推送才有。',
          'Nothing in this message is encrypted; notifications and pushes are.',
        )}
      </p>
    )
  }
  return (
    <section className="part" data-testid="plaintext">
      <h3>
        {say('用 APIv3 密钥解开的 resource', 'resource, opened with the APIv3 key')}
        <CopyButton text={exchange.plaintext} />
      </h3>
      <Code text={exchange.plaintext} />
    </section>
  )
}

export function CurlTab({ exchange }: { exchange: Exchange }) {
  const say = useSay()
  const text = curlOf(exchange, location.origin)
  return (
    <section className="part">
      <h3>
        {say('在终端里重发', 'Send it again from a terminal')}
        <CopyButton text={text} testId="copy-curl" />
      </h3>
      <pre className="code" data-testid="curl">
        {text}
      </pre>
      {isMasked(exchange) && (
        <p className="none">
          {say('“…”处的秘密已隐去，请自行填入。', 'Secrets were taken out at “…”: fill them in.')}
        </p>
      )}
      <p className="none">
        {say(
          '签名只在五分钟内有效：按模拟时钟。',
          'The signature is good for five minutes by the simulated clock.',
        )}
      </p>
    </section>
  )
}
