// Everything parked: what Minitill would not decide alone, why, and what to do.
import { useContext } from 'react'
import { yuanText } from '../amounts.ts'
import { type Fields, textOf } from '../api/read.ts'
import type { Task } from '../api/shapes.ts'
import { LanguageContext, useTexts } from '../language.ts'
import { usePages } from '../loading.ts'
import { Copyable } from '../parts/copyable.tsx'
import { Moment } from '../parts/moment.tsx'
import { EmptyState, MoreRows, Screen } from '../parts/screen.tsx'
import { useSession } from '../session.ts'

const OF_MONEY = /(^|_)(amount|total|fen|price|received)$/
const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/

export function Tasks() {
  const { api } = useSession()
  const loaded = usePages(api.tasks)
  return (
    <Screen title="tasks" about="tasksAbout" loaded={loaded}>
      {(tasks) =>
        tasks.length === 0 ? (
          <div className="card">
            <EmptyState icon="done" title="noTasks" about="noTasksAbout" />
          </div>
        ) : (
          <>
            {tasks.map((task) => (
              <TaskCard key={task.id} task={task} />
            ))}
            {loaded.hasMore && <MoreRows {...loaded} />}
          </>
        )
      }
    </Screen>
  )
}

function TaskCard({ task }: { task: Task }) {
  const texts = useTexts()
  const language = useContext(LanguageContext)
  const details = Object.entries(task.detail)
  return (
    <article className="card task" data-testid="task">
      <header>
        <h2>{task.title[language]}</h2>
        <small>
          {texts('since')} <Moment at={task.createdAt} />
        </small>
      </header>
      {task.advice[language] !== '' && (
        <p className="advice">
          <b>{texts('advice')}</b>
          {task.advice[language]}
        </p>
      )}
      <dl data-testid="task-detail">
        {task.subject !== '' && (
          <>
            <dt>{texts('about')}</dt>
            <dd>
              <Copyable text={task.subject} />
            </dd>
          </>
        )}
        {details.map(([name, value]) => (
          <Detail key={name} name={name} value={value} inFen={isFen(name, task.detail)} />
        ))}
      </dl>
      <footer>
        <code>{task.kind}</code>
        {task.reason !== '' && <code>{task.reason}</code>}
        <Copyable text={task.id} />
      </footer>
    </article>
  )
}

function Detail(props: { name: string; value: unknown; inFen: boolean }) {
  return (
    <>
      <dt>{props.name}</dt>
      <dd>
        <DetailValue value={props.value} inFen={props.inFen} />
      </dd>
    </>
  )
}

/** Whether a number of this name is an amount in fen: what came in a foreign currency is none. */
function isFen(name: string, detail: Fields): boolean {
  const currency = textOf(detail['currency'], 'CNY')
  return OF_MONEY.test(name) && (name.endsWith('_fen') || currency === 'CNY')
}

/** Amounts in yuan, times in local time, short texts to copy, the rest as it is. */
function DetailValue({ value, inFen }: { value: unknown; inFen: boolean }) {
  const texts = useTexts()
  if (value === null || value === undefined || value === '') {
    return <span className="faint">{texts('none')}</span>
  }
  if (typeof value === 'number' && Number.isSafeInteger(value) && inFen) {
    return <span className="amount">{yuanText(value)}</span>
  }
  if (typeof value === 'string' && RFC_3339.test(value)) return <Moment at={value} />
  if (typeof value === 'string' && /^\S{6,}$/.test(value)) return <Copyable text={value} />
  if (typeof value === 'object') return <pre>{JSON.stringify(value, null, 2)}</pre>
  return <>{String(value)}</>
}
