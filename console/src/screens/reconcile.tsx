// The books beside WeChat's bills: what does not agree, and how each day came out.
import { useContext, useState } from 'react'
import { Button, type PrimaryTableCol, Table, Tag } from 'tdesign-react'
import { yuanText } from '../amounts.ts'
import type { BillDay, Difference } from '../api/reconcile.ts'
import { LanguageContext, type Texts, useTexts } from '../language.ts'
import { type LoadedPages, usePages } from '../loading.ts'
import { Copyable } from '../parts/copyable.tsx'
import { Details } from '../parts/details.tsx'
import { Moment } from '../parts/moment.tsx'
import { EmptyState, MoreRows, Screen } from '../parts/screen.tsx'
import { StatusTag } from '../parts/status-tag.tsx'
import { failureOf, useSession } from '../session.ts'
import { ExplainDialog } from './explain-dialog.tsx'

export function Reconcile() {
  const { api } = useSession()
  const days = usePages(api.billDays)
  const differences = usePages(api.openDifferences)
  const both = {
    value: days.value === null || differences.value === null ? null : true,
    failure: differences.failure ?? days.failure,
    busy: days.busy || differences.busy,
    reload: () => {
      days.reload()
      differences.reload()
    },
  }
  const tools = <ReconcileDay asked={both.reload} />
  return (
    <Screen title="reconcile" about="reconcileAbout" loaded={both} tools={tools}>
      {() => (
        <>
          <Differences loaded={differences} closed={both.reload} />
          <Days loaded={days} />
        </>
      )}
    </Screen>
  )
}

function ReconcileDay({ asked }: { asked(): void }) {
  const { api, signOut } = useSession()
  const texts = useTexts()
  const [date, setDate] = useState('')
  const [busy, setBusy] = useState(false)
  const [said, setSaid] = useState({ words: '', bad: false })
  const ask = async () => {
    setBusy(true)
    try {
      await api.reconcile(date)
      setSaid({ words: texts('reconcileAsked').replace('{day}', date), bad: false })
      asked()
    } catch (error) {
      const why = failureOf(error)
      if (why.status === 401) return signOut(true)
      setSaid({ words: why.message || texts('failed'), bad: true })
    }
    setBusy(false)
  }
  return (
    <div className="card reconcile-day">
      <label>
        {texts('dayToReconcile')}
        <input
          type="date"
          value={date}
          data-testid="reconcile-date"
          onChange={({ target }) => setDate(target.value)}
        />
      </label>
      <Button
        variant="outline"
        loading={busy}
        disabled={date === ''}
        data-testid="reconcile-ask"
        onClick={() => void ask()}
      >
        {texts('reconcileDay')}
      </Button>
      <small role="status" className={said.bad ? 'bad' : ''} data-testid="reconcile-said">
        {said.words}
      </small>
    </div>
  )
}

function Differences(props: { loaded: LoadedPages<Difference>; closed(): void }) {
  const { loaded, closed } = props
  const texts = useTexts()
  const [explaining, setExplaining] = useState<Difference | null>(null)
  const differences = loaded.value ?? []
  return (
    <>
      <h2>{texts('openDifferences')}</h2>
      {differences.length === 0 && (
        <div className="card" data-testid="no-differences">
          <EmptyState icon="done" title="noDifferences" about="noDifferencesAbout" />
        </div>
      )}
      {differences.map((one) => (
        <DifferenceCard key={one.id} difference={one} explain={() => setExplaining(one)} />
      ))}
      {loaded.hasMore && <MoreRows {...loaded} />}
      {explaining !== null && (
        <ExplainDialog
          difference={explaining}
          close={() => setExplaining(null)}
          saved={() => {
            setExplaining(null)
            closed()
          }}
        />
      )}
    </>
  )
}

