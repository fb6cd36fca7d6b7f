// The timeline: every message that passed, newest first, as far as the filter lets it.
import { memo, useEffect } from 'react'
import { useLanguage, useSay } from '../language.ts'
import { timeText } from '../times.ts'
import { kindWords } from './kinds.ts'
import { type Exchange, isFailed, operationOf, orderOf, pathOf } from './messages.ts'
import { isSigned } from './trace.ts'

interface ListProps {
  /** What the filter lets through. */
  shown: readonly Exchange[]
  total: number
  selected: number | null
  select(seq: number): void
  open(): void
  clearFilter(): void
}

export const rowId = (seq: number) => `message-${seq}`

export function MessageList({ shown, total, selected, select, open, clearFilter }: ListProps) {
  const say = useSay()
  useEffect(() => {
    if (selected === null) return
    document.getElementById(rowId(selected))?.scrollIntoView({ block: 'nearest' })
  }, [selected])
  if (shown.length === 0) return <EmptyList filtered={total > 0} clearFilter={clearFilter} />
  const isShown = shown.some(({ seq }) => seq === selected)
  return (
    <div
      className="messages"
      role="listbox"
      tabIndex={0}
      id="messages"
      aria-label={say('消息', 'Messages')}
      aria-activedescendant={isShown && selected !== null ? rowId(selected) : undefined}
      data-testid="timeline"
      onKeyDown={(event) => {
        if (event.key === 'Enter') open()
      }}
    >
      {shown.map((exchange) => (
        <Row
          key={exchange.seq}
          exchange={exchange}
          isSelected={exchange.seq === selected}
          select={select}
        />
      ))}
    </div>
  )
}

function EmptyList({ filtered, clearFilter }: { filtered: boolean; clearFilter(): void }) {
  const say = useSay()
  return (
    <div className="empty" data-testid="no-messages">
      <p>
        {filtered
          ? say('没有符合筛选条件的消息。', 'No message fits the filter.')
          : say(
              '还没有消息。在手机上点一点，或让你的服务器调用：',
              'No messages yet. Tap something on the phone, or let your server call:',
            )}
      </p>
      {filtered ? (
        <button type="button" data-testid="clear-filter" onClick={clearFilter}>
          {say('清除筛选', 'Clear the filter')} <kbd>Esc</kbd>
        </button>
      ) : (
        <code>{location.origin}/v3/…</code>
      )}
    </div>
  )
}

interface RowProps {
  exchange: Exchange
  isSelected: boolean
  select(seq: number): void
}

const Row = memo(function Row({ exchange, isSelected, select }: RowProps) {
  const language = useLanguage()
  const { seq, kind, method, url } = exchange
  const classes = ['row', `row-${kind}`]
  if (isSelected) classes.push('row-selected')
  if (isFailed(exchange)) classes.push('row-failed')
  const path = pathOf(url)
  const order = orderOf(exchange)
  return (
    // The list takes the keys for its rows (aria-activedescendant).
    // biome-ignore lint/a11y/useKeyWithClickEvents: j, k, arrows and Enter are the list's
    <div
      className={classes.join(' ')}
      role="option"
      tabIndex={-1}
      id={rowId(seq)}
      aria-selected={isSelected}
      data-testid="exchange"
      data-kind={kind}
      data-seq={seq}
      onClick={() => select(seq)}
    >
      <i className="way" aria-hidden="true">
        {kind === 'request' ? '→' : '←'}
      </i>
      <div className="row-head">
        <b>{operationOf(exchange)?.[language] ?? path.split('?')[0]}</b>
        <Marks exchange={exchange} />
        <StatusText status={exchange.status} />
      </div>
      <div className="row-foot">
        <span className="method">{method}</span>
        <span className="path" title={url}>
          {path}
        </span>
        {order !== '' && !path.includes(order) && <span className="order">{order}</span>}
        <time>{timeText(exchange.at)}</time>
      </div>
    </div>
  )
})

function Marks({ exchange }: { exchange: Exchange }) {
  const say = useSay()
  const language = useLanguage()
  return (
    <>
      {exchange.fault !== null && (
        <span className="mark mark-fault">{kindWords(exchange.fault)[language]}</span>
      )}
      {exchange.verified === false && (
        <span className="mark mark-bad">
          {isSigned(exchange) ? say('验签失败', 'signature') : say('被拒绝', 'refused')}
        </span>
      )}
    </>
  )
}

/** 0 means that nobody answered. */
export function StatusText({ status }: { status: number }) {
  const family = status === 0 ? 'none' : `${String(status)[0]}xx`
  return <span className={`status status-${family}`}>{status === 0 ? '—' : status}</span>
}
