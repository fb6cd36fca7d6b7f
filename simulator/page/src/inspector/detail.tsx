// One message, whole: what it was, its bytes, what was in it, and why it was taken or refused.
import { useLanguage, useSay } from '../language.ts'
import { momentText } from '../times.ts'
import { BodyTab, CurlTab, DecryptedTab, HeadersTab } from './detail-bytes.tsx'
import { OverviewTab } from './detail-overview.tsx'
import { TraceTab } from './detail-trace.tsx'
import { StatusText } from './list.tsx'
import { type Exchange, operationOf } from './messages.ts'
import { CopyButton, type Tab, Tabs } from './parts.tsx'
import { Replay } from './replay.tsx'

export const DETAIL_TABS = ['overview', 'headers', 'body', 'decrypted', 'trace', 'curl'] as const
export type DetailTab = (typeof DETAIL_TABS)[number]

interface DetailProps {
  exchange: Exchange | null
  /** Other messages about the same order, newest first. */
  related: readonly Exchange[]
  tab: DetailTab
  chooseTab(tab: DetailTab): void
  select(seq: number): void
}

export function Detail({ exchange, related, tab, chooseTab, select }: DetailProps) {
  const say = useSay()
  const labels: Record<DetailTab, string> = {
    overview: say('概览', 'Overview'),
    headers: say('头部', 'Headers'),
    body: say('报文', 'Body'),
    decrypted: say('解密', 'Decrypted'),
    trace: say('验签', 'Verification'),
    curl: 'curl',
  }
  if (exchange === null) return <NothingChosen />
  const tabs = DETAIL_TABS.map((id): Tab<DetailTab> => {
    const mark = id === 'trace' && exchange.verified === false ? { note: '✕', alarming: true } : {}
    return { id, label: labels[id], ...mark }
  })
  return (
    <article className="detail" data-testid="detail" data-seq={exchange.seq}>
      <DetailHead exchange={exchange} />
      <Tabs
        name="detail"
        label={say('消息的各个方面', 'Aspects of the message')}
        tabs={tabs}
        chosen={tab}
        choose={chooseTab}
      >
        {tab === 'overview' && <OverviewTab {...{ exchange, related, select }} />}
        {tab === 'headers' && <HeadersTab exchange={exchange} />}
        {tab === 'body' && <BodyTab exchange={exchange} />}
        {tab === 'decrypted' && <DecryptedTab exchange={exchange} />}
        {tab === 'trace' && <TraceTab exchange={exchange} />}
        {tab === 'curl' && <CurlTab exchange={exchange} />}
      </Tabs>
    </article>
  )
}

function DetailHead({ exchange }: { exchange: Exchange }) {
  const language = useLanguage()
  const { method, url, status, at, seq, notification } = exchange
  return (
    <header className="detail-head">
      <div className="detail-title">
        <h2>{operationOf(exchange)?.[language] ?? method}</h2>
        <StatusText status={status} />
        <time>{momentText(at)}</time>
        <span className="seq">#{seq}</span>
      </div>
      <div className="detail-url">
        <b>{method}</b>
        <code>{url}</code>
        <CopyButton text={url} />
      </div>
      {notification !== null && <Replay id={notification} />}
    </header>
  )
}

const KEYS: readonly (readonly [keys: string, zh: string, en: string])[] = [
  ['j k', '下一条、上一条', 'next, previous message'],
  ['Enter', '查看详情', 'into the detail'],
  ['1 – 6', '切换详情标签', 'tabs of the detail'],
  ['/', '搜索', 'search'],
  ['f', '只看失败', 'failed only'],
  ['c', '复制为 curl', 'copy as curl'],
  ['Esc', '返回，清除搜索', 'back, clear the search'],
]

function NothingChosen() {
  const say = useSay()
  return (
    <div className="detail detail-empty" data-testid="detail-empty">
      <p>{say('选择一条消息查看细节。', 'Choose a message to see all of it.')}</p>
      <dl className="keys">
        {KEYS.map(([keys, zh, en]) => (
          <div key={keys}>
            <dt>
              <kbd>{keys}</kbd>
            </dt>
            <dd>{say(zh, en)}</dd>
          </div>
        ))}
      </dl>
    </div>
  )
}