function DifferenceCard(props: { difference: Difference; explain(): void }) {
  const { difference, explain } = props
  const texts = useTexts()
  const language = useContext(LanguageContext)
  return (
    <article className="card task" data-testid="difference" data-class={difference.class}>
      <header>
        <h2>{difference.title[language]}</h2>
        <small>
          {difference.date} · {texts('since')} <Moment at={difference.openedAt} />
        </small>
      </header>
      <p className="advice">
        <b>{texts('advice')}</b>
        {difference.advice[language]}
      </p>
      <dl>
        <dt>{texts('wechatSays')}</dt>
        <dd data-testid="there">
          <Side fen={difference.thereFen} />
        </dd>
        <dt>{texts('booksSay')}</dt>
        <dd data-testid="here">
          <Side fen={difference.hereFen} />
        </dd>
        <Details of={difference.detail} />
      </dl>
      <footer>
        <code>{difference.class}</code>
        <Copyable text={difference.mchid} />
        <Copyable text={difference.id} />
        <Button variant="outline" data-testid="explain" onClick={explain}>
          {texts('explain')}
        </Button>
      </footer>
    </article>
  )
}

function Side({ fen }: { fen: number | null }) {
  const texts = useTexts()
  if (fen === null) return <span className="faint">{texts('notThere')}</span>
  return <b className="amount">{yuanText(fen)}</b>
}

function Days({ loaded }: { loaded: LoadedPages<BillDay> }) {
  const texts = useTexts()
  const days = loaded.value ?? []
  return (
    <>
      <h2>{texts('reconciledDays')}</h2>
      <div className="card">
        {days.length === 0 ? (
          <EmptyState icon="reconcile" title="noDays" about="noDaysAbout" />
        ) : (
          <Table
            rowKey="id"
            tableLayout="auto"
            data={days}
            columns={columns(texts)}
            rowAttributes={({ row }: { row: BillDay }) => ({
              'data-testid': 'bill-day',
              'data-date': row.date,
            })}
          />
        )}
        {(days.length > 0 || loaded.hasMore) && <MoreRows {...loaded} />}
      </div>
    </>
  )
}

function columns(texts: Texts): PrimaryTableCol<BillDay>[] {
  return [
    {
      colKey: 'date',
      title: texts('day'),
      cell: ({ row }) => (
        <span className="two-lines">
          <b>
            <time>{row.date}</time>
          </b>
          <code>{row.mchid}</code>
        </span>
      ),
    },
    {
      colKey: 'status',
      title: texts('status'),
      cell: ({ row }) => (
        <span className="two-lines">
          <StatusTag status={`day_${row.status}`} />
          {row.problem !== null && <code>{row.problem}</code>}
        </span>
      ),
    },
    { colKey: 'matched', title: texts('matchedRows'), cell: ({ row }) => row.matched ?? '—' },
    { colKey: 'foreign', title: texts('foreignRows'), cell: ({ row }) => row.foreign ?? '—' },
    {
      colKey: 'counts',
      title: texts('differencesOfDay'),
      cell: ({ row }) => <Counts counts={row.counts} />,
    },
    {
      colKey: 'unexplainedFen',
      title: texts('unexplainedSum'),
      cell: ({ row }) => (
        <span className={row.unexplainedFen ? 'amount bad' : 'amount'}>
          {row.unexplainedFen === null ? '—' : yuanText(row.unexplainedFen)}
        </span>
      ),
    },
    {
      colKey: 'finishedAt',
      title: texts('finishedAt'),
      cell: ({ row }) => <Moment at={row.finishedAt} />,
    },
  ]
}

const KINDS = [
  ['open', 'openCount', 'danger'],
  ['healed', 'healedCount', 'success'],
  ['explained', 'explainedCount', 'default'],
] as const

function Counts({ counts }: { counts: BillDay['counts'] }) {
  const texts = useTexts()
  const some = KINDS.filter(([status]) => counts[status] > 0)
  if (some.length === 0) return <span className="faint">{texts('none')}</span>
  return (
    <span className="tags">
      {some.map(([status, words, theme]) => (
        <Tag key={status} theme={theme} variant="light" shape="round">
          {texts(words, counts[status])}
        </Tag>
      ))}
    </span>
  )
}
