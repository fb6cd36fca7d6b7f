// The timeline's filter: search, kind, status, failed only, path.
import type { RefObject } from 'react'
import { useSay } from '../language.ts'
import type { Filter } from './filter.ts'

interface FilterBarProps {
  filter: Filter
  change(change: Partial<Filter>): void
  paths: readonly string[]
  shown: number
  total: number
  search: RefObject<HTMLInputElement | null>
}

const KINDS: readonly (readonly [Filter['kind'], zh: string, en: string])[] = [
  ['all', '全部', 'All'],
  ['request', '请求', 'Requests'],
  ['notification', '通知', 'Notifications'],
  ['push', '推送', 'Pushes'],
]

export function FilterBar({ filter, change, paths, shown, total, search }: FilterBarProps) {
  const say = useSay()
  return (
    <search className="filter">
      <div className="filter-line">
        <input
          ref={search}
          type="search"
          value={filter.search}
          placeholder={say('订单号或任意文字…', 'Order number, or any text…')}
          aria-label={say('搜索消息', 'Search messages')}
          aria-keyshortcuts="/"
          data-testid="search"
          onChange={(event) => change({ search: event.target.value })}
        />
        <span className="count" data-testid="message-count">
          {shown === total ? total : `${shown} / ${total}`}
        </span>
      </div>
      <div className="filter-line">
        <fieldset className="segmented" aria-label={say('种类', 'Kind')}>
          {KINDS.map(([kind, zh, en]) => (
            <button
              key={kind}
              type="button"
              aria-pressed={filter.kind === kind}
              data-testid={`kind-${kind}`}
              onClick={() => change({ kind })}
            >
              {say(zh, en)}
            </button>
          ))}
        </fieldset>
      </div>
      <FilterMenus {...{ filter, change, paths }} />
    </search>
  )
}

type MenusProps = Pick<FilterBarProps, 'filter' | 'change' | 'paths'>

const STATUSES: readonly Filter['status'][] = ['all', '2xx', '3xx', '4xx', '5xx', 'none']

function FilterMenus({ filter, change, paths }: MenusProps) {
  const say = useSay()
  const labelOf = (status: Filter['status']) => {
    if (status === 'all') return say('任意状态', 'Any status')
    return status === 'none' ? say('无应答', 'No answer') : status
  }
  return (
    <div className="filter-line">
      <select
        className="grow"
        value={filter.path}
        aria-label={say('路径', 'Path')}
        data-testid="filter-path"
        onChange={(event) => change({ path: event.target.value })}
      >
        <option value="">{say('任意路径', 'Any path')}</option>
        {paths.map((path) => (
          <option key={path} value={path}>
            {path}
          </option>
        ))}
      </select>
      <select
        value={filter.status}
        aria-label={say('状态', 'Status')}
        data-testid="filter-status"
        onChange={(event) => {
          change({ status: STATUSES.find((one) => one === event.target.value) ?? 'all' })
        }}
      >
        {STATUSES.map((status) => (
          <option key={status} value={status}>
            {labelOf(status)}
          </option>
        ))}
      </select>
      <button
        type="button"
        className="toggle"
        aria-pressed={filter.failedOnly}
        data-testid="failed-only"
        onClick={() => change({ failedOnly: !filter.failedOnly })}
      >
        {say('只看失败', 'Failed')}
      </button>
    </div>
  )
}
