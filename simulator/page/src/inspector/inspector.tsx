// Three areas beside the phone: the messages, the one that was chosen, and the world they are about.
import { useMemo, useRef, useState } from 'react'
import type { WorldState } from '../control.ts'
import { useSay } from '../language.ts'
import type { Known, Live } from '../live.ts'
import { ClockBar } from './clock.tsx'
import { curlOf } from './curl.ts'
import { DETAIL_TABS, Detail, type DetailTab } from './detail.tsx'
import { Dock } from './dock.tsx'
import { EVERYTHING, type Filter, matches, pathsOf } from './filter.ts'
import { FilterBar } from './filter-bar.tsx'
import { useKeys } from './keys.ts'
import { MessageList } from './list.tsx'
import { type Exchange, orderOf } from './messages.ts'
import { Splitter, useSize } from './splitter.tsx'

interface InspectorProps {
  live: Live
  known: Known
  world: WorldState
}

export function Inspector({ live, known, world }: InspectorProps) {
  const say = useSay()
  const place = useRef<HTMLElement>(null)
  const list = useSize('list', 38)
  const dock = useSize('dock', 31)
  const messages = useMessages(known.exchanges)
  const search = useRef<HTMLInputElement>(null)
  useKeys(actionsOf(messages, search))
  const { shown, selected, filter, change } = messages
  const paths = useMemo(() => pathsOf(known.exchanges), [known.exchanges])
  const sizes = {
    '--list': `${list.percent}%`,
    '--dock': `${dock.percent}%`,
  } as React.CSSProperties
  const showOrder = (number: string) => change({ ...EVERYTHING, search: number })
  return (
    <section className="inspector" id="inspector" data-testid="inspector" ref={place} style={sizes}>
      <ClockBar {...{ live, known, world }} />
      <div className="panes">
        <section className="pane pane-list" aria-label={say('消息', 'Messages')}>
          <FilterBar
            {...{ filter, change, paths, search }}
            shown={shown.length}
            total={known.exchanges.length}
          />
          <MessageList
            {...{ shown, selected }}
            total={known.exchanges.length}
            select={messages.select}
            open={focusDetail}
            clearFilter={() => change(EVERYTHING)}
          />
        </section>
        <Splitter
          size={list}
          direction="vertical"
          label={say('消息列表的宽度', 'Width of the list')}
        />
        <section className="pane pane-detail" aria-label={say('详情', 'Detail')}>
          <Detail
            exchange={messages.chosen}
            related={messages.related}
            tab={messages.tab}
            chooseTab={messages.chooseTab}
            select={messages.select}
          />
        </section>
      </div>
      <Splitter
        size={dock}
        direction="horizontal"
        label={say('世界的高度', 'Height of the world')}
      />
      <Dock {...{ live, known, world, showOrder }} />
    </section>
  )
}

interface Messages {
  filter: Filter
  change(change: Partial<Filter>): void
  shown: readonly Exchange[]
  selected: number | null
  chosen: Exchange | null
  related: readonly Exchange[]
  select(seq: number | null): void
  tab: DetailTab
  chooseTab(tab: DetailTab): void
}

/** What is filtered, chosen and open among the messages. */
function useMessages(exchanges: readonly Exchange[]): Messages {
  const [filter, setFilter] = useState(EVERYTHING)
  const [selected, select] = useState<number | null>(null)
  const [tab, chooseTab] = useState<DetailTab>('overview')
  const shown = useMemo(
    () => exchanges.filter((exchange) => matches(exchange, filter)),
    [exchanges, filter],
  )
  const chosen = exchanges.find(({ seq }) => seq === selected) ?? null
  const order = chosen === null ? '' : orderOf(chosen)
  const related = useMemo(
    () => (order === '' ? [] : exchanges.filter((other) => orderOf(other) === order)),
    [exchanges, order],
  )
  return {
    filter,
    change: (more) => setFilter((before) => ({ ...before, ...more })),
    shown,
    selected,
    chosen,
    related: related.filter(({ seq }) => seq !== selected),
    select,
    tab,
    chooseTab,
  }
}

const focusList = () => document.getElementById('messages')?.focus()

/** The tab that is open has the keys, so that arrows change it and Tab goes into the panel. */
function focusDetail(): void {
  document.querySelector<HTMLElement>('.detail [role="tab"][aria-selected="true"]')?.focus()
}

function actionsOf(messages: Messages, search: React.RefObject<HTMLInputElement | null>) {
  const { shown, selected, filter, change, select, chosen, chooseTab } = messages
  const at = shown.findIndex(({ seq }) => seq === selected)
  const go = (to: number) => {
    const next = shown[Math.max(0, Math.min(shown.length - 1, to))]
    if (next === undefined) return
    select(next.seq)
    focusList()
  }
  return {
    next: () => go(at + 1),
    previous: () => go(at < 0 ? 0 : at - 1),
    search: () => search.current?.select(),
    open: () => {
      if (chosen === null) go(0)
      else focusDetail()
    },
    failedOnly: () => change({ failedOnly: !filter.failedOnly }),
    copy: () => {
      if (chosen === null) return
      void navigator.clipboard.writeText(curlOf(chosen, location.origin)).catch(() => undefined)
    },
    tab: (nth: number) => {
      const tab = DETAIL_TABS[nth - 1]
      if (tab !== undefined) chooseTab(tab)
    },
    back: () => {
      const inDetail = document.activeElement?.closest('.detail') != null
      if (inDetail) focusList()
      else if (document.activeElement === search.current && filter.search === '') focusList()
      else if (filter !== EVERYTHING && !isEverything(filter)) change(EVERYTHING)
      else select(null)
    },
  }
}

function isEverything(filter: Filter): boolean {
  return JSON.stringify(filter) === JSON.stringify(EVERYTHING)
}
